"""Messages that were tried in vain: another life after an outage, else an honest end."""

import json
import threading

import boto3
import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from solvet.llm.prices import MICRO
from solvet.local.providers.answers import Http
from solvet.render.words import money
from tests.services.conftest import FLAWED, SAFE
from tests.services.healing import (
    HOUR,
    LETTER_WAIT,
    Died,
    assert_ended_incomplete,
    assert_reviewed_once,
    dead_letter,
    die,
    due,
    lose,
    pump,
    survive,
    sweep_after,
)

STEPS = 14


@pytest.fixture
def deadly(monkeypatch):
    """Whoever analyses `src/Z.sol` dies of it; tells of each who did."""
    from solvet.services import analyse, together

    really, deaths = analyse.static_review, []

    def review(file, *arguments, **named):
        if file.path == "src/Z.sol":
            deaths.append(file.path)
            die()
        return really(file, *arguments, **named)

    for module in (analyse, together):
        monkeypatch.setattr(module, "static_review", review)
    return deaths


@pytest.fixture
def broken(calm, change, deadly):
    """A change with a file that nobody survives."""
    mine = change({"src/A.sol": SAFE}, {"src/A.sol": FLAWED, "src/Z.sol": SAFE})
    calm.announce(mine)
    survive(calm)
    return mine


def test_a_worker_that_dies_every_time_ends_the_scan_as_incomplete(calm, broken, deadly):
    assert len(deadly) == 3, "the fourth attempt ends the file unread"
    assert_ended_incomplete(calm, broken)
    assert "1 of 2 files not fully analysed" in calm.check(broken)["title"]
    assert "the worker died every time it was at this file" in calm.comment(broken)
    assert calm.check(broken)["annotations"], "the neighbour's findings are told"
    assert calm.dead_letters() == []


def test_the_same_dead_letter_twice_changes_nothing(calm, broken):
    def known():
        check = {k: v for k, v in calm.check(broken).items() if k != "completed_at"}
        return check, calm.comment(broken), sorted(calm.state(broken.installation))

    before = known()
    scan = before[0]["external_id"]
    for stage, path in (("static", "src/Z.sol"), ("static", "src/A.sol"), ("model", "src/A.sol")):
        job = {"installation": broken.installation, "scan_id": scan, "path": path, "stage": stage}
        for _ in range(2):
            dead_letter(calm, json.dumps(job))
    survive(calm)
    assert known() == before


def test_a_model_worker_that_dies_every_time_leaves_the_static_verdict(calm, change, monkeypatch):
    """In the middle of a question: what was reserved for it may have been charged, and is told."""
    monkeypatch.setattr("solvet.adapters.models.openai.OpenAIModel.complete", die)
    mine = change()
    calm.announce(mine)
    survive(calm)
    check = calm.check(mine)
    assert (check["status"], check["conclusion"]) == ("completed", "failure")
    assert check["title"].endswith("static only")
    assert due(calm, "scan", mine.installation) == []
    assert calm.spent(mine) > 0
    assert money(calm.spent(mine) / MICRO) in calm.comment(mine)


def test_a_model_job_whose_queue_gives_it_up_ends_with_what_it_cost(calm, change, monkeypatch):
    mine = change()
    monkeypatch.setattr("solvet.adapters.models.openai.OpenAIModel.complete", die)
    calm.announce(mine)
    for name in ("PlanFunction", "StaticWorkerFunction"):
        pump(calm, name).run()
    for _ in range(2):
        with pytest.raises(Died):
            pump(calm, "ModelWorkerFunction").run()
        calm.wait()
    lose(calm, "ModelWorkerFunction")
    scan = calm.check(mine)["external_id"]
    job = {"installation": mine.installation, "scan_id": scan, "path": "src/A.sol"}
    dead_letter(calm, json.dumps(job | {"stage": "model"}), "ModelJobsDeadLetters")
    survive(calm)
    assert calm.check(mine)["title"].endswith("static only")
    assert money(calm.spent(mine) / MICRO) in calm.comment(mine)
    assert "the worker died every time it was at this file" in calm.comment(mine)


