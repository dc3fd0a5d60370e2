from dataclasses import replace

import pytest

from solvet.llm import prices
from solvet.llm.estimate import ANSWER_TOKENS, Estimate, ceiling, estimate, most_tokens, tokens
from solvet.llm.exchange import ModelRequest, Tier

NAMES = {Tier.CHEAP: "gpt-6-luna", Tier.STRONG: "gpt-6.1-sol"}
QUESTION = ModelRequest(
    instructions="a" * 2_100,
    input="b" * 2_098,
    schema={},
    schema_name="x",
    max_output_tokens=3_000,
    identity="one",
)


def test_nothing_to_ask_costs_nothing():
    assert estimate([], NAMES) == Estimate()


def test_a_question_is_estimated_from_its_characters_and_an_assumed_answer():
    said = estimate([QUESTION], NAMES)
    assert (said.questions, said.input_tokens, said.output_tokens) == (1, 1_000, ANSWER_TOKENS)
    assert said.output_cap == 3_000
    assert said.dollars == pytest.approx(1_000 * 0.1e-6 + ANSWER_TOKENS * 0.5e-6)


def test_each_tier_is_reckoned_with_its_own_model():
    strong = replace(QUESTION, tier=Tier.STRONG)
    assert estimate([strong], NAMES).dollars == pytest.approx(
        20 * estimate([QUESTION], NAMES).dollars
    )


def test_equal_questions_are_paid_for_once():
    assert estimate([QUESTION, QUESTION], NAMES) == estimate([QUESTION], NAMES)


def test_questions_without_an_identity_are_never_equal():
    unnamed = replace(QUESTION, identity="")
    assert estimate([unnamed, unnamed], NAMES).questions == 2


def test_an_answer_is_never_expected_to_be_longer_than_its_cap():
    assert estimate([replace(QUESTION, max_output_tokens=10)], NAMES).output_tokens == 10


def test_a_model_without_a_price_is_named_and_taken_for_the_dearest():
    said = estimate([QUESTION], {Tier.CHEAP: "my-own-model"})
    assert said.unpriced == ("my-own-model",)
    assert said.dollars >= estimate([replace(QUESTION, tier=Tier.STRONG)], NAMES).dollars


def test_the_ceiling_is_what_would_be_set_aside():
    said = estimate([QUESTION], NAMES)
    assert said.ceiling == ceiling("gpt-6-luna", QUESTION) / prices.MICRO
    assert said.dollars < said.ceiling


def test_the_schema_is_paid_for_as_well():
    longer = replace(QUESTION, schema={"type": "object", "required": ["claims"]})
    assert tokens(longer) > tokens(QUESTION)
    assert most_tokens(longer) > most_tokens(QUESTION)


@pytest.mark.parametrize("dense", ["f" * 1_000, "0x" + "a3" * 500, "é" * 500, "\N{CROWN}" * 250])
def test_dense_text_may_take_a_token_a_byte(dense):
    more = most_tokens(replace(QUESTION, input=dense)) - most_tokens(replace(QUESTION, input=""))
    assert more >= 1_000


def test_text_that_is_no_unicode_is_counted_all_the_same():
    assert most_tokens(replace(QUESTION, input="\ud800")) > 0
