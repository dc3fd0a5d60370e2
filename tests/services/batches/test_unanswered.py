"""Batches that bring no answer, or not all: each ends, and its check run says why."""

import pytest

from solvet.adapters.aws.secrets import Secrets
from solvet.adapters.models.openai_batches import OpenAIBatches
from solvet.bootstrap import batches as wired_batches
from solvet.errors import BadMessage
from solvet.llm.errors import Malformed
from solvet.local.providers.answers import Http
from solvet.local.providers.results import Fate
from solvet.services.batches import sending
from tests.services.batches.reading import OTHER, month, one_answer, only, says, settled
from tests.services.conftest import FLAWED
from tests.services.healing import HOUR, due, sweep_after


@pytest.mark.parametrize(
    ("fate", "reason"),
    [
        (Fate(status="expired", answered=0), "the batch expired after 24 hours"),
        (Fate(status="cancelled", answered=0), "the batch was cancelled at OpenAI"),
        (Fate(status="failed"), "OpenAI did not accept the batch"),
        (Fate(mangle=lambda lines: [b"nonsense"] * len(lines)), "the batch brought no answer"),
    ],
)
def test_a_batch_without_answers_ends_static_only_says_why_and_costs_nothing(
    road, looked, clock, fate, reason
):
    road.providers.policy = says
    road.providers.batches.fates = lambda _: fate
    mine = looked({"src/A.sol": FLAWED})
    settled(road, clock)
    check = only(road, mine)
    assert check["title"] == "First review: 1 finding · static only"
    assert reason in check["summary"]
    assert month(road, mine) == 0
    assert road.providers.batches.files == {}
    assert due(road, "batch", mine.installation) == due(road, "scan", mine.installation) == []


def test_of_a_batch_that_expired_in_part_what_was_answered_is_shown_and_paid(road, looked, clock):
    road.providers.policy = says
    road.providers.batches.fates = lambda _: Fate(status="expired", answered=1)
    mine = looked({"src/A.sol": FLAWED, "src/B.sol": OTHER})
    settled(road, clock)
    check = only(road, mine)
    assert check["title"] == "First review: 1 finding · model review in part"
    assert "The model reviewed 1 of 2 files." in check["summary"]
    assert "the batch expired after 24 hours" in check["summary"]
    assert month(road, mine) == one_answer()


def test_what_the_provider_had_no_room_for_is_asked_again(road, looked, clock):
    road.providers.policy = says
    crowded = Fate(status="failed", problem="token_limit_exceeded")
    road.providers.batches.fates = lambda number: Fate() if number > 2 else crowded
    mine = looked({"src/A.sol": FLAWED})
    assert settled(road, clock, 12)["Batched"] == 4
    assert only(road, mine)["title"] == "First review: 1 finding"
    assert month(road, mine) == one_answer()


def test_an_error_of_one_question_is_asked_again_in_the_second_batch(road, looked, clock):
    def policy(asked):
        first = len(road.providers.batches.asked) <= 2
        return Http(500) if first and "sum += more" in asked.input else says(asked)

    road.providers.policy = policy
    mine = looked({"src/A.sol": FLAWED, "src/B.sol": OTHER})
    settled(road, clock)
    assert only(road, mine)["title"] == "First review: 1 finding"
    assert [len(road.providers.batches.asked), month(road, mine)] == [3, 2 * one_answer()]


def test_a_limit_of_the_provider_is_obeyed(road, looked, clock):
    road.providers.policy = says
    road.providers.batches.fault = lambda _: Http(429, headers={"retry-after": "3000"})
    mine = looked({"src/A.sol": FLAWED})
    assert clock()["Stopped"] == 1
    road.providers.batches.fault = lambda _: None
    calls = len(road.providers.batches.calls)
    assert [clock() for _ in range(4)] == [{}] * 4
    assert len(road.providers.batches.calls) == calls
    settled(road, clock)
    assert only(road, mine)["title"] == "First review: 1 finding"