@pytest.fixture
def deadly_question(monkeypatch):
    """Whoever asks about `src/Z.sol` dies, and with it whatever else its process is at."""
    from solvet.services import analyse

    really = analyse.consult

    def consult(model, subject, terms):
        side_by_side = threading.current_thread() is not threading.main_thread()
        if subject.path == "src/Z.sol" or side_by_side:
            die()
        return really(model, subject, terms)

    monkeypatch.setattr(analyse, "consult", consult)


def test_a_file_that_the_model_worker_dies_of_is_named_and_its_neighbours_are_asked_about(
    calm, change, deadly_question
):
    paths = ["src/A.sol", "src/B.sol", "src/Z.sol"]
    mine = change({"README.md": "x"}, dict.fromkeys(paths, FLAWED))
    calm.announce(mine)
    survive(calm)
    check = calm.check(mine)
    assert (check["status"], check["conclusion"]) == ("completed", "failure")
    assert check["title"] == "3 high introduced · model review in part"
    told = check["summary"].replace("`", "")
    assert "src/Z.sol: the worker died every time it was at this file" in told
    assert "src/A.sol: the worker died" not in told
    assert due(calm, "scan", mine.installation) == due(calm, "letter", mine.installation) == []


@pytest.mark.parametrize("step", range(1, STEPS))
def test_a_death_of_the_last_resort_itself_is_made_good(calm, change, deadly, monkeypatch, step):
    mine = change({"src/A.sol": SAFE}, {"src/A.sol": FLAWED, "src/Z.sol": SAFE})
    calm.announce(mine)
    calls, function = iter(range(1, 1_000)), pump(calm, "LastResortFunction")._function
    invoke, really = type(function).invoke, BaseClient._make_api_call
    inside = []

    def watched(self, event):
        inside.append(self is function)
        try:
            return invoke(self, event)
        finally:
            inside.pop()

    def call(self, operation, arguments):
        answer = really(self, operation, arguments)
        if inside and inside[-1] and next(calls) == step:
            raise Died
        return answer

    monkeypatch.setattr(type(function), "invoke", watched)
    monkeypatch.setattr(BaseClient, "_make_api_call", call)
    survive(calm)
    assert_ended_incomplete(calm, mine)


@pytest.mark.parametrize("body", ["", "no JSON", "[]", '{"installation": 1}', "\x00" * 10])
def test_a_dead_letter_that_no_version_of_ours_wrote_is_dropped(calm, body):
    dead_letter(calm, body or " ")
    survive(calm)
    assert calm.dead_letters() == []


def test_a_dead_job_of_a_scan_whose_agenda_is_gone_ends_it_as_incomplete(calm, change):
    mine = change()
    calm.announce(mine)
    pump(calm, "PlanFunction").run()
    lose(calm, "StaticWorkerFunction")
    for key in calm.objects(mine.installation):
        boto3.client("s3").delete_object(Bucket=calm._bucket, Key=key)
    scan = calm.check(mine)["external_id"]
    job = {"installation": mine.installation, "scan_id": scan, "path": "src/A.sol", "redriven": 2}
    dead_letter(calm, json.dumps(job | {"stage": "static"}))
    survive(calm)
    assert_ended_incomplete(calm, mine)


def test_a_dead_letter_of_a_scan_that_nobody_remembers_is_dropped(calm):
    job = {"installation": 9, "scan_id": "none", "path": "A.sol", "stage": "static"}
    report = {"installation": 9, "scan_id": "none", "group": "g", "kind": "final", "redriven": 9}
    delivery = {"id": "d", "trigger": "forget", "installation": 9, "redriven": 9}
    for each in (job, report, delivery):
        dead_letter(calm, json.dumps(each))
    survive(calm)
    assert calm.dead_letters() == []
    assert calm.outcome(9, "d").startswith("failed: ")


