"""A timetable that asks in batches, and a clock to call it by."""

from datetime import UTC, datetime

import pytest

from solvet.adapters.aws import askings as books
from solvet.adapters.aws import timetable as timetables
from solvet.bootstrap import batches as wired_batches
from solvet.bootstrap import schedule as wired
from tests.services.batches.reading import look
from tests.services.healing import quieten

MINUTES = 600


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
