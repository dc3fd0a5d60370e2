"""Scheduled reviews that ask models in batches: from the timetable to the edited check run."""

from datetime import UTC, datetime, timedelta

import pytest

from solvet.adapters.aws import askings as books
from solvet.adapters.aws import timetable as timetables
from solvet.adapters.aws.purse import DynamoPurse
from solvet.bootstrap import batches as wired_batches
from solvet.bootstrap import schedule as wired
from solvet.llm.prices import cost
from solvet.local.providers.answers import Says, Took
from solvet.ports.money import of_repository
from tests.services.conftest import FLAWED, NOTHING_TO_ADD
from tests.services.healing import due, quieten

DAY = 86_400
LUNA = "gpt-6-luna"
MINUTES = 600
OTHER = """pragma solidity 0.8.28;
contract B {
    uint256 sum;
    function add(uint256 more) external {
        sum += more;
    }
}
"""
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


@pytest.fixture(scope="module")
def parameters():
    return {"Schedule": "nightly", "ScheduleModels": "batch"}


@pytest.fixture
def clock(road, monkeypatch):
    """Calls the timetable's function some seconds later; answers how many deeds of each kind."""
    quieten(road)
    road.providers.batches.reset()
    road._table.delete_item(Key={"pk": "installation#0", "sk": "timetable"})
    really = datetime.now

    def now():
        return really(UTC).timestamp() + road._later

    class Clock(datetime):
        @classmethod
        def now(cls, zone):
            return datetime.fromtimestamp(now(), zone)

    for module in (wired, wired_batches):
        monkeypatch.setattr(module, "datetime", Clock)
    monkeypatch.setattr(wired_batches, "time", now)
    monkeypatch.setattr(timetables, "time", now)
    monkeypatch.setattr(books, "time", now)
    (function,) = [c.function for c in road.stack._clocked if c.function.name == "ScheduleFunction"]

    def call(seconds=MINUTES):
        road._later += seconds
        return function.invoke({})

    return call


@pytest.fixture
def looked(road, project, clock, monkeypatch):
    """A project whose default branch was looked at: the static verdict is there."""

    def make(files):
        mine = project(files)
        installed = wired.GitHubInstallations.installed
        monkeypatch.setattr(
            wired.GitHubInstallations,
            "installed",
            lambda self: tuple(i for i in installed(self) if i == mine.installation),
        )
        clock(0)
        look(road, clock)
        return mine

    return make


def look(road, clock):
    assert clock(2 * DAY)["Scheduled"] == 1
    road.run()


def scheduled(road, mine):
    return [check for check in road.checks(mine) if check["name"] == "Solvet (scheduled)"]


def only(road, mine):
    (check,) = scheduled(road, mine)
    return check


def settled(road, clock, times=8):
    """Calls the clock until nothing is open."""
    done = {}
    for _ in range(times):
        for deed, number in clock().items():
            done[deed] = done.get(deed, 0) + number
        road.run()
    return done


def says(asked):
    text = NOTHING_TO_ADD
    if "opinions" in asked.wants:
        text = {"opinions": []}
    return Says(books.wire.encode(text).decode(), model=LUNA)


def spent(road, mine, account):
    return DynamoPurse(road._table, mine.installation).spent(account)


def month(road, mine):
    """Micro-dollars that are spent or reserved of the repository's month, or of two of them."""
    now = datetime.now(UTC)
    days = {f"{day:%Y-%m}": day for day in (now, now + timedelta(seconds=road._later))}
    return sum(spent(road, mine, of_repository(mine.remote.id, day)) for day in days.values())


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
    took = Took()
    assert month(road, mine) == round(cost(LUNA, took.input, took.output) * 1e6)  # two halves
