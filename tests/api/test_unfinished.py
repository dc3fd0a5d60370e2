"""An analysis ends within a stated time, whatever died or was lost: with its result, or saying why.

Static: resumed after half an hour, failed two hours later. The model: six hours more.
"""

import json
import time
from collections import Counter

import pytest
from boto3.dynamodb.conditions import Key

from solvet.adapters.aws import watch
from solvet.adapters.aws.bucket import S3Storage
from solvet.adapters.aws.queues import SqsJobs
from solvet.services import sweep, unfinished
from solvet.services.giving_up import REASON
from tests.api.conftest import FATAL, SAFE
from tests.services.healing import Died, die, lose, pump

FIRST, SECOND, THIRD = 1_801, 2 * 3_600, 6 * 3_600
"""Seconds to each look of the sweep, from the one before."""


@pytest.fixture
def later(place, monkeypatch):
    """Lets time pass and has the healer look; answers how many deeds of each kind."""
    monkeypatch.setattr(sweep, "ACTIONS", (unfinished.resume, unfinished.resume_analyses))
    really, passed = time.time, [0]
    monkeypatch.setattr(watch, "time", lambda: really() + passed[0])

    def pass_(seconds):
        passed[0] += seconds
        return place.stack.sweep()

    return pass_


@pytest.fixture
def measured(monkeypatch, capsys):
    """What became of analyses, by the metrics in the functions' logs."""
    monkeypatch.setenv("POWERTOOLS_METRICS_DISABLED", "false")

    def read():
        lines = (
            json.loads(line) for line in capsys.readouterr().out.splitlines() if "_aws" in line
        )
        found = [line for line in lines if "Analyses" in line or "TimeToAnalysis" in line]
        took = sum("TimeToAnalysis" in line for line in found)
        return Counter((e["way"], e["outcome"]) for e in found if "way" in e), took

    return read


def open_ones(place, errand="analysis"):
    """How many somebody will come back to."""
    wanted = Key("due").eq(errand)
    return place.table.query(IndexName="due", KeyConditionExpression=wanted)["Count"]


def put(place, name, text=FATAL):
    place.s3.put_object(Bucket=place.bucket, Key=name, Body=text.encode())


def killed(place, owner, step, monkeypatch):
    """The next process dies at that step, and the message that it was at is lost with it."""
    with monkeypatch.context() as patch:
        patch.setattr(owner, step, die)
        with pytest.raises(Died):
            place.stack.drain()
    lose(place, "UploadFunction")


def test_an_upload_whose_worker_died_is_taken_up_with_what_was_stored(place, later, monkeypatch):
    put(place, "died.sol")
    killed(place, SqsJobs, "assign", monkeypatch)
    assert later(FIRST) == {"Resumed": 1}
    place.run()
    assert place.results("died.sol").machine["security_score"] == 60
    assert open_ones(place) == 0


def test_an_upload_of_which_nothing_was_stored_is_told_to_have_failed(
    place, later, measured, monkeypatch
):
    put(place, "early.sol")
    killed(place, S3Storage, "put_agenda", monkeypatch)
    assert later(FIRST) == {"BrokenOff": 1}
    place.run()
    found = place.results("early.sol")
    assert found.machine["status"] == "failed"
    assert "upload it again" in found.machine["reason"]
    assert open_ones(place) == 0
    assert measured()[0]["upload", "failed"] == 1


def test_a_report_that_was_lost_is_asked_for_again(place, later, measured):
    put(place, "told.sol")
    for name in ("UploadFunction", "StaticWorkerFunction", "ModelWorkerFunction"):
        pump(place, name).run()
        lose(place, "ReporterFunction")
    assert place.results("told.sol").machine is None
    assert later(FIRST) == {"ReportAsked": 1}
    place.run()
    assert place.results("told.sol").machine["model"]["status"] == "done"
    assert measured() == ({("upload", "accepted"): 1, ("upload", "complete"): 1}, 1)
    assert open_ones(place) == 0


def test_files_whose_jobs_are_lost_again_and_again_end_as_failed(
    place, ann, later, measured, monkeypatch
):
    monkeypatch.setattr("solvet.services.analyses.begin.MOST_AT_ONCE", 0)
    first = ann.post({"files": {"A.sol": SAFE, "B.sol": FATAL}})
    assert first.status == 202
    for seconds, deed in ((FIRST, "Resumed"), (SECOND, "BrokenOff")):
        lose(place, "StaticWorkerFunction")
        assert later(seconds) == {deed: 1}
    place.run()
    answer = ann.get(first.json["id"])
    assert (answer.status, answer.json["status"]) == (200, "incomplete")
    assert {each["reason"] for each in answer.json["coverage"]} == {REASON}
    assert (answer.json["security_score"], answer.json["model"]["status"]) == (None, "failed")
    assert measured() == ({("request", "accepted"): 1, ("request", "failed"): 1}, 1)
    assert open_ones(place) == 0


def test_a_model_that_never_comes_leaves_the_static_answer_and_a_reason(place, ann, later):
    first = ann.post({"code": FATAL})
    deeds = []
    for seconds in (FIRST, SECOND, THIRD):
        lose(place, "ModelWorkerFunction")
        assert (open_ones(place), open_ones(place, "scan")) == (1, 0)
        deeds += later(seconds)
    assert deeds == ["LeftAlone", "Resumed", "BrokenOff"]
    place.run()
    answer = ann.get(first.json["id"]).json
    assert (answer["status"], answer["security_score"]) == ("complete", 60)
    assert (answer["model"]["status"], answer["model"]["reason"]) == ("failed", REASON)
    assert open_ones(place) == 0


def test_what_is_answered_at_once_is_not_come_back_to(place, ann, measured):
    measured()
    ann.post({"code": FATAL, "analysis_type": "gas"})
    assert measured() == ({("request", "accepted"): 1, ("request", "complete"): 1}, 1)
    ann.post({"code": FATAL, "analysis_type": "gas"})
    assert measured() == ({("request", "repeated"): 1}, 0)
    assert open_ones(place) == 0


def test_what_is_refused_or_replaced_is_not_come_back_to(place, measured):
    measured()
    put(place, "twice.sol", SAFE)
    place.upload("twice.sol", FATAL.encode())
    place.upload("none.zip", b"no zip")
    outcomes, ends = measured()
    assert outcomes["upload", "refused"] == 1
    assert outcomes["upload", "complete"] == ends == 1
    assert open_ones(place) == 0