def test_without_a_key_of_openai_the_review_is_static_only_and_says_so(
    road, looked, clock, monkeypatch
):
    really = Secrets._text

    def other_key(self, *asked):
        return really(self, *asked).replace("openai_api_key", "gemini_api_key")

    monkeypatch.setattr(Secrets, "_text", other_key)
    mine = looked({"src/A.sol": FLAWED})
    settled(road, clock, 2)
    check = only(road, mine)
    assert check["title"].endswith("static only")
    assert "there is no key for it" in check["summary"]
    assert road.providers.batches.calls == []


def test_a_provider_that_is_not_heard_of_for_a_day_ends_the_review(road, looked, clock):
    mine = looked({"src/A.sol": FLAWED})
    clock()
    road.providers.batches.fault = lambda _: Http(503)
    for _ in range(10):
        clock(3 * HOUR)
        road.run()
    check = only(road, mine)
    assert check["title"].endswith("static only")
    assert "was not heard of within 26 hours" in check["summary"]
    assert due(road, "batch", mine.installation) == due(road, "scan", mine.installation) == []


def test_without_a_timetable_the_sweep_ends_what_waits_for_a_batch(
    road, looked, clock, monkeypatch
):
    monkeypatch.setattr(wired_batches, "ask_in_batches", lambda _: ())
    mine = looked({"src/A.sol": FLAWED})
    for hours in (1, 2, 6, 18):
        assert "queued" in only(road, mine)["title"]
        sweep_after(road, hours * HOUR + 1)
    check = only(road, mine)
    assert check["title"].endswith("static only")
    assert "was not heard of within 26 hours" in check["summary"]
    assert due(road, "scan", mine.installation) == []


def test_one_asking_that_cannot_be_read_stops_none_of_the_others(road, looked, clock):
    road.providers.policy = says
    mine = looked({"src/A.sol": FLAWED})
    key = {"pk": f"installation#{mine.installation}", "sk": "batch#broken"}
    road._table.put_item(Item={**key, "asking": "nonsense", "due": "batch", "look_at": 1})
    with pytest.raises(ExceptionGroup) as raised:
        clock()
    assert raised.group_contains(BadMessage)
    road._table.delete_item(Key=key)
    settled(road, clock)
    assert only(road, mine)["title"] == "First review: 1 finding"


def test_a_fault_of_ours_is_raised_whatever_the_provider_says_afterwards(road, looked, clock):
    mine = looked({"src/A.sol": FLAWED})
    key = {"pk": f"installation#{mine.installation}", "sk": "batch#broken"}
    road._table.put_item(Item={**key, "asking": "nonsense", "due": "batch", "look_at": 1})
    road.providers.batches.fault = lambda _: Http(429, headers={"retry-after": "60"})
    with pytest.raises(ExceptionGroup):
        clock()
    assert "POST /files" in road.providers.batches.calls


def test_a_batch_whose_answers_cannot_be_fetched_holds_up_no_other_of_its_scan(
    road, looked, clock, monkeypatch
):
    really = OpenAIBatches.answers

    def answers(self, batch):
        if batch.id == next(iter(road.providers.batches.batches)):
            raise Malformed("far too much")
        return really(self, batch)

    monkeypatch.setattr(sending, "MOST_QUESTIONS", 1)
    monkeypatch.setattr(OpenAIBatches, "answers", answers)
    road.providers.policy = says
    mine = looked({"src/A.sol": FLAWED, "src/B.sol": OTHER})
    assert settled(road, clock, 3)["Answered"] == 1
    clock(26 * HOUR)
    road.run()
    check = only(road, mine)
    assert "The model reviewed 1 of 2 files." in check["summary"]
    assert "was not heard of within 26 hours" in check["summary"]
    assert due(road, "batch", mine.installation) == due(road, "scan", mine.installation) == []


def test_nothing_stays_at_a_provider_that_refuses_the_batch(road, looked, clock):
    def fault(call):
        return Http(400) if call == "POST /batches" else None

    road.providers.batches.fault = fault
    mine = looked({"src/A.sol": FLAWED})
    settled(road, clock, 3)
    assert only(road, mine)["title"].endswith("static only")
    assert "POST /files" in road.providers.batches.calls
    assert (road.providers.batches.files, month(road, mine)) == ({}, 0)
