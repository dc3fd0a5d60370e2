"""Workers and the reporter: counted once, failing alone, told in one check and one comment."""

import json

import boto3
import pytest

from solvet.adapters.aws.queues import SqsReports
from solvet.detectors import engine
from solvet.domain.scan import Report, ReportKind
from solvet.local.providers.answers import Http
from tests.services.conftest import SAFE

FLAWED = """pragma solidity 0.8.28;
contract A {
    mapping(address => uint256) private held;
    function take(address from) external {
        (bool sent,) = msg.sender.call{value: held[msg.sender]}("");
        require(sent);
        held[msg.sender] = 0;
    }
}
"""
CLAIM = {
    "scenario": "other",
    "since": "change",
    "fix": "",
    "category": "access_control",
    "severity": "high",
    "confidence": "high",
    "title": "Anybody may take",
    "explanation": "No check of the caller.",
    "recommendation": "Check the caller.",
    "quote": "function take(address from) external {",
    "start_line": 4,
}


def pump(road, name):
    return next(pump for pump in road.stack._pumps if pump.name == name)


@pytest.fixture
def duplicated(road, monkeypatch):
    """Every message of a standard queue is sent twice."""
    sqs = pump(road, "PlanFunction")._sqs

    def again(name):
        url, copies = pump(road, name)._url, []
        while batch := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            copies += [message["Body"] for message in batch]
        for body in copies:
            sqs.send_message(QueueUrl=url, MessageBody=body)
        road.wait()

    return again


def test_duplicated_jobs_count_once(road, change, duplicated):
    files = {f"src/C{number}.sol": FLAWED for number in range(3)}
    mine = change({"src/A.sol": SAFE}, {"src/A.sol": SAFE, **files})
    road.announce(mine)
    pump(road, "PlanFunction").run()
    duplicated("StaticWorkerFunction")
    road.run()
    check = road.check(mine)
    assert check["status"] == "completed"
    assert "incomplete" not in check["title"]
    assert {a["path"] for a in check["annotations"]} == set(files)
    assert len(road.providers.received) == 1, "three files of one content are one question"
    assert len(road.comments(mine)) == 1


def test_more_files_than_a_batch_are_all_analysed(road, change):
    files = {f"src/C{number:02}.sol": FLAWED for number in range(12)}
    mine = change({"src/A.sol": SAFE}, {"src/A.sol": SAFE, **files})
    road.announce(mine)
    road.run()
    assert {a["path"] for a in road.check(mine)["annotations"]} == set(files)


def test_a_rename_alone_introduces_and_fixes_nothing(road, change):
    mine = change({"src/A.sol": FLAWED}, {"contracts/B.sol": FLAWED})
    road.announce(mine)
    road.run()
    check = road.check(mine)
    assert check["conclusion"] == "success"
    assert check["title"] == "Nothing new found"
    assert "Already in the base" in road.comment(mine)


def test_a_file_that_cannot_be_analysed_is_shown_as_failed_and_hurts_no_neighbour(
    road, change, monkeypatch
):
    really = engine.analyse

    def analyse(path, *arguments):
        if path == "src/Bad.sol":
            raise RuntimeError("a bug of ours, with particulars")
        return really(path, *arguments)

    monkeypatch.setattr("solvet.services.static.analyse", analyse)
    mine = change({"src/A.sol": SAFE}, {"src/A.sol": FLAWED, "src/Bad.sol": SAFE})
    road.announce(mine)
    road.run()
    check, comment = road.check(mine), road.comment(mine)
    assert (check["status"], check["conclusion"]) == ("completed", "failure")
    assert "1 of 2 files not fully analysed" in check["title"]
    assert "model review under way" not in check["title"]
    assert "`src/Bad.sol`" in comment
    assert "particulars" not in comment + json.dumps(check)
    assert road.dead_letters() == []


