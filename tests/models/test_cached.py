"""Equal questions are paid for once: by content, across processes and across threads."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier, Event

import pytest

from solvet.adapters.memory.answers import MemoryAnswers
from solvet.adapters.memory.purse import MemoryPurse
from solvet.adapters.models.archive import Archive
from solvet.adapters.models.budgeted import Budgeted
from solvet.adapters.models.cached import Cached
from solvet.adapters.models.single_flight import Flights, SingleFlight
from solvet.errors import Unavailable as StoreUnavailable
from solvet.llm import errors
from solvet.llm.exchange import Completion, ModelRequest
from solvet.ports.answers import Kept
from solvet.ports.money import of_scan

REQUEST = ModelRequest(
    instructions="Judge.",
    input="code",
    schema={},
    schema_name="x",
    max_output_tokens=1_000,
    identity="one",
    lines=(4, 5, 9),
)
MOVED = replace(REQUEST, input="code, further down", lines=(14, 15, 19))
ANSWER = Completion(
    text="{}",
    model="gpt-6-luna",
    provider="A",
    input_tokens=10,
    cached_tokens=8,
    output_tokens=5,
    cost=0.5,
)
PATIENCE = 30.0


class Always:
    """A model that gives one answer or raises one error, and counts how often it was asked."""

    def __init__(self, outcome=ANSWER):
        self.outcome, self.asked = outcome, 0

    def complete(self, request):
        self.asked += 1
        if isinstance(self.outcome, BaseException):
            raise self.outcome
        return self.outcome


class Held(Always):
    """Answers when it is let go; `entered` says that somebody is asking."""

    def __init__(self, outcome=ANSWER):
        super().__init__(outcome)
        self.entered, self.free = Event(), Event()

    def complete(self, request):
        self.entered.set()
        assert self.free.wait(PATIENCE)
        return super().complete(request)


class Broken(MemoryAnswers):
    """Can be read and claimed, and not written."""

    def keep(self, identity, kept):
        raise StoreUnavailable("no table")

    def release(self, identity):
        raise StoreUnavailable("no table")


def cached(model, answers=None, payer="one scan"):
    return Cached(model, Archive(answers or MemoryAnswers(), payer))


def test_the_second_time_nothing_is_asked_and_nothing_is_paid():
    model = Always()
    asks = cached(model)
    assert asks.complete(REQUEST) == ANSWER
    again = asks.complete(MOVED)
    assert model.asked == 1
    assert (again.text, again.reused, again.cost) == ("{}", True, 0.0)
    assert (again.input_tokens, again.cached_tokens, again.output_tokens) == (0, 0, 0)


def test_a_reused_answer_comes_with_the_line_numbers_it_was_given_to():
    asks = cached(Always())
    asks.complete(REQUEST)
    assert asks.complete(MOVED).lines == (4, 5, 9)


def test_other_questions_are_asked():
    model = Always()
    asks = cached(model)
    asks.complete(REQUEST)
    asks.complete(replace(REQUEST, identity="another"))
    assert model.asked == 2


def test_a_question_without_an_identity_is_asked_every_time():
    model, unnamed = Always(), replace(REQUEST, identity="")
    asks = SingleFlight(cached(model), Flights(), 1, PATIENCE)
    assert [asks.complete(unnamed), asks.complete(unnamed)] == [ANSWER, ANSWER]
    assert model.asked == 2


def test_after_an_error_the_question_can_be_asked_again():
    model = Always(errors.Unavailable("x"))
    asks = cached(model)
    for _ in range(2):
        with pytest.raises(errors.Unavailable):
            asks.complete(REQUEST)
    assert model.asked == 2


def test_while_another_process_asks_the_question_has_to_wait():
    answers, model = MemoryAnswers(), Always()
    answers.claim("one")
    with pytest.raises(errors.InFlight) as caught:
        cached(model, answers).complete(REQUEST)
    assert caught.value.after > 0
    assert model.asked == 0


def test_an_answer_that_came_while_we_looked_is_used():
    class Late(MemoryAnswers):
        def claim(self, identity):
            super().claim(identity)
            self.keep(identity, Kept(answer=ANSWER))
            return False

    model = Always()
    assert cached(model, Late()).complete(REQUEST).reused
    assert model.asked == 0


def test_neither_answer_nor_error_is_lost_when_nothing_can_be_kept():
    assert cached(Always(), Broken()).complete(REQUEST) == ANSWER
    with pytest.raises(errors.Blocked):
        cached(Always(errors.Blocked("x")), Broken()).complete(REQUEST)


class Watched(Flights):
    """Says when somebody has joined another's flight."""

    joined = Event()

    def join(self, flight):
        outcome, first = Flights.join(self, flight)
        if not first:
            self.joined.set()
        return outcome, first


