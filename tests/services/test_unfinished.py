"""Scans that began and did not end: resumed, then ended honestly."""

from contextvars import Context

import boto3
import pytest
from botocore.client import BaseClient

from solvet.adapters.github.checks import GitHubChecks
from tests.services.conftest import FLAWED, SAFE
from tests.services.healing import (
    HOUR,
    OPEN_LOOK,
    Died,
    assert_ended_incomplete,
    assert_reviewed_once,
    due,
    lose,
    pump,
    survive,
    sweep_after,
)

PLANNING_STEPS = 13


@pytest.mark.parametrize("step", range(1, PLANNING_STEPS, 2))
def test_planning_that_died_and_whose_delivery_is_lost_is_resumed(calm, change, monkeypatch, step):
    mine = change()
    calm.announce(mine)
    calls, really = iter(range(1, 10_000)), BaseClient._make_api_call

    def call(self, operation, arguments):
        answer = really(self, operation, arguments)
        if operation not in {"ReceiveMessage", "DeleteMessageBatch"} and next(calls) == step:
            raise Died
        return answer

    monkeypatch.setattr(BaseClient, "_make_api_call", call)
    with pytest.raises(Died):
        pump(calm, "PlanFunction").run()
    monkeypatch.setattr(BaseClient, "_make_api_call", really)
    lose(calm, "PlanFunction")
    lose(calm, "StaticWorkerFunction")
    known = due(calm, "scan", mine.installation)
    for seconds in (OPEN_LOOK, HOUR):
        sweep_after(calm, seconds)
    if known:
        assert_reviewed_once(calm, mine)
    else:
        assert calm.checks(mine) == [], "nobody was promised anything yet"


@pytest.mark.parametrize(
    ("lost", "seconds"),
    [
        ("StaticWorkerFunction", OPEN_LOOK),
        ("ReporterFunction", OPEN_LOOK),
        ("ModelWorkerFunction", OPEN_LOOK + 2 * HOUR),
    ],
)
def test_messages_that_vanished_are_made_anew(calm, change, lost, seconds):
    mine = change()
    calm.announce(mine)
    order = ("PlanFunction", "StaticWorkerFunction", "ModelWorkerFunction", "ReporterFunction")
    for name in order[: order.index(lost)]:
        pump(calm, name).run()
    lose(calm, lost)
    survive(calm)
    while seconds > 0:
        sweep_after(calm, min(seconds, OPEN_LOOK))
        seconds -= OPEN_LOOK
    sweep_after(calm, 2 * HOUR)
    assert_reviewed_once(calm, mine)
    assert "static only" not in calm.check(mine)["title"]


def test_jobs_that_vanish_again_end_the_scan_as_incomplete(calm, change):
    mine = change()
    calm.announce(mine)
    pump(calm, "PlanFunction").run()
    lose(calm, "StaticWorkerFunction")
    calm._later += OPEN_LOOK
    calm.stack.sweep()
    lose(calm, "StaticWorkerFunction")
    done = sweep_after(calm, 2 * HOUR + 1)
    assert done["BrokenOff"] == 1
    assert_ended_incomplete(calm, mine)
    assert "the analysis broke off" in calm.comment(mine)


def test_model_jobs_that_vanish_again_leave_the_static_verdict(calm, change):
    mine = change()
    calm.announce(mine)
    for _ in range(3):
        for name in ("PlanFunction", "StaticWorkerFunction"):
            pump(calm, name).run()
        lose(calm, "ModelWorkerFunction")
        pump(calm, "ReporterFunction").run()
        calm._later += 7 * HOUR
        calm.stack.sweep()
    survive(calm)
    assert_reviewed_once(calm, mine)
    assert calm.check(mine)["title"].endswith("static only")


def test_a_model_review_is_given_hours_before_it_is_asked_for_again_and_before_it_is_given_up(
    calm, change
):
    mine, done = change(), []
    calm.announce(mine)
    for name in ("PlanFunction", "StaticWorkerFunction", "ReporterFunction"):
        pump(calm, name).run()
    for seconds in (OPEN_LOOK, 2 * HOUR, 5 * HOUR, HOUR):
        lose(calm, "ModelWorkerFunction")
        calm._later += seconds
        done.append(calm.stack.sweep())
    looks = [{kind: n for kind, n in each.items() if kind != "Planned"} for each in done]
    assert looks == [{"LeftAlone": 1}, {"Resumed": 1}, {}, {"BrokenOff": 1}]


def test_planning_that_never_succeeds_ends_its_check_as_incomplete(calm, change):
    mine = change()
    calm.announce(mine)
    calm.github.fail_next(path="/graphql", status=503, times=3)
    pump(calm, "PlanFunction").run()
    for _ in range(2):
        lose(calm, "PlanFunction")
        calm._later += 3 * HOUR
        calm.stack.sweep()
    lose(calm, "PlanFunction")
    survive(calm)
    assert_ended_incomplete(calm, mine)
    assert "“Re-run” looks at it anew" in calm.check(mine)["summary"]


