"""Scheduled reviews that ask models in batches: from the timetable to the edited check run."""

import pytest

from solvet.adapters.aws import askings as books
from solvet.adapters.aws.overview import DynamoOverview
from solvet.bootstrap import schedule as wired
from solvet.local.providers.results import Fate
from solvet.ports.watch import Errand
from tests.services.batches.reading import (
    DAY,
    OTHER,
    month,
    one_answer,
    only,
    says,
    scheduled,
    settled,
)
from tests.services.conftest import FLAWED
from tests.services.healing import HOUR, due, sweep_after

SETTER = """pragma solidity 0.8.28;
contract S {
    uint256 public fee;
    function setFee(uint256 next) external {
        fee = next;
    }
}
"""
CLAIM = {
    "scenario": "other",
    "quote": "        fee = next;",
    "start_line": 5,
    "explanation": "Anybody may set `fee` by calling `setFee`, and so take what others pay.",
    "title": "Anybody sets the fee",
    "category": "access_control",
    "severity": "high",
    "confidence": "high",
    "since": "change",
    "recommendation": "Let only the owner call it.",
    "fix": "",
}


def test_the_static_verdict_stands_at_once_and_is_edited_once_the_batch_is_answered(
    road, looked, clock
):
    road.providers.policy = says
    mine = looked({"src/A.sol": FLAWED, "src/B.sol": OTHER})
    before = only(road, mine)
    assert (before["status"], before["title"]) == (
        "completed",
        "First review: 1 finding · model review queued: asked in a batch, answer within 24 hours",
    )
    assert clock()["Batched"] == 1
    road.run()
    assert only(road, mine)["title"] == before["title"]
    settled(road, clock)
    after = only(road, mine)
    assert after["id"] == before["id"]
    assert after["title"] == "First review: 1 finding"
    assert "2 questions (all batch, half price)" in after["summary"] + after["text"]
    assert road.providers.received == []
    assert len(road.providers.batches.asked) == 2
    assert due(road, "batch", mine.installation) == due(road, "scan", mine.installation) == []
    assert road.providers.batches.files == {}
    assert not [key for key in road.objects(mine.installation) if "/asked/" in key]
    assert month(road, mine) == 2 * one_answer()


def test_what_waits_for_a_day_has_its_texts_and_its_place_still(road, looked, clock, monkeypatch):
    really, kept = books.DynamoAskings.keep_texts, []

    def keep(self, scan):
        kept.append(scan.id)
        really(self, scan)

    monkeypatch.setattr(books.DynamoAskings, "keep_texts", keep)
    road.providers.policy = says
    road.providers.batches.fates = lambda _: Fate(after=8)
    mine = looked({"src/A.sol": FLAWED})
    clock()
    for _ in range(4):
        clock(5 * HOUR)
        sweep_after(road, 1)
        assert "queued" in only(road, mine)["title"]
    assert len(kept) == 1
    settled(road, clock)
    assert only(road, mine)["title"] == "First review: 1 finding"


def test_grave_claims_are_put_to_the_test_in_a_second_batch(road, looked, clock):
    upheld = {"label": "C1", "quote": CLAIM["quote"], "start_line": 5, "reason": "So it is."}

    def policy(asked):
        if "opinions" in asked.wants:
            return {"opinions": [{**upheld, "stance": "confirmed"}]}
        return {"claims": [CLAIM], "judgements": []}

    road.providers.policy = policy
    mine = looked({"src/S.sol": SETTER})
    assert settled(road, clock)["Batched"] == 2
    check = only(road, mine)
    assert check["title"] == "First review: 1 finding"
    assert "2 questions (all batch, half price)" in check["summary"]
    assert "confidence medium" in check["text"]
    assert road.providers.received == []


def test_answers_given_twice_or_to_what_nobody_asked_are_paid_once_or_not_at_all(
    road, looked, clock
):
    def mangle(lines):
        strange = [line.replace(b'"custom_id":"', b'"custom_id":"0') for line in lines]
        return [*strange, *lines[::-1], *lines]

    road.providers.policy = says
    road.providers.batches.fates = lambda _: Fate(mangle=mangle)
    mine = looked({"src/A.sol": FLAWED, "src/B.sol": OTHER})
    settled(road, clock)
    assert only(road, mine)["title"] == "First review: 1 finding"
    assert month(road, mine) == 2 * one_answer()


def test_the_limit_of_money_is_never_passed_and_what_was_not_asked_is_told(road, looked, clock):
    """A tenth of a cent is enough for one of the two questions, and never for both at once."""
    road.providers.policy = says
    road.providers.batches.fates = lambda _: Fate(after=1)
    limit = "version: 1\nmodels:\n  budget:\n    month: 0.001\n"
    mine = looked({".solvet.yml": limit, "src/A.sol": FLAWED, "src/B.sol": OTHER})
    seen = []
    for _ in range(8):
        clock()
        road.run()
        seen.append(month(road, mine))
    assert 0 < max(seen) <= 1_000
    assert len(road.providers.batches.asked) >= 1
    check = only(road, mine)
    assert seen[-1] == len(road.providers.batches.asked) * one_answer()
    assert "model review queued" not in check["title"]


def test_a_newer_look_calls_the_batch_of_the_older_one_off(road, looked, clock):
    road.providers.policy = says
    road.providers.batches.fates = lambda number: Fate(after=0 if number else 999)
    mine = looked({"src/A.sol": FLAWED})
    clock()
    head = mine.history.commit(
        "main", {"src/A.sol": FLAWED, "src/B.sol": OTHER}, parents=[mine.base]
    )
    road._later += DAY
    road._table.update_item(
        Key={"pk": f"installation#{mine.installation}", "sk": f"look#{mine.remote.id}"},
        UpdateExpression="SET look_at = :now",
        ExpressionAttributeValues={":now": 1},
    )
    assert settled(road, clock)["CalledOff"] == 1
    first, *others = road.providers.batches.batches.values()
    assert first.status == "cancelled"
    assert {batch.status for batch in others} == {"completed"}
    checks = {check["head_sha"]: check["title"] for check in scheduled(road, mine)}
    assert "superseded by" in checks[mine.base]
    assert checks[head] == "Nothing new found"
    assert road.providers.batches.files == {}
    assert due(road, "batch", mine.installation) == due(road, "scan", mine.installation) == []


@pytest.mark.parametrize("all_of_it", [False, True], ids=["repository", "installation"])
def test_what_was_taken_from_the_app_has_its_batch_called_off(road, looked, clock, all_of_it):
    road.providers.batches.fates = lambda _: Fate(after=999)
    mine = looked({"src/A.sol": FLAWED})
    clock()
    state = wired.DynamoState(road._table)
    if all_of_it:
        state.forget(mine.installation)
    else:
        state.forget_repository(mine.installation, mine.remote.id)
    assert clock()["CalledOff"] == 1
    (batch,) = road.providers.batches.batches.values()
    assert batch.status == "cancelling"
    assert due(road, "batch", mine.installation) == []
    assert road.providers.batches.files == {}


def test_status_counts_the_reviews_that_wait(road, looked, clock):
    road.providers.batches.fates = lambda _: Fate(after=999)
    looked({"src/A.sol": FLAWED})
    clock()
    assert DynamoOverview(road._table).count(Errand.BATCH, 10) == 1