def test_the_model_adds_to_the_same_check_and_the_same_comment(road, change):
    upheld = {"label": "C1", "stance": "confirmed", "reason": "", "quote": "", "start_line": 0}
    road.providers.policy = lambda asked: (
        {"opinions": [upheld]}
        if "opinions" in asked.wants
        else {"claims": [CLAIM], "judgements": []}
    )
    mine = change({"src/A.sol": SAFE}, {"src/A.sol": FLAWED})
    road.announce(mine)
    for name in ("PlanFunction", "StaticWorkerFunction", "ReporterFunction"):
        pump(road, name).run()
    first, comment = road.check(mine), road.comments(mine)[0]
    assert first["title"].endswith("model review under way")
    road.run()
    second = road.check(mine)
    assert second["id"] == first["id"]
    assert len(second["annotations"]) == len(first["annotations"]) + 1
    assert road.comments(mine)[0]["id"] == comment["id"]
    assert "Anybody may take" in road.comment(mine)


def test_a_model_that_stays_away_leaves_the_static_verdict(road, change):
    road.providers.policy = lambda _: Http(503)
    mine = change({"src/A.sol": SAFE}, {"src/A.sol": FLAWED})
    road.announce(mine)
    road.run()
    check = road.check(mine)
    assert "introduced" in check["title"]
    assert "static only" in check["title"]
    assert road.dead_letters() == []


def test_a_model_that_comes_back_is_asked_again(road, change):
    answers = iter([Http(503), Http(429)])
    road.providers.policy = lambda _: next(answers, {"claims": [], "judgements": []})
    mine = change({"src/A.sol": SAFE}, {"src/A.sol": FLAWED})
    road.announce(mine)
    road.run()
    assert "static only" not in road.check(mine)["title"]


def test_a_report_that_is_asked_for_anew_says_nothing_before_the_first_one_does(road, change):
    mine = change()
    road.announce(mine)
    pump(road, "PlanFunction").run()
    before = road.check(mine)
    scan = {"installation": mine.installation, "scan_id": before["external_id"]}
    report = Report(**scan, group="g", kind=ReportKind.REFRESH)
    SqsReports(boto3.client("sqs"), pump(road, "ReporterFunction")._url).ask(report)
    pump(road, "ReporterFunction").run()
    assert (road.check(mine), road.comments(mine)) == (before, [])
    road.run()
    assert road.check(mine)["status"] == "completed"


def test_an_outage_of_github_puts_the_report_off(road, change):
    mine = change()
    road.announce(mine)
    for name in ("PlanFunction", "StaticWorkerFunction"):
        pump(road, name).run()
    road.github.fail_next(method="PATCH", status=503, times=2)
    road.run()
    assert road.check(mine)["status"] == "completed"
    assert len(road.comments(mine)) == 1


def test_a_report_to_a_repository_that_vanished_is_dropped(road, change, vanish):
    mine = change()
    road.announce(mine)
    for name in ("PlanFunction", "StaticWorkerFunction"):
        pump(road, name).run()
    vanish(mine)
    road.run()
    assert road.dead_letters() == []


def test_work_for_an_installation_that_is_forgotten_is_dropped(road, change):
    mine = change()
    road.announce(mine)
    pump(road, "PlanFunction").run()
    gone = road.github.world.installations[mine.installation]
    road.deliver("installation", road.github.payload_installation(gone, "deleted"))
    road.run()
    assert [n for n in road.state(mine.installation) if not n.startswith("delivery#")] == []
    assert road.objects(mine.installation) == []
    assert road.dead_letters() == []


@pytest.mark.parametrize("body", ["no JSON", "[]", '{"installation": "one"}'])
def test_a_message_that_no_version_of_ours_wrote_harms_no_other(road, change, body):
    mine = change()
    plan = pump(road, "PlanFunction")
    road.announce(mine)
    boto3.client("sqs").send_message(QueueUrl=plan._url, MessageBody=body)
    for _ in range(8):
        road.stack.drain()
        road.wait()
    assert road.check(mine)["status"] == "completed"
    assert road.dead_letters() == []