def test_a_scan_without_its_agenda_ends_as_incomplete(calm, change):
    mine = change()
    calm.announce(mine)
    pump(calm, "PlanFunction").run()
    lose(calm, "StaticWorkerFunction")
    for key in calm.objects(mine.installation):
        boto3.client("s3").delete_object(Bucket=calm._bucket, Key=key)
    sweep_after(calm, OPEN_LOOK)
    assert_ended_incomplete(calm, mine)


def assert_the_sweep_closes_the_former(calm, mine):
    survive(calm)
    sweep_after(calm, OPEN_LOOK)
    checks = {check["head_sha"]: check for check in calm.checks(mine)}
    assert checks[mine.former]["conclusion"] == "cancelled"
    assert checks[mine.head]["conclusion"] == "success"
    assert due(calm, "scan", mine.installation) == []


def test_a_superseded_scan_whose_closing_was_lost_is_closed(calm, change):
    mine = change()
    calm.announce(mine)
    pump(calm, "PlanFunction").run()
    for event, payload in calm.move(mine, {"src/A.sol": SAFE + "\n"}):
        calm.deliver(event, payload)
    pump(calm, "PlanFunction").run()
    lose(calm, "ReporterFunction")
    assert_the_sweep_closes_the_former(calm, mine)


def test_a_check_run_made_when_its_scan_was_superseded_already_is_closed(calm, change, monkeypatch):
    mine = change()
    calm.announce(mine)
    really, pushed = GitHubChecks.open_check, []

    def open_check(self, *told, **named):
        if not pushed:
            pushed.extend(calm.move(mine, {"src/A.sol": SAFE + "\n"}))
            for event, payload in pushed:
                calm.deliver(event, payload)
            for name in ("PlanFunction", "ReporterFunction"):
                Context().run(pump(calm, name).run)  # as nobody who runs already
        return really(self, *told, **named)

    monkeypatch.setattr(GitHubChecks, "open_check", open_check)
    pump(calm, "PlanFunction").run()
    assert_the_sweep_closes_the_former(calm, mine)


def test_a_push_whose_delivery_is_lost_goes_on_as_the_same_scan(calm, project):
    mine = project({"A.sol": SAFE})
    head = mine.history.commit("main", {"A.sol": FLAWED}, parents=[mine.base])
    ((event, payload),) = calm.github.push(mine.remote, "main", head)
    calm.deliver(event, payload)
    calm.github.fail_next(path="/graphql", status=503, times=3)
    pump(calm, "PlanFunction").run()
    lose(calm, "PlanFunction")
    before = calm.check(mine)
    sweep_after(calm, OPEN_LOOK)
    check = calm.check(mine)
    assert (before["status"], check["status"]) == ("in_progress", "completed")
    assert check["external_id"] == before["external_id"]
    assert "introduced" in check["title"]
    assert due(calm, "scan", mine.installation) == []


def test_a_rerun_that_hangs_ends_on_the_same_check_run(calm, change):
    mine = change()
    calm.announce(mine)
    survive(calm)
    first = calm.check(mine)
    calm.deliver("check_run", calm.github.payload_check_run_rerequested(first["id"]))
    calm.github.fail_next(path="/graphql", status=503, times=3)
    pump(calm, "PlanFunction").run()
    lose(calm, "PlanFunction")
    assert calm.check(mine)["status"] == "in_progress"
    for _ in range(2):
        sweep_after(calm, 3 * HOUR)
    assert calm.check(mine)["id"] == first["id"]
    assert_reviewed_once(calm, mine)


def test_a_review_that_ended_is_left_alone(calm, change):
    mine = change()
    calm.announce(mine)
    survive(calm)
    assert due(calm, "scan", mine.installation) == []
    before = len(calm.github.requests)
    for _ in range(3):
        sweep_after(calm, OPEN_LOOK)
    looked = [r.path for r in calm.github.requests[before:] if "check-runs" in r.path]
    assert looked == []


def test_a_change_that_is_announced_again_while_it_is_reviewed_hands_out_nothing(calm, change):
    mine = change()
    calm.announce(mine)
    pump(calm, "PlanFunction").run()
    again = calm.announce(mine, "reopened")
    pump(calm, "PlanFunction").run()
    assert pump(calm, "StaticWorkerFunction").waiting() == 1
    assert calm.outcome(mine.installation, again.guid).endswith("is under way or done")


def test_jobs_go_out_when_all_is_stored_that_they_need(calm, change, monkeypatch):
    made, really = [], BaseClient._make_api_call

    def call(self, operation, arguments):
        made.append(operation)
        return really(self, operation, arguments)

    mine = change()
    calm.announce(mine)
    monkeypatch.setattr(BaseClient, "_make_api_call", call)
    pump(calm, "PlanFunction").run()
    sent = made.index("SendMessageBatch")
    assert "PutObject" in made[:sent]
    assert "PutObject" not in made[sent:], "agenda and texts"
    assert made[sent - 1] == "UpdateItem", "how many jobs there are"
