"""What is paid for is paid for once, and is on the receipt of who has paid: with real providers."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event
from typing import ClassVar

import pytest

from solvet.adapters.memory.answers import MemoryAnswers
from solvet.adapters.memory.purse import Ledger, MemoryPurse
from solvet.adapters.models.archive import Archive
from solvet.adapters.models.budgeted import Budgeted
from solvet.adapters.models.cached import Cached
from solvet.adapters.models.single_flight import Flights, SingleFlight
from solvet.adapters.models.till import Till
from solvet.bootstrap.models import LONGEST_ANSWER, ModelKeys, archived, asked, model_config
from solvet.domain.receipt import ModelState
from solvet.errors import Retry, Unavailable
from solvet.llm import errors
from solvet.llm.estimate import ceiling
from solvet.llm.prices import MICRO
from solvet.local.providers.answers import Blocks, Http, Refuses, Resets, Says, Took, Truncates
from solvet.ports.money import of_file
from solvet.services.consult import Subject, Terms, consult, questions

SUBJECT = Subject(
    path="src/Farm.sol",
    head="contract Farm { uint256 fee; function setFee(uint256 x) external { fee = x; } }\n",
)
TWO = replace(
    SUBJECT,
    head="\n".join(
        f"contract C{n} {{ uint256 sum; function f{n}() external {{ sum += {n}; }} }}"
        for n in range(300)
    ),
)
KEYS = ModelKeys(openai_api_key="k", gemini_api_key="k")
NOTHING = '{"claims": [], "judgements": []}'
NAMES = {"responses": "gpt-6-luna", "chat": "gpt-6-luna", "gemini": "gemini-3.5-flash-lite"}
TOOK = Took(input=1_000, output=200)
PRICES = {"gpt-6-luna": 0.0002, "gemini-3.5-flash-lite": 0.0008}


class House:
    """An installation: its answers and its books, and the attempts that are made in it."""

    def __init__(self, providers, answers=None):
        self.config = model_config(
            {"OPENAI_BASE_URL": providers.openai_url, "GEMINI_BASE_URL": providers.gemini_url}
        )
        self.answers = answers or MemoryAnswers()
        self.ledger, self.purse = Ledger(), MemoryPurse

    def model(self, payer, keys=KEYS):
        return asked(
            self.config,
            keys,
            purse=self.purse([of_file(payer, SUBJECT.path)], self.ledger),
            archive=archived(self.config, keys, self.answers, payer),
            tenant=1,
            flights=Flights(),
        )

    def booked(self, payer):
        return MemoryPurse((), self.ledger).spent(of_file(payer, SUBJECT.path)) / MICRO

    def attempt(self, payer, subject=SUBJECT, keys=KEYS, **terms):
        """The receipt of one attempt at the file on behalf of that scan."""
        told = Terms(booked=lambda: self.booked(payer), **terms)
        return consult(self.model(payer, keys), subject, told).receipt


@pytest.fixture
def house(providers):
    return House(providers)


def plays(providers, **by_dialect):
    """Each provider answers as it is told, under the name of a model that has a price."""
    used = {"chat": by_dialect["openai"], "gemini": by_dialect["gemini"]}
    providers.policy = lambda asked: used[asked.dialect]


def says(name, text=NOTHING):
    return Says(text, model=name, took=TOOK)


FIRST, SECOND = NAMES["chat"], NAMES["gemini"]
USELESS = [
    Truncates(),
    Refuses(),
    Blocks(),
    says(FIRST, "Certainly! Here is my review."),
    says(FIRST, " "),
    says(FIRST, '{"claims": [], "judgements": []' + " " * LONGEST_ANSWER + "}"),
]


def test_what_an_earlier_attempt_has_paid_for_is_on_the_receipt(house, providers):
    plays(providers, openai=says(FIRST), gemini=Http(500))
    asked_for = len(questions(TWO, Terms()))
    clock = iter([600.0, 1.0])
    with pytest.raises(Unavailable):
        house.attempt("s1", TWO, seconds_left=lambda: next(clock))
    receipt = house.attempt("s1", TWO)
    assert len(providers.received) == asked_for > 1
    assert (receipt.questions, receipt.reused) == (asked_for, 0)
    assert receipt.cost == pytest.approx(asked_for * PRICES[FIRST])
    assert (receipt.input_tokens, receipt.output_tokens) == (asked_for * 1_000, asked_for * 200)
    assert receipt.reason == ""


def test_what_another_scan_has_paid_for_costs_nothing(house, providers):
    plays(providers, openai=says(FIRST), gemini=Http(500))
    house.attempt("s1")
    receipt = house.attempt("s2")
    assert (receipt.questions, receipt.reused, receipt.cost, receipt.input_tokens) == (1, 1, 0, 0)
    assert len(providers.received) == 1


def test_a_question_that_stands_twice_in_a_file_is_on_its_receipt_once(house, providers):
    plays(providers, openai=says(FIRST), gemini=Http(500))
    model, request = house.model("s1"), questions(SUBJECT, Terms())[0].request
    first, second = model.complete(request), model.complete(request)
    assert (first.reused, second.reused, second.cost) == (False, True, 0.0)
    again = house.model("s1")
    third, fourth = again.complete(request), again.complete(request)
    assert (third.reused, third.cost, fourth.reused) == (False, first.cost, True)


@pytest.mark.parametrize("useless", USELESS, ids=repr)
def test_an_answer_of_no_use_is_paid_for_once(house, providers, useless):
    plays(providers, openai=useless, gemini=Http(500))
    first = house.attempt("s1", keys=ModelKeys(openai_api_key="k"))
    sent = len(providers.received)
    again = house.attempt("s1", keys=ModelKeys(openai_api_key="k"))
    later = house.attempt("s2", keys=ModelKeys(openai_api_key="k"))
    assert len(providers.received) == sent == 1
    assert first.state is again.state is later.state is ModelState.FAILED
    assert first.reason == again.reason
    assert first.reason.startswith(later.reason)
    assert later.reason
    assert first.cost == again.cost == pytest.approx(house.booked("s1"))
    assert first.cost > 0
    assert (later.cost, later.input_tokens, later.questions) == (0.0, 0, 0)


@pytest.mark.parametrize("useless", USELESS[1:], ids=repr)
def test_after_a_paid_failure_only_the_other_provider_is_asked_again(house, providers, useless):
    plays(providers, openai=useless, gemini=Http(503))
    with pytest.raises(Unavailable):
        house.attempt("s1")
    plays(providers, openai=says(FIRST), gemini=says(SECOND))
    receipt = house.attempt("s1")
    assert [each.dialect for each in providers.received] == ["chat", "gemini", "gemini"]
    assert (receipt.state, receipt.model) == (ModelState.DONE, SECOND)
    assert receipt.cost == pytest.approx(house.booked("s1"))
    assert receipt.cost > PRICES[SECOND]
    assert receipt.input_tokens == 2_000
    assert house.attempt("s2").cost == 0.0


@pytest.mark.parametrize("free", [Http(401), Http(400), Http(402)], ids=repr)
def test_what_cost_nothing_is_asked_again(house, providers, free):
    plays(providers, openai=free, gemini=free)
    house.attempt("s1")
    house.attempt("s1")
    assert len(providers.received) == 4


def test_a_call_that_may_have_been_billed_is_on_the_receipt_of_the_attempt_after(house, providers):
    plays(providers, openai=Resets(), gemini=Http(503))
    with pytest.raises(Unavailable):
        house.attempt("s1")
    plays(providers, openai=says(FIRST), gemini=Http(503))
    receipt = house.attempt("s1")
    [asked_for] = questions(SUBJECT, Terms())
    most = ceiling(FIRST, asked_for.request) / MICRO
    assert receipt.cost == pytest.approx(most + PRICES[FIRST])
    assert receipt.reason == (
        "nobody told what some calls took: the most they can have cost is counted"
    )
    assert receipt.state is ModelState.DONE


def test_a_model_without_a_price_costs_on_the_receipt_what_it_costs_in_the_books(providers):
    plays(providers, openai=says("own-model"), gemini=Http(500))
    house = House(providers)
    receipt = house.attempt("s1")
    assert receipt.cost == pytest.approx(house.booked("s1"))
    assert receipt.cost > 0
    assert receipt.reason == "the price of own-model is not known: the highest is counted"


ODD_COUNTS = [
    {"prompt_tokens": 1_000},
    {"prompt_tokens": 1_000, "completion_tokens": 0},
    {"completion_tokens": 200},
    {"prompt_tokens": -5, "completion_tokens": 200},
    {"prompt_tokens": 10**18, "completion_tokens": 1},
    {"prompt_tokens": 10, "completion_tokens": 1, "prompt_tokens_details": {"cached_tokens": 99}},
    {},
    None,
]


@pytest.mark.parametrize("usage", ODD_COUNTS, ids=repr)
def test_what_cannot_be_believed_of_an_answer_costs_its_ceiling(house, providers, usage):
    choice = {"finish_reason": "stop", "message": {"role": "assistant", "content": NOTHING}}
    body = {"model": FIRST, "choices": [choice], "usage": usage}
    plays(providers, openai=Http(200, body=json.dumps(body).encode()), gemini=Http(500))
    receipt = house.attempt("s1")
    [asked_for] = questions(SUBJECT, Terms())
    assert receipt.state is ModelState.DONE
    assert receipt.cost == house.booked("s1") == ceiling(FIRST, asked_for.request) / MICRO
    assert "counted" in receipt.reason


def test_an_answer_of_ten_megabytes_is_tried_again_later_and_costs_its_ceiling(house, providers):
    choice = {"finish_reason": "stop", "message": {"content": "x" * 10_000_000}}
    body = json.dumps({"model": FIRST, "choices": [choice]}).encode()
    plays(providers, openai=Http(200, body=body), gemini=Http(503))
    with pytest.raises(Unavailable):
        house.attempt("s1")
    [asked_for] = questions(SUBJECT, Terms())
    assert house.booked("s1") == ceiling(FIRST, asked_for.request) / MICRO


def test_a_till_that_two_close_at_once_settles_everything_once():
    class Counts(MemoryPurse):
        settled: ClassVar[list[str]] = []

        def settle(self, reservation, spent):
            self.settled.append(reservation)

    till = Till(Counts())
    for number in range(2_000):
        till.settle(str(number), 1)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: till.close(), range(8)))
    assert sorted(map(int, Counts.settled)) == list(range(2_000))


def test_after_a_change_of_model_it_is_asked(house, providers):
    plays(providers, openai=says(FIRST), gemini=Http(500))
    house.attempt("s1")
    names = dict(house.config.names)
    house.config = replace(house.config, names=names | {("openai", "strong"): "gpt-own"})
    house.attempt("s2")
    assert len(providers.received) == 1
    house.config = replace(house.config, names=names | {("openai", "cheap"): "gpt-own"})
    house.attempt("s3")
    assert len(providers.received) == 2


class Died(BaseException):
    """The process is gone."""


def test_who_dies_before_the_money_is_settled_has_the_answer(house, providers):
    class Dies(MemoryPurse):
        def settle(self, reservation, spent):
            raise Died

    plays(providers, openai=says(FIRST), gemini=Http(500))
    house.purse = Dies
    with pytest.raises(Died):
        house.attempt("s1")
    house.purse = MemoryPurse
    receipt = house.attempt("s1")
    assert (receipt.state, receipt.questions, receipt.reused) == (ModelState.DONE, 1, 0)
    assert len(providers.received) == 1
    assert receipt.cost == pytest.approx(house.booked("s1"))


def test_who_dies_before_a_failure_is_settled_is_not_billed_for_it_again(house, providers):
    class Dies(MemoryPurse):
        def settle(self, reservation, spent):
            raise Died

    plays(providers, openai=says(FIRST, "Certainly!"), gemini=says(SECOND))
    house.purse = Dies
    with pytest.raises(Died):
        house.attempt("s1")
    house.purse = MemoryPurse
    assert house.attempt("s1").model == SECOND
    assert [each.dialect for each in providers.received] == ["chat", "gemini"]


def test_money_that_was_not_needed_is_back_before_the_other_provider_is_asked(house, providers):
    """The first is down; there is money for one ceiling only."""
    plays(providers, openai=Http(503), gemini=says(SECOND))
    [asked_for] = questions(SUBJECT, Terms())
    limit = max(ceiling(name, asked_for.request) for name in (FIRST, SECOND))
    account = replace(of_file("s1", SUBJECT.path), limit=limit)
    house.purse = lambda _, ledger: MemoryPurse([account], ledger)
    assert house.attempt("s1").state is ModelState.DONE


def test_books_that_cannot_be_read_bring_the_job_back_and_on_its_last_attempt_are_passed_over(
    house, providers
):
    def closed():
        raise Unavailable("no table", after=3)

    plays(providers, openai=says(FIRST), gemini=Http(500))
    with pytest.raises(Retry):
        consult(house.model("s1"), SUBJECT, Terms(booked=closed))
    said = consult(house.model("s1"), SUBJECT, Terms(booked=closed, last_attempt=True))
    assert said.receipt.cost == pytest.approx(PRICES[FIRST])


def test_who_has_waited_for_anothers_empty_purse_does_not_ask_himself_as_well(monkeypatch):
    from solvet.adapters.models import single_flight

    seconds = iter([0.0, 90.0])
    monkeypatch.setattr(single_flight, "monotonic", lambda: next(seconds))
    flights, asked_twice = Flights(), Event()
    request = questions(SUBJECT, Terms())[0].request
    outcome, _ = flights.join((1, request.identity))
    outcome.set_exception(errors.OverBudget("the limit of $1.00 for this scan is used up"))

    class Rich:
        def complete(self, _):
            asked_twice.set()

    with pytest.raises(errors.InFlight) as caught:
        SingleFlight(Rich(), flights, 1, 130.0).complete(request)
    assert caught.value.later
    assert not asked_twice.is_set()


def test_what_cannot_be_settled_stays_reserved_and_loses_no_answer(house, providers, connect):
    class Closed(MemoryPurse):
        def settle(self, reservation, spent):
            raise Unavailable("no table")

    plays(providers, openai=says(FIRST), gemini=Http(500))
    ledger = Ledger()
    till = Till(Closed([of_file("s1", "x")], ledger))
    request = questions(SUBJECT, Terms())[0].request
    archive = Archive(MemoryAnswers(), "s1", settle=till.close)
    said = Cached(Budgeted(connect("chat"), FIRST, till), archive).complete(request)
    assert said.text == NOTHING
    assert MemoryPurse((), ledger).spent(of_file("s1", "x")) == ceiling(FIRST, request)
