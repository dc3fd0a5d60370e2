import pytest

from solvet.adapters.models import gemini, openai
from solvet.llm.prices import cost, price_list


def test_a_call_costs_its_tokens_in_and_out():
    assert cost("gpt-6-luna", 1_000_000, 2_000_000) == pytest.approx(1.1)


def test_a_dated_snapshot_costs_what_its_model_costs():
    assert cost("gpt-6-luna-2026-09-30", 1_000_000, 0) == cost("gpt-6-luna", 1_000_000, 0)


def test_an_unknown_model_has_no_price_rather_than_a_price_of_nothing():
    assert cost("gpt-7", 1, 1) is None


def test_the_default_models_have_prices():
    assert {openai.DEFAULT_MODEL, gemini.DEFAULT_MODEL} <= set(price_list().models)


def test_prices_say_when_and_where_they_were_read():
    assert price_list().as_of >= "2026-11"
    assert all(source.startswith("https://") for source in price_list().sources)