def test_when_github_is_down_for_the_reporter_the_check_appears_afterwards(calm, change):
    mine = change()
    calm.announce(mine)
    calm.github.fail_next(method="PATCH", status=503, times=10)
    survive(calm)
    assert calm.check(mine)["status"] == "in_progress"
    letters = due(calm, "letter", mine.installation)
    assert letters
    assert "SentAgain" not in sweep_after(calm, 60), "it waits"
    while due(calm, "letter", mine.installation):
        sweep_after(calm, LETTER_WAIT + HOUR)
    assert_reviewed_once(calm, mine)


def test_when_github_is_down_for_the_planner_the_review_happens_afterwards(calm, change):
    mine = change()
    delivery = calm.announce(mine)
    calm.github.fail_next(path="/pulls/", status=503, times=5 * 3)
    survive(calm)
    assert calm.checks(mine) == []
    sweep_after(calm, LETTER_WAIT)
    assert_reviewed_once(calm, mine)
    assert calm.outcome(mine.installation, delivery.guid).startswith("scan ")


def test_what_can_never_be_planned_closes_its_check_and_says_so(calm, change):
    mine = change()
    delivery = calm.announce(mine)
    calm.github.fail_next(path="/graphql", status=503, times=1_000)
    survive(calm)
    assert calm.check(mine)["status"] == "in_progress"
    for hours in (1, 2, 5):
        sweep_after(calm, hours * HOUR)
    assert calm.outcome(mine.installation, delivery.guid).startswith("failed: planning broke off")
    assert_ended_incomplete(calm, mine)


def test_a_report_that_can_never_be_published_is_given_up(calm, change):
    mine = change()
    calm.announce(mine)
    for name in ("PlanFunction", "StaticWorkerFunction"):
        pump(calm, name).run()
    for name in ("ModelWorkerFunction", "ReporterFunction"):
        lose(calm, name)
    scan = calm.check(mine)["external_id"]
    report = {"installation": mine.installation, "scan_id": scan, "group": "g", "kind": "final"}
    dead_letter(calm, json.dumps(report | {"redriven": 4}))
    survive(calm)
    assert due(calm, "letter", mine.installation) == due(calm, "scan", mine.installation) == []
    assert_ended_incomplete(calm, mine)


def test_when_the_last_report_is_given_up_a_verdict_stands_and_waits_for_no_model(calm, change):
    mine = change()
    calm.announce(mine)
    for name in ("PlanFunction", "StaticWorkerFunction", "ReporterFunction"):
        pump(calm, name).run()
    lose(calm, "ModelWorkerFunction")
    before = calm.check(mine)
    assert before["status"] == "completed"
    report = {"installation": mine.installation, "group": "g", "kind": "final", "redriven": 4}
    dead_letter(calm, json.dumps(report | {"scan_id": before["external_id"]}))
    survive(calm)
    after = calm.check(mine)
    assert before["title"].endswith("model review under way")
    assert after["title"].endswith("static only")
    assert (after["conclusion"], after["annotations"]) == ("failure", before["annotations"])
    assert "the review broke off" in after["summary"]
    assert "under way" not in calm.comment(mine)
    assert due(calm, "scan", mine.installation) == []


def given_up(calm):
    """The delivery that waits for planning, dead for the last time."""
    calm.wait()
    url = pump(calm, "PlanFunction")._url
    (message,) = boto3.client("sqs").receive_message(QueueUrl=url)["Messages"]
    lose(calm, "PlanFunction")
    dead_letter(calm, json.dumps(json.loads(message["Body"]) | {"redriven": 3}))
    for name in ("LastResortFunction", "ReporterFunction"):
        for each in (p for p in calm.stack._pumps if p.name == name):
            each.run()


