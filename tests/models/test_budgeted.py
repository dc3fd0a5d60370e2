from contextlib import suppress
from dataclasses import replace

import pytest

from solvet.adapters.memory.purse import MemoryPurse
from solvet.adapters.models.budgeted import Budgeted
from solvet.errors import Unavailable as BooksUnavailable
from solvet.llm import errors
from solvet.llm.estimate import ceiling
from solvet.llm.exchange import Completion, ModelRequest
from solvet.local.providers.answers import Http, Resets, Says, Trickles
from solvet.ports.money import of_scan

REQUEST = ModelRequest(
    instructions="Judge.", input="code", schema={}, schema_name="x", max_output_tokens=1_000
)
NAME = "gpt-6-luna"
MOST = ceiling(NAME, REQUEST)
ANSWER = Completion(
    text="{}", model=NAME, provider="A", input_tokens=10, output_tokens=5, cost=0.00012
)


class Always:
    """A model that gives one answer or raises one error, and counts how often it was asked."""

    def __init__(self, outcome):
        self.outcome, self.asked = outcome, 0

    def complete(self, request):
        self.asked += 1
        if isinstance(self.outcome, BaseException):
            raise self.outcome
        return self.outcome


class Closed(MemoryPurse):
    """Books that can be reached before a call, and not after it."""

    def settle(self, reservation, spent):
        raise BooksUnavailable("no table")


def spent_on(outcome):
    """What is booked when the call has that outcome."""
    purse = MemoryPurse([of_scan("s1")])
    with suppress(errors.ModelError, KeyboardInterrupt):
        Budgeted(Always(outcome), NAME, purse).complete(REQUEST)
    return purse.spent(of_scan("s1"))


def test_an_answer_costs_what_it_took():
    assert spent_on(ANSWER) == 120


def test_a_fraction_of_a_micro_dollar_is_a_whole_one():
    assert spent_on(replace(ANSWER, cost=0.0000001)) == 1


def test_an_answer_that_was_paid_for_before_costs_nothing():
    reused = replace(ANSWER, reused=True, cost=0.0, input_tokens=0, output_tokens=0)
    assert spent_on(reused) == 0


@pytest.mark.parametrize(
    "answer",
    [replace(ANSWER, cost=None), replace(ANSWER, cost=0.0, input_tokens=0, output_tokens=0)],
    ids=["no price", "no count of tokens"],
)
def test_an_answer_of_unknown_cost_is_taken_for_the_dearest(answer):
    assert spent_on(answer) == MOST


@pytest.mark.parametrize(
    ("failure", "booked"),
    [
        (errors.Throttled("x"), 0),
        (errors.Auth("x"), 0),
        (errors.Quota("x"), 0),
        (errors.Retired("x"), 0),
        (errors.Unavailable("refused"), 0),
        (errors.Unavailable("late", billed=True), MOST),
        (errors.Malformed("html", billed=True), MOST),
        (errors.Truncated("cut off", spent=ANSWER), 120),
        (errors.Blocked("stopped", spent=replace(ANSWER, cost=None)), MOST),
        (KeyboardInterrupt(), MOST),
    ],
    ids=repr,
)
def test_a_failure_costs_what_may_have_been_billed(failure, booked):
    assert spent_on(failure) == booked


@pytest.mark.parametrize(
    ("failure", "told"),
    [
        (errors.Throttled("x"), None),
        (errors.Truncated("cut off", spent=ANSWER), (0.00012, False)),
        (errors.Unavailable("late", billed=True), (MOST / 1_000_000, True)),
        (errors.Blocked("x", spent=replace(ANSWER, cost=None)), (MOST / 1_000_000, True)),
    ],
    ids=repr,
)
def test_an_error_says_what_is_booked_for_it(failure, told):
    with pytest.raises(type(failure)) as caught:
        Budgeted(Always(failure), NAME, MemoryPurse([of_scan("s1")])).complete(REQUEST)
    spent = caught.value.spent
    assert (spent and (spent.cost, spent.assumed)) == told


def test_an_answer_of_unknown_price_says_what_is_booked_for_it():
    unpriced = Always(replace(ANSWER, cost=None))
    said = Budgeted(unpriced, "nobody-knows", MemoryPurse([of_scan("s1")])).complete(REQUEST)
    assert (said.cost, said.assumed) == (ceiling("nobody-knows", REQUEST) / 1_000_000, True)


def test_a_call_that_does_not_fit_is_not_made():
    model, purse = Always(ANSWER), MemoryPurse([of_scan("s1", MOST - 1)])
    with pytest.raises(errors.OverBudget, match="this scan"):
        Budgeted(model, NAME, purse).complete(REQUEST)
    assert (model.asked, purse.spent(of_scan("s1"))) == (0, 0)


def test_every_attempt_is_counted():
    purse = MemoryPurse([of_scan("s1")])
    budgeted = Budgeted(Always(ANSWER), NAME, purse)
    for _ in range(3):
        budgeted.complete(REQUEST)
    assert purse.spent(of_scan("s1")) == 360


def test_the_ceiling_is_that_of_the_model_that_is_asked():
    purse = MemoryPurse([of_scan("s1", MOST)])
    with pytest.raises(errors.OverBudget):
        Budgeted(Always(ANSWER), "gpt-6.1-sol", purse).complete(REQUEST)


def test_no_answer_is_lost_because_the_books_cannot_be_reached_any_more():
    purse = Closed([of_scan("s1")])
    assert Budgeted(Always(ANSWER), NAME, purse).complete(REQUEST) == ANSWER
    assert purse.spent(of_scan("s1")) == MOST


def test_no_error_is_lost_either():
    failure = errors.Throttled("x", after=9)
    with pytest.raises(errors.Throttled):
        Budgeted(Always(failure), NAME, Closed([of_scan("s1")])).complete(REQUEST)


@pytest.mark.parametrize(
    ("answer", "booked"),
    [
        (Says("{}", model=NAME), 1_000 * 0.10 + 200 * 0.50),
        (Says("{}", model=NAME, took=None), MOST),
        (Http(429), 0),
        (Http(401), 0),
        (Http(400), 0),
        (Resets(), MOST),
        (Trickles(), MOST),
    ],
    ids=repr,
)
@pytest.mark.parametrize("dialect", ["responses", "chat", "gemini"])
def test_with_a_real_provider_only_what_is_known_to_be_free_is_free(
    connect, providers, dialect, answer, booked
):
    providers.policy = lambda asked: answer
    patience = {"deadline_seconds": 0.3} if isinstance(answer, Trickles) else {}
    purse = MemoryPurse([of_scan("s1")])
    with suppress(errors.ModelError):
        Budgeted(connect(dialect, **patience), NAME, purse).complete(REQUEST)
    assert purse.spent(of_scan("s1")) == booked
