"""The healer: what was lost, hangs or was put off is found again, once, and ends."""

from datetime import timedelta

import boto3
import pytest
from botocore.client import BaseClient

from solvet.adapters.github import session
from solvet.local.github import Fault
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
    quieten,
    survive,
    sweep_after,
)

NOWHERE = "http://127.0.0.1:9/webhook"
PLANNING_STEPS = 14


@pytest.fixture
def calm(road, monkeypatch):
    monkeypatch.setattr(session._RETRY_READS, "backoff_factor", 0)
    return quieten(road)


@pytest.fixture
def in_vain(calm):
    """Announces a change while nobody listens."""

    def announce(mine, event="pull_request", payload=None):
        calm.github.webhook_url = NOWHERE
        what = payload or calm.github.payload_pull_request(mine.pull, "opened")
        delivery = calm.github.deliver(event, what)
        assert delivery.status_code == 502
        return delivery

    return announce


def listens(calm):
    calm.github.webhook_url = calm.stack.webhook_url


def attempts(calm, delivery):
    return [each for each in calm.github.deliveries if each.guid == delivery.guid]


# ---- deliveries ----


def test_a_lost_webhook_is_redelivered_and_reviewed_exactly_once(calm, change, in_vain):
    mine = change()
    lost = in_vain(mine)
    listens(calm)
    assert sweep_after(calm, 0)["Redelivered"] == 1
    assert_reviewed_once(calm, mine)
    for _ in range(3):
        assert "Redelivered" not in sweep_after(calm, 2 * HOUR)
    assert len(attempts(calm, lost)) == 2
    assert_reviewed_once(calm, mine)


