"""The owner of an installation suspends the App: nobody is alarmed, and nothing is lost."""

from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from solvet.adapters.github.client import GitHubClient
from solvet.bootstrap import sweep as wired
from tests.services.conftest import FLAWED
from tests.services.healing import (
    HOUR,
    OPEN_LOOK,
    assert_reviewed_once,
    due,
    pump,
    survive,
    sweep_after,
)

DAY = 24 * HOUR
LOUD = {"Failed", "GivenUp", "BrokenOff", "Stopped", "Dropped"}


@pytest.fixture(autouse=True)
def moving(calm, monkeypatch):
    """The healer's own clock goes with that of the books."""

    class Clock(datetime):
        @classmethod
        def now(cls, zone):
            really = datetime.now(UTC).timestamp()
            return datetime.fromtimestamp(really + calm._later, zone)

    monkeypatch.setattr(wired, "datetime", Clock)


@pytest.fixture
def suspend(calm):
    def set_to(mine, when):
        calm.github.world.installations[mine.installation].suspended_at = when

    return set_to


@pytest.fixture
def suspended(calm, suspend):
    def begin(mine):
        suspend(mine, calm.github.world.now())

    return begin


def quiet_days(calm, days, every=6 * HOUR):
    """Sweeps for so long; nobody is alarmed, and each sweep says one thing at most of it."""
    for _ in range(days * DAY // every):
        done = sweep_after(calm, every)
        assert not LOUD & set(done), done
        assert done.get("LeftAlone", 0) <= 1
    assert calm.dead_letters() == []


def test_a_review_under_way_is_told_once_the_app_may_speak_again(calm, change, suspend, suspended):
    mine = change()
    calm.announce(mine)
    for name in ("PlanFunction", "StaticWorkerFunction", "ModelWorkerFunction"):
        pump(calm, name).run()
    suspended(mine)
    survive(calm)
    quiet_days(calm, 3)
    assert due(calm, "scan", mine.installation)
    suspend(mine, None)
    sweep_after(calm, DAY)
    assert_reviewed_once(calm, mine)


def test_a_delivery_that_nobody_could_plan_is_planned_once_the_app_may_look(
    calm, change, suspend, suspended
):
    mine = change()
    suspended(mine)
    (event, payload), *_ = calm.github.push(mine.remote, "feature", mine.head)
    calm.deliver(event, payload)
    calm.announce(mine)
    survive(calm)
    quiet_days(calm, 4)
    suspend(mine, None)
    sweep_after(calm, DAY)
    assert_reviewed_once(calm, mine)


@pytest.fixture
def suspended_at(suspended):
    """The App is suspended while that is asked of GitHub."""

    @contextmanager
    def arrange(mine, asked):
        really = getattr(GitHubClient, asked)

        def ask(*given, **named):
            suspended(mine)
            return really(*given, **named)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(GitHubClient, asked, ask)
            yield

    return arrange


def test_planning_that_breaks_off_goes_on_with_its_check_run(calm, change, suspend, suspended_at):
    mine = change()
    with suspended_at(mine, "changed_in_pull"):
        calm.announce(mine)
        survive(calm)
    assert calm.check(mine)["status"] != "completed"
    assert due(calm, "scan", mine.installation)
    quiet_days(calm, 2)
    suspend(mine, None)
    sweep_after(calm, DAY)
    assert_reviewed_once(calm, mine)


@pytest.mark.parametrize("asked", ["said", "comment_on_lines"])
def test_what_stands_beside_the_verdict_is_said_afterwards(
    calm, change, suspend, suspended_at, asked
):
    mine = change()
    with suspended_at(mine, asked):
        calm.announce(mine)
        survive(calm)
    assert due(calm, "scan", mine.installation)
    suspend(mine, None)
    sweep_after(calm, DAY)
    assert_reviewed_once(calm, mine)
    assert len(calm._of("review_comments", mine)) == 1
    assert due(calm, "scan", mine.installation) == []


def test_a_pull_request_of_which_nothing_was_heard_is_found_however_long_ago_it_was_opened(
    calm, known, suspend, suspended, project
):
    other = project({"src/A.sol": ""}, {"src/A.sol": FLAWED}, installation=known.installation)
    calm.open(other)
    suspended(known)
    for mine in (known, other):
        calm.move(mine, {"src/A.sol": FLAWED + "\n"})
    quiet_days(calm, 21, every=DAY)
    suspend(known, None)
    assert sweep_after(calm, DAY)["Planned"] == 2
    assert "Planned" not in sweep_after(calm, OPEN_LOOK)
    for mine in (known, other):
        assert mine.head in [check["head_sha"] for check in calm.checks(mine)]
