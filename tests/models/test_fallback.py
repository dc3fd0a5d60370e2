from dataclasses import replace

import pytest

from solvet.adapters.models.checked import Checked
from solvet.adapters.models.fallback import FallbackModel
from solvet.llm import errors
from solvet.llm.exchange import Completion, ModelRequest

REQUEST = ModelRequest(instructions="", input="", schema={}, schema_name="x", max_output_tokens=1)
SPENT = Completion(text="", model="a", provider="A", input_tokens=10, output_tokens=5, cost=0.5)
ANSWER = Completion(text="{}", model="b", provider="B", input_tokens=1, output_tokens=1, cost=0.25)


class Says:
    """A model that gives one answer or raises one error, and counts how often it was asked."""

    def __init__(self, outcome):
        self.outcome = outcome
        self.asked = 0

    def complete(self, request):
        self.asked += 1
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


def outcome(first, second):
    return FallbackModel(Says(first), Says(second)).complete(REQUEST)


def test_the_second_is_not_asked_when_the_first_answers():
    second = Says(ANSWER)
    assert FallbackModel(Says(SPENT), second).complete(REQUEST) == SPENT
    assert second.asked == 0


@pytest.mark.parametrize("kind", errors.ModelError.__subclasses__())
def test_the_second_is_asked_exactly_when_the_error_allows_it(kind):
    second = Says(ANSWER)
    if kind.elsewhere:
        assert FallbackModel(Says(kind("x")), second).complete(REQUEST) == ANSWER
    else:
        with pytest.raises(kind):
            FallbackModel(Says(kind("x")), second).complete(REQUEST)
    assert second.asked == kind.elsewhere


def test_what_the_first_took_is_counted():
    said = outcome(errors.Blocked("x", spent=SPENT), ANSWER)
    assert (said.input_tokens, said.output_tokens, said.cost) == (11, 6, 0.75)


def test_an_unknown_price_makes_the_sum_unknown():
    free = Completion(text="", model="a", provider="A", input_tokens=1, cost=None)
    assert outcome(errors.Blocked("x", spent=free), ANSWER).cost is None


def test_when_both_fail_the_error_worth_a_retry_is_raised():
    lasting, passing = errors.Auth("a"), errors.Throttled("b", after=9)
    for first, second in ((lasting, passing), (passing, lasting)):
        with pytest.raises(errors.Throttled) as caught:
            outcome(first, second)
        assert caught.value.after == 9


def test_when_both_can_be_retried_the_sooner_counts():
    with pytest.raises(errors.Unavailable) as caught:
        outcome(errors.Throttled("a", after=60), errors.Unavailable("b", after=5))
    assert caught.value.after == 5


def test_what_both_took_is_counted_when_both_fail():
    with pytest.raises(errors.Blocked) as caught:
        outcome(errors.Blocked("a", spent=SPENT), errors.Refused("b", spent=ANSWER))
    assert caught.value.spent.cost == 0.75


def refuses_prose(_, said):
    if not said.text.startswith("{"):
        raise errors.WrongSchema("the model's answer does not have the form that was asked for")


def checked(outcome):
    return Checked(Says(outcome), refuses_prose)


PROSE = replace(SPENT, text="Certainly! Here is my review.")


def test_an_answer_of_no_use_is_asked_for_elsewhere_and_paid_for():
    said = FallbackModel(checked(PROSE), checked(ANSWER)).complete(REQUEST)
    assert (said.text, said.cost, said.input_tokens) == ("{}", 0.75, 11)


def test_two_answers_of_no_use_are_an_error_that_tells_what_both_took():
    with pytest.raises(errors.WrongSchema) as caught:
        FallbackModel(checked(PROSE), checked(PROSE)).complete(REQUEST)
    assert (caught.value.spent.cost, caught.value.billed) == (1.0, True)


def test_an_answer_of_no_use_and_an_outage_are_worth_a_retry():
    down = errors.Unavailable("x", after=5)
    with pytest.raises(errors.Unavailable) as caught:
        FallbackModel(checked(PROSE), checked(down)).complete(REQUEST)
    assert (caught.value.after, caught.value.spent) == (5, PROSE)


def test_what_is_worth_a_retry_stays_so_whatever_the_other_has_cost():
    with pytest.raises(errors.Malformed) as caught:
        FallbackModel(checked(PROSE), Says(errors.Malformed("html", after=30))).complete(REQUEST)
    assert (caught.value.later, caught.value.spent) == (True, PROSE)


def test_a_limit_of_money_is_named_before_what_else_went_wrong():
    with pytest.raises(errors.OverBudget) as caught:
        FallbackModel(checked(PROSE), Says(errors.OverBudget("the limit of $1.00"))).complete(
            REQUEST
        )
    assert (caught.value.reason, caught.value.spent) == ("the limit of $1.00", PROSE)


def test_when_both_fail_it_is_remembered_that_one_may_be_billed():
    with pytest.raises(errors.Throttled) as caught:
        outcome(errors.Unavailable("a", after=30, billed=True), errors.Throttled("b", after=9))
    assert caught.value.billed