def test_a_delivery_that_keeps_failing_is_redelivered_three_times_ever_more_rarely(
    calm, change, in_vain
):
    lost, tries = in_vain(change()), []
    for _ in range(20):
        sweep_after(calm, HOUR // 4 + 1)
        tries.append(len(attempts(calm, lost)) - 1)
    assert tries[-1] == 3
    assert [tries.index(number) for number in (1, 2, 3)] == [0, 2, 6]


def test_a_redelivery_that_github_throttles_is_none_of_the_three(calm, change, in_vain):
    mine = change()
    lost = in_vain(mine)
    for _ in range(4):
        calm.github.fail_next(path="/attempts", status=429, headers={"Retry-After": "60"})
        assert "Stopped" in sweep_after(calm, HOUR)
    listens(calm)
    assert sweep_after(calm, HOUR)["Redelivered"] == 1
    assert len(attempts(calm, lost)) == 2
    assert_reviewed_once(calm, mine)


def test_a_redelivery_that_is_planned_meanwhile_is_not_asked_for_again(calm, change, in_vain):
    lost = in_vain(change())
    listens(calm)
    calm.stack.sweep()
    assert "Redelivered" not in calm.stack.sweep(), "one is under way"
    survive(calm)
    assert len(attempts(calm, lost)) == 2


@pytest.mark.parametrize(
    ("status", "age"), [(400, 0), (413, 0), (502, 73)], ids=["malformed", "too large", "too old"]
)
def test_what_cannot_succeed_is_not_redelivered(calm, change, in_vain, status, age):
    lost = in_vain(change())
    lost.status_code = status
    lost.delivered_at -= timedelta(hours=age)
    listens(calm)
    assert "Redelivered" not in sweep_after(calm, 0)


def test_events_that_are_none_of_ours_are_not_redelivered(calm, change, in_vain):
    mine = change()
    payload = calm.github.payload_pull_request(mine.pull, "closed")
    in_vain(mine, payload=payload)
    in_vain(mine, "star", {"action": "created"})
    listens(calm)
    assert "Redelivered" not in sweep_after(calm, 0)


def test_a_long_list_of_failures_is_gone_through_over_several_runs(
    calm, change, in_vain, monkeypatch
):
    monkeypatch.setattr("solvet.adapters.github.deliveries.PAGE", 5)
    monkeypatch.setattr("solvet.services.redelivery.MOST", 3)
    mine = change()
    lost = in_vain(mine)
    for _ in range(30):
        calm.github.deliver("star", {"action": "created"})
    for _ in range(4):
        in_vain(mine)
    listens(calm)
    done = [sweep_after(calm, 0).get("Redelivered", 0) for _ in range(4)]
    assert done == [3, 1, 1, 0]
    assert len(attempts(calm, lost)) == 2
    assert_reviewed_once(calm, mine)


def test_a_limit_of_github_is_obeyed_until_it_is_over(calm, change, in_vain):
    in_vain(change())
    listens(calm)
    limit = {"status": 403, "headers": {"Retry-After": "600"}, "body": '{"message": "rate limit"}'}
    calm.github.fail_next(path="/app/hook/deliveries", **limit)
    assert sweep_after(calm, 0)["Stopped"] == 1
    before = len(calm.github.requests)
    assert sweep_after(calm, 300) == {}
    assert len(calm.github.requests) == before
    assert sweep_after(calm, 301)["Redelivered"] == 1


def test_a_cursor_that_github_knows_no_more_begins_at_the_front(calm, change, in_vain):
    in_vain(change())
    listens(calm)
    key = {"pk": "installation#0", "sk": "deliveries"}
    calm._table.put_item(Item=key | {"list_cursor": "stale"})
    calm.github.fail_next(path="/app/hook/deliveries", status=422)
    assert sweep_after(calm, 0) == {"Stopped": 1}
    assert sweep_after(calm, 0)["Redelivered"] == 1


# ---- scans that hang ----


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


def test_planning_that_never_succeeds_ends_its_check_as_incomplete(calm, change):
    mine = change()
    calm.announce(mine)
    calm.github.fail_next(path="/files", status=503, times=3)
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


def test_a_superseded_scan_whose_closing_was_lost_is_closed(calm, change):
    mine = change()
    calm.announce(mine)
    pump(calm, "PlanFunction").run()
    for event, payload in calm.move(mine, {"src/A.sol": SAFE + "\n"}):
        calm.deliver(event, payload)
    pump(calm, "PlanFunction").run()
    lose(calm, "ReporterFunction")
    survive(calm)
    sweep_after(calm, OPEN_LOOK)
    checks = {check["head_sha"]: check for check in calm.checks(mine)}
    assert checks[mine.former]["conclusion"] == "cancelled"
    assert checks[mine.head]["conclusion"] == "success"
    assert due(calm, "scan", mine.installation) == []


def test_a_rerun_that_hangs_ends_on_the_same_check_run(calm, change):
    mine = change()
    calm.announce(mine)
    survive(calm)
    first = calm.check(mine)
    calm.deliver("check_run", calm.github.payload_check_run_rerequested(first["id"]))
    calm.github.fail_next(path="/files", status=503, times=3)
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


# ---- heads that nobody told us of ----


def unannounced(calm, mine, minutes=20):
    """A second pull request of a repository that is known; nobody announces it."""
    mine.head = mine.history.commit("other", {"src/A.sol": FLAWED + "\n"}, parents=[mine.base])
    pull = calm.github.open_pull_request(mine.remote, head="other")
    pull.updated_at -= timedelta(minutes=minutes)
    return pull


@pytest.fixture
def known(calm, change):
    """A project whose first pull request was reviewed."""
    mine = change()
    calm.announce(mine)
    survive(calm)
    return mine


def heads(calm, mine):
    return [check["head_sha"] for check in calm.checks(mine)]


def test_an_open_pull_request_without_a_check_is_found_and_reviewed_once(calm, known):
    pull = unannounced(calm, known)
    assert sweep_after(calm, OPEN_LOOK)["Planned"] == 1
    for _ in range(2):
        assert "Planned" not in sweep_after(calm, OPEN_LOOK)
    assert heads(calm, known).count(pull.head_sha) == 1


@pytest.mark.parametrize("minutes", [0, 73 * 60], ids=["just opened", "long untouched"])
def test_a_change_on_its_way_and_one_long_untouched_are_left(calm, known, minutes):
    unannounced(calm, known, minutes)
    assert "Planned" not in sweep_after(calm, OPEN_LOOK)


def test_a_head_with_a_check_that_our_books_forgot_is_left(calm, known):
    for name in calm.state(known.installation):
        if name.startswith(("head#", "scan#", "delivery#")):
            calm._table.delete_item(Key={"pk": f"installation#{known.installation}", "sk": name})
    known.pull.updated_at -= timedelta(minutes=20)
    assert "Planned" not in sweep_after(calm, OPEN_LOOK)


def test_a_head_for_which_nothing_was_due_is_found_once(calm, known):
    unannounced(calm, known)
    refused = '{"message": "Resource not accessible by integration"}'
    calm.github.fail_next(path="/pulls/", status=403, body=refused)
    done = [sweep_after(calm, OPEN_LOOK).get("Planned", 0) for _ in range(3)]
    assert done == [1, 0, 0]


def test_a_repository_that_vanished_is_looked_at_no_more(calm, known, vanish):
    vanish(known)
    sweep_after(calm, OPEN_LOOK)
    assert due(calm, "repository", known.installation) == []


def test_a_limit_rests_all_repositories_of_its_installation(calm, known, project):
    other = project({"A.sol": SAFE}, {"A.sol": FLAWED}, installation=known.installation)
    calm.open(other)
    limit = {"status": 403, "headers": {"Retry-After": "3000"}, "body": '{"message": "rate limit"}'}
    calm.github.fail_next(path="/pulls$", **limit)
    assert sweep_after(calm, OPEN_LOOK)["Stopped"] == 1
    assert (
        sum(
            f"/repos/{r.repository.full_name}/pulls" == q.path
            for r in (known, other)
            for q in calm.github.requests[-5:]
        )
        <= 1
    )
    assert due(calm, "repository", known.installation)


# ---- what is forgotten ----


def test_a_repository_that_was_taken_away_leaves_nothing_and_the_others_everything(
    calm, known, project
):
    other = project({"A.sol": SAFE}, {"A.sol": FLAWED}, installation=known.installation)
    calm.open(other)
    mine, theirs = calm.check(known)["external_id"], calm.check(other)["external_id"]
    payload = {
        "action": "removed",
        "installation": {"id": known.installation},
        "repositories_removed": [{"id": known.repository.id, "full_name": "a/b", "private": True}],
        "repositories_added": [],
    }
    delivery = calm.deliver("installation_repositories", payload)
    calm.run()
    names, keys = calm.state(known.installation), calm.objects(known.installation)
    assert calm.outcome(known.installation, delivery.guid).startswith("1 repositories were removed")
    of_mine = (mine, f"head#{known.repository.id}#", f"repository#{known.repository.id}")
    left = [n for n in names if any(it in n for it in of_mine)]
    assert [name.split("#")[:2] for name in left] == [["money", "repository"]], "limits hold on"
    assert not [key for key in keys if mine in key]
    assert [n for n in names if theirs in n]
    assert [key for key in keys if theirs in key]


def test_added_repositories_ask_for_nothing(calm, known):
    payload = {"action": "added", "installation": {"id": 1}, "repositories_removed": []}
    assert calm.deliver("installation_repositories", payload).status_code == 204


def test_an_installation_that_is_gone_leaves_nothing_to_come_back_to(calm, change):
    mine = change()
    calm.announce(mine)
    pump(calm, "PlanFunction").run()
    gone = calm.github.world.installations[mine.installation]
    calm.deliver("installation", calm.github.payload_installation(gone, "deleted"))
    survive(calm)
    for kind in ("scan", "repository", "letter"):
        assert due(calm, kind, mine.installation) == []


# ---- the sweep itself ----


def test_two_sweeps_at_once_take_up_each_thing_once(calm, change):
    mine = change()
    calm.announce(mine)
    pump(calm, "PlanFunction").run()
    lose(calm, "StaticWorkerFunction")
    calm._later += OPEN_LOOK
    first = calm.stack.sweep()
    second = calm.stack.sweep()
    assert (first["Resumed"], second.get("Resumed")) == (1, None)


def test_a_fault_of_ours_in_one_action_stops_no_other_and_is_raised(
    calm, change, in_vain, monkeypatch
):
    def broken(_):
        raise RuntimeError("a bug of ours")
        yield

    monkeypatch.setattr("solvet.services.sweep.ACTIONS", (broken, *_actions()))
    mine = change()
    in_vain(mine)
    listens(calm)
    with pytest.raises(ExceptionGroup, match="in part"):
        calm.stack.sweep()
    survive(calm)
    assert_reviewed_once(calm, mine)


def _actions():
    from solvet.services import sweep

    return sweep.ACTIONS


def test_an_outage_of_github_stops_only_what_needs_github(calm, change):
    mine = change()
    calm.announce(mine)
    pump(calm, "PlanFunction").run()
    lose(calm, "StaticWorkerFunction")
    down = Fault(path=".*", status=503, times=1)
    calm.github.set_fault_hook(lambda _: down)
    calm._later += OPEN_LOOK
    done = calm.stack.sweep()
    calm.github.set_fault_hook(None)
    assert done["Resumed"] == 1
    assert done["Stopped"] >= 1
    survive(calm)
    assert_reviewed_once(calm, mine)


def test_a_sweep_without_time_begins_nothing(calm, change, in_vain, monkeypatch):
    in_vain(change())
    listens(calm)
    monkeypatch.setattr("solvet.services.healer.RESERVE", 1e9)
    assert sweep_after(calm, 0) == {}
