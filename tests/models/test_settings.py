"""What is said of models in the settings is checked before anybody is asked."""

from datetime import date

import pytest

from solvet.bootstrap.models import ModelKeys, model_config
from solvet.errors import ConfigError
from solvet.llm.exchange import Tier


def test_every_mistake_is_named_at_once():
    wrong = {
        "SOLVET_SCAN_BUDGET": "much",
        "SOLVET_MONTH_BUDGET": "nan",
        "SOLVET_STRONG_FROM": "-1",
        "OPENAI_BASE_URL": "ftp://example.org",
        "GEMINI_BASE_URL": "https://me:secret@example.org",
    }
    with pytest.raises(ConfigError) as caught:
        model_config(wrong)
    assert len(caught.value.problems) == len(wrong)
    assert "secret" not in str(caught.value)


def test_what_is_empty_has_its_default():
    config = model_config({"SOLVET_OPENAI_MODEL": " ", "SOLVET_GEMINI_MODEL": "gemini-own"})
    assert config.named(ModelKeys(openai_api_key="k"))[Tier.CHEAP] == "gpt-6-luna"
    assert config.named(ModelKeys(gemini_api_key="k"))[Tier.CHEAP] == "gemini-own"
    assert (config.scan_budget, config.month_budget) == (1.0, 10.0)


def test_a_model_that_ends_soon_is_named_with_what_to_set_instead():
    config = model_config({"SOLVET_OPENAI_MODEL": "gpt-4o"})
    (warning,) = config.warnings(ModelKeys(openai_api_key="k"), date(2026, 12, 24))
    assert "gpt-4o ends on 2027-01-14" in warning
    assert "set " in warning
    assert config.warnings(ModelKeys(gemini_api_key="k"), date(2026, 12, 24)) == ()


KEYS = ModelKeys(openai_api_key="k")
BOTH = ModelKeys(openai_api_key="k", gemini_api_key="k")


@pytest.mark.parametrize(
    ("setting", "keys", "changed"),
    [
        ({"SOLVET_OPENAI_MODEL": "gpt-own"}, KEYS, {Tier.CHEAP}),
        ({"SOLVET_OPENAI_STRONG_MODEL": "gpt-own"}, KEYS, {Tier.STRONG}),
        ({"OPENAI_BASE_URL": "https://models.example"}, KEYS, {Tier.CHEAP, Tier.STRONG}),
        ({"SOLVET_GEMINI_MODEL": "gemini-own"}, KEYS, set()),
        ({"SOLVET_GEMINI_MODEL": "gemini-own"}, BOTH, {Tier.CHEAP}),
        ({"SOLVET_STRONG_FROM": "5", "SOLVET_SCAN_BUDGET": "2"}, BOTH, set()),
    ],
)
def test_answers_are_kept_apart_by_who_may_have_given_them(setting, keys, changed):
    before = model_config({}).answering(keys)
    after = model_config(setting).answering(keys)
    assert {tier for tier in Tier if before[tier] != after[tier]} == changed
