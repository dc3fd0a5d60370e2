"""The timetable over the whole pipeline: who is enrolled, when, and what comes of a look."""

from contextvars import Context
from datetime import UTC, datetime

import pytest

from solvet.adapters.aws import timetable as timetables
from solvet.adapters.aws.queues import SqsJobs
from solvet.bootstrap import schedule as wired
from solvet.services import scheduling
from tests.services.conftest import FLAWED, SAFE
from tests.services.healing import OPEN_LOOK, Died, die, lose, quieten, sweep_after

DAY = 86_400


@pytest.fixture(scope="module")
def parameters():
    return {"Schedule": "nightly"}


@pytest.fixture
def night(road, monkeypatch):
    """Calls the timetable's function some days from now; answers how many deeds of each kind."""
    quieten(road)
    road._table.delete_item(Key={"pk": "installation#0", "sk": "timetable"})
    really = datetime.now

    class Clock(datetime):
        @classmethod
        def now(cls, zone):
            return datetime.fromtimestamp(really(UTC).timestamp() + road._later, zone)

    monkeypatch.setattr(wired, "datetime", Clock)
    monkeypatch.setattr(timetables, "time", lambda: road.now(lambda: really(UTC).timestamp()))
    (function,) = [c.function for c in road.stack._clocked if c.function.name == "ScheduleFunction"]

    def call(days=0.0):
        road._later += round(days * DAY)
        return function.invoke({})

    return call


@pytest.fixture
def alone(road, monkeypatch):
    """Takes every installation but the project's from GitHub's list."""

    def arrange(*projects):
        theirs = {each.installation for each in projects}
        installed = wired.GitHubInstallations.installed
        monkeypatch.setattr(
            wired.GitHubInstallations,
            "installed",
            lambda self: tuple(i for i in installed(self) if i in theirs),
        )

    return arrange


def scheduled(road, mine):
    return [check for check in road.checks(mine) if check["name"] == "Solvet (scheduled)"]


def test_a_default_branch_is_looked_at_in_the_night_after_the_app_is_there(
    road, project, night, alone
):
    mine = project({"src/A.sol": FLAWED})
    alone(mine)
    assert night() == {"Enrolled": 1}
    road.run()
    assert scheduled(road, mine) == []
    assert night(2)["Scheduled"] == 1
    road.run()
    (check,) = scheduled(road, mine)
    assert check["head_sha"] == mine.base
    assert check["title"].startswith("First review: 1 finding")
    assert "static only" in check["title"]
    assert road.providers.received == []


def test_what_was_looked_at_by_this_engine_is_not_looked_at_again(road, project, night, alone):
    mine = project({"src/A.sol": FLAWED})
    alone(mine)
    night()
    night(2)
    road.run()
    assert night(2)["Scheduled"] == 1
    road.run()
    assert len(scheduled(road, mine)) == 1
    said = [
        road.outcome(mine.installation, name[9:])
        for name in road.state(mine.installation)
        if name.startswith("delivery#look-")
    ]
    assert min(outcome.partition(":")[0] for outcome in said) == "nothing to review"


def test_a_further_look_says_what_came_since_the_last_one(road, project, night, alone):
    mine = project({"src/A.sol": SAFE})
    alone(mine)
    night()
    night(2)
    road.run()
    head = mine.history.commit(
        "main", {"src/A.sol": SAFE, "src/B.sol": FLAWED.replace("A", "B")}, parents=[mine.base]
    )
    night(2)
    road.run()
    (check,) = [each for each in scheduled(road, mine) if each["head_sha"] == head]
    assert check["title"].startswith("1 high introduced")


def test_a_rerun_looks_at_the_whole_branch_again(road, project, night, alone):
    mine = project({"src/A.sol": FLAWED})
    alone(mine)
    night()
    night(2)
    road.run()
    (check,) = scheduled(road, mine)
    road.deliver("check_run", road.github.payload_check_run_rerequested(check["id"]))
    road.run()
    (again,) = scheduled(road, mine)
    assert again["external_id"] != check["external_id"]
    assert again["title"].startswith("First review: 1 finding")