def test_a_push_that_can_never_be_planned_closes_its_check_at_once(calm, project):
    mine = project({"A.sol": SAFE})
    head = mine.history.commit("main", {"A.sol": FLAWED}, parents=[mine.base])
    ((event, payload),) = calm.github.push(mine.remote, "main", head)
    delivery = calm.deliver(event, payload)
    calm.github.fail_next(path="/graphql", status=503, times=3)
    pump(calm, "PlanFunction").run()
    assert calm.check(mine)["status"] == "in_progress"
    given_up(calm)
    assert_ended_incomplete(calm, mine)
    assert calm.outcome(mine.installation, delivery.guid).startswith("failed: planning broke off")


def test_a_delivery_that_is_given_up_breaks_off_no_review_that_another_began(calm, change):
    mine = change()
    calm.announce(mine)
    pump(calm, "PlanFunction").run()
    again = calm.announce(mine, "reopened")
    given_up(calm)
    assert calm.check(mine)["status"] == "in_progress"
    assert calm.outcome(mine.installation, again.guid).startswith("failed: planning broke off")
    survive(calm)
    assert_reviewed_once(calm, mine)


def test_a_report_about_a_wait_that_is_given_up_leaves_the_scan_open(calm, change):
    mine = change()
    calm.announce(mine)
    pump(calm, "PlanFunction").run()
    scan = calm.check(mine)["external_id"]
    report = {"installation": mine.installation, "scan_id": scan, "group": "g", "kind": "refresh"}
    dead_letter(calm, json.dumps(report | {"redriven": 4}))
    assert sum(p.run() for p in calm.stack._pumps if p.name == "LastResortFunction") == 1
    assert due(calm, "scan", mine.installation)


def test_results_that_nobody_can_read_end_the_review_as_incomplete(calm, change):
    mine = change()
    calm.announce(mine)
    for name in ("PlanFunction", "StaticWorkerFunction"):
        pump(calm, name).run()
    for key in calm.objects(mine.installation):
        if "/static/" in key:
            boto3.client("s3").put_object(Bucket=calm._bucket, Key=key, Body=b"{")
    survive(calm)
    for hours in (1, 2, 5, 13, 5, 13):
        sweep_after(calm, hours * HOUR)
    assert_ended_incomplete(calm, mine)


def test_an_outage_at_the_last_attempt_is_no_failure_of_the_file(calm, change, monkeypatch):
    mine = change()
    calm.announce(mine)
    really, failing = BaseClient._make_api_call, [True]

    def call(self, operation, arguments):
        if operation == "GetObject" and "sources/" in arguments["Key"] and failing:
            raise ClientError({"Error": {"Code": "SlowDown", "Message": "slower"}}, operation)
        return really(self, operation, arguments)

    monkeypatch.setattr(BaseClient, "_make_api_call", call)
    survive(calm)
    assert calm.check(mine)["status"] == "in_progress"
    failing.clear()
    sweep_after(calm, LETTER_WAIT)
    assert_reviewed_once(calm, mine)


def test_an_outage_that_lasts_for_hours_ends_the_file(calm, change, monkeypatch):
    mine = change()
    calm.announce(mine)
    really = BaseClient._make_api_call

    def call(self, operation, arguments):
        if operation == "GetObject" and "sources/" in arguments["Key"]:
            raise ClientError({"Error": {"Code": "SlowDown", "Message": "slower"}}, operation)
        return really(self, operation, arguments)

    monkeypatch.setattr(BaseClient, "_make_api_call", call)
    survive(calm)
    for _ in range(3):
        sweep_after(calm, HOUR)
    assert_ended_incomplete(calm, mine)


def test_a_provider_that_stays_away_needs_no_last_resort(calm, change):
    calm.providers.policy = lambda _: Http(503)
    mine = change()
    calm.announce(mine)
    survive(calm)
    assert due(calm, "letter", mine.installation) == []
    assert_reviewed_once(calm, mine)