@pytest.fixture
def flights():
    Watched.joined.clear()
    return Watched()


def ask_together(flights, model, then=None, patience=PATIENCE):
    """What becomes of a question that `model` is asked, and of one that joins it meanwhile."""
    first = SingleFlight(model, flights, 1, PATIENCE)
    second = SingleFlight(then or model, flights, 1, patience)
    with ThreadPoolExecutor(2) as threads:
        leading = threads.submit(first.complete, REQUEST)
        assert model.entered.wait(PATIENCE)
        following = threads.submit(second.complete, MOVED)
        assert flights.joined.wait(PATIENCE)
        if patience < PATIENCE:
            following.exception(PATIENCE)
        model.free.set()
    return leading, following


def test_threads_that_ask_the_same_share_one_answer(flights):
    model = Held()
    leading, following = ask_together(flights, model)
    assert leading.result() == ANSWER
    assert following.result().reused
    assert following.result().lines == REQUEST.lines
    assert model.asked == 1


def test_threads_that_ask_the_same_share_one_error_whose_price_is_counted_once(flights):
    failure = errors.Truncated("cut off", after=9, spent=ANSWER)
    leading, following = ask_together(flights, Held(failure))
    assert leading.exception() is failure
    assert isinstance(following.exception(), errors.Truncated)
    assert (following.exception().after, following.exception().spent) == (9, None)


def test_nobody_waits_for_another_longer_than_patience(flights):
    _, following = ask_together(flights, Held(), patience=0.01)
    assert isinstance(following.exception(), errors.InFlight)


def test_nothing_is_left_behind_when_all_have_landed(flights):
    ask_together(flights, Held())
    assert flights.running == {}


def test_who_joins_a_flight_is_not_refused_for_anothers_empty_purse(flights):
    poor = Held(errors.OverBudget("the limit for this scan is used up"))
    leading, following = ask_together(flights, poor, then=Always())
    assert isinstance(leading.exception(), errors.OverBudget)
    assert following.result() == ANSWER


def test_installations_do_not_share_a_flight(flights):
    both_ask = Barrier(2)

    class Meets(Always):
        def complete(self, request):
            both_ask.wait(PATIENCE)
            return super().complete(request)

    with ThreadPoolExecutor(2) as threads:
        asks = [SingleFlight(Meets(), flights, tenant, PATIENCE) for tenant in (1, 2)]
        outcomes = [threads.submit(each.complete, REQUEST) for each in asks]
    assert [outcome.result() for outcome in outcomes] == [ANSWER, ANSWER]


def test_ten_threads_with_one_question_pay_once():
    purse, answers, flights = MemoryPurse([of_scan("s1")]), MemoryAnswers(), Flights()
    model = Always(replace(ANSWER, cost=0.0001))
    asks = SingleFlight(cached(Budgeted(model, "gpt-6-luna", purse), answers), flights, 1, PATIENCE)
    with ThreadPoolExecutor(10) as threads:
        said = list(threads.map(asks.complete, [REQUEST] * 10))
    assert [answer.text for answer in said] == ["{}"] * 10
    assert sum(answer.reused for answer in said) == 9
    assert (model.asked, purse.spent(of_scan("s1"))) == (1, 100)