def test_a_look_that_hangs_is_begun_anew_on_its_own_check(road, project, night, alone, monkeypatch):
    mine = project({"src/A.sol": FLAWED})
    alone(mine)
    night()
    night(2)
    with monkeypatch.context() as patch:
        patch.setattr(SqsJobs, "assign", die)
        with pytest.raises(Died):
            road.stack.drain()
    lose(road, "PlanFunction")
    sweep_after(road, OPEN_LOOK)
    (check,) = scheduled(road, mine)
    assert (check["status"], check["title"][:12]) == ("completed", "First review")


def test_a_repository_without_solidity_gets_no_check(road, project, night, alone):
    mine = project({"README.md": "words"})
    alone(mine)
    night()
    night(2)
    road.run()
    assert scheduled(road, mine) == []


def test_nobody_is_handed_out_while_deliveries_wait(road, project, night, alone, monkeypatch):
    mine = project({"src/A.sol": SAFE})
    alone(mine)
    night()
    monkeypatch.setattr(scheduling, "BUSY", -1)
    assert "Scheduled" not in night(2)
    monkeypatch.setattr(scheduling, "BUSY", 10)
    assert night()["Scheduled"] == 1


def test_one_installation_leaves_room_for_others(road, project, night, alone, monkeypatch):
    monkeypatch.setattr(scheduling, "MOST", 3)
    many = [project({"src/A.sol": SAFE})]
    many += [project({"src/A.sol": SAFE}, installation=many[0].installation) for _ in range(3)]
    one = project({"src/A.sol": SAFE})
    alone(*many, one)
    night()
    assert night(2)["Scheduled"] == 3
    road.run()
    assert [len(scheduled(road, each)) for each in (*many, one)].count(1) == 3
    assert len(scheduled(road, one)) == 1
    assert night()["Scheduled"] == 2
    assert "Scheduled" not in night()


@pytest.mark.parametrize("step", ["accept", "look_again"])
def test_a_death_while_handing_out_loses_no_look_and_looks_once(road, project, night, alone, step):
    mine = project({"src/A.sol": SAFE})
    alone(mine)
    night()
    owner = wired.SqsIntake if step == "accept" else wired.DynamoState
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(owner, step, die)
        with pytest.raises(Died):
            night(2)
    assert night(scheduling.UNCERTAIN / DAY + 0.001)["Scheduled"] == 1
    road.run()
    assert len(scheduled(road, mine)) == 1


def test_a_repository_that_was_taken_from_the_app_is_forgotten(road, project, night, alone):
    mine = project({"src/A.sol": SAFE})
    alone(mine)
    night()
    assert f"look#{mine.remote.id}" in road.state(mine.installation)
    wired.DynamoState(road._table).forget_repository(mine.installation, mine.remote.id)
    assert f"look#{mine.remote.id}" not in road.state(mine.installation)
    assert "Scheduled" not in night(2)


def test_a_look_whose_repository_is_not_known_any_more_is_dropped_and_begun_anew(
    road, project, night, alone
):
    mine = project({"src/A.sol": SAFE})
    alone(mine)
    night()
    place = {"pk": f"installation#{mine.installation}", "sk": f"look#{mine.remote.id}"}
    road._table.update_item(Key=place, UpdateExpression="REMOVE repository")
    assert night(2) == {"Enrolled": 1}
    assert night(2)["Scheduled"] == 1


def test_an_archived_repository_is_not_enrolled(road, project, night, alone):
    mine = project({"src/A.sol": SAFE})
    alone(mine)
    road.github.world.repositories[mine.remote.id].archived = True
    assert night() == {}


def test_repositories_that_there_is_no_time_for_are_enrolled_by_the_next_run(
    road, project, night, alone, monkeypatch
):
    many = [project({"src/A.sol": SAFE})]
    many += [project({"src/A.sol": SAFE}, installation=many[0].installation) for _ in range(2)]
    alone(*many)

    def enrolled():
        return [n for n in road.state(many[0].installation) if n.startswith("look#")]

    with pytest.MonkeyPatch.context() as patch:
        as_nobody = Context().run  # for the function that runs may not look
        patch.setattr(scheduling.TimetableParts, "in_time", lambda _: len(as_nobody(enrolled)) < 2)
        night()
        assert len(enrolled()) == 2
    night()
    assert len(enrolled()) == 3
