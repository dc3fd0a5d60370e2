"""Which message a line of the log is about, also when ten are handled at once."""

import io
import json
import threading

import boto3
import pytest
from aws_lambda_powertools import Logger
from hypothesis import given
from hypothesis import strategies as st

from solvet import wire
from solvet.adapters.aws.metrics import emit
from solvet.adapters.aws.queues import SqsJobs
from solvet.bootstrap.messages import Consumer
from solvet.domain.delivery import Delivery, Trigger
from solvet.domain.metrics import ANSWERS, Outcome
from solvet.domain.scan import Job, Report, ReportKind, Scan, Stage
from solvet.lambdas.batch import process
from solvet.lambdas.context import LONGEST, about, hashed, told_with

TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"


class Context:
    function_name = "stack-model"

    def get_remaining_time_in_millis(self):
        return 60_000


@pytest.fixture
def stream():
    return io.StringIO()


@pytest.fixture
def logger(stream, request):
    return Logger(f"service of {request.node.name}", stream=stream)


def job(number):
    return Job(
        installation=number + 1,
        scan_id=f"scan-{number}",
        path=f"src/C{number}.sol",
        stage=Stage.MODEL,
        delivery=f"guid-{number}",
        repository=number + 100,
    )


def record(number):
    return {
        "messageId": f"message-{number}",
        "receiptHandle": "r",
        "body": wire.encode(job(number)).decode(),
        "attributes": {"ApproximateReceiveCount": str(number + 1), "SentTimestamp": "0"},
        "eventSourceARN": "arn:aws:sqs:eu-central-1:1:jobs",
    }


def test_ten_messages_at_once_do_not_mix_up_their_lines_nor_their_metrics(
    logger, stream, capsys, monkeypatch
):
    monkeypatch.setenv("POWERTOOLS_METRICS_DISABLED", "false")
    together = threading.Barrier(10, timeout=20)

    def handle(body, attempt):
        for _ in range(20):
            together.wait()
            logger.info("working", body=json.loads(body)["scan_id"])
            emit([ANSWERS.of(1, "m")], logger.thread_safe_get_current_keys())
        return Outcome("done", (ANSWERS.of(1, "m"),))

    consumer = Consumer(handle, postpone=lambda *_: None, at_once=10)
    records = {"Records": [record(number) for number in range(10)]}
    assert process(records, Context(), consumer, logger) == {"batchItemFailures": []}
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert len(lines) == 10 * 21
    for line in lines:
        number = int(line["scan"].partition("-")[2])
        assert line.get("body", line["scan"]) == line["scan"]
        expected = {
            "delivery": f"guid-{number}",
            "installation": number + 1,
            "repository": number + 100,
            "stage": "model",
            "file": hashed(f"src/C{number}.sol"),
            "message_id": f"message-{number}",
            "attempt": number + 1,
            "function": "stack-model",
        }
        assert line | expected == line
    measured = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(measured) == 10 * 21
    assert {m["scan"][5:] == m["delivery"][5:] for m in measured} == {True}


def test_what_one_message_was_about_is_forgotten_before_the_next(logger, stream):
    with told_with(logger, {"scan": "one", "path": "a"}):
        pass
    with told_with(logger, {"scan": "two"}):
        logger.info("x")
    logger.info("y")
    first, second = map(json.loads, stream.getvalue().splitlines())
    assert first["scan"] == "two"
    assert "path" not in first
    assert "scan" not in second


def test_a_path_is_logged_only_when_somebody_looks_for_mistakes(logger):
    body = wire.encode(job(1)).decode()
    assert "path" not in about(body, logger)
    logger.setLevel("DEBUG")
    assert about(body, logger)["path"] == "src/C1.sol"


def test_a_value_from_outside_is_cut(logger, stream):
    delivery = Delivery(id="d" * 10_000, trigger=Trigger.FORGET, installation=1)
    with told_with(logger, about(wire.encode(delivery).decode(), logger)):
        logger.info("x")
    assert len(json.loads(stream.getvalue())["delivery"]) == LONGEST


@given(st.text() | st.binary().map(lambda raw: raw.decode("utf-8", "replace")))
def test_no_message_can_break_the_log(body):
    assert about(body, Logger("any", stream=io.StringIO())) == {}


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (Job, '{"installation":1,"scan_id":"s","path":"A.sol","stage":"static","version":1}'),
        (Report, '{"installation":1,"scan_id":"s","group":"g","kind":"final","version":1}'),
        (Delivery, '{"id":"g","trigger":"forget","installation":1,"version":1}'),
    ],
)
def test_messages_of_an_earlier_version_are_still_understood(kind, body, logger):
    message = wire.decode(kind, body)
    assert wire.decode(kind, wire.encode(message)) == message
    assert about(body, logger)["installation"] == 1


def test_a_scan_of_an_earlier_version_is_still_understood():
    body = """{"id":"s","installation":1,"repository":{"id":7,"full_name":"a/b"},
        "target":{"kind":"pull","number":5,"ref":""},"head_sha":"b","base_sha":"a",
        "fence":1,"check_run":9}"""
    scan = wire.decode(Scan, body)
    assert (scan.delivery, scan.received) == ("", 0.0)


def test_the_trace_goes_on_over_a_queue_without_the_sdk_of_xray(aws, monkeypatch):
    """SQS keeps this header of the request with the message.

    https://docs.aws.amazon.com/xray/latest/devguide/xray-services-sqs.html
    """
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "plan")
    monkeypatch.setenv("_X_AMZN_TRACE_ID", TRACE)
    sqs, sent = boto3.client("sqs"), []
    url = sqs.create_queue(QueueName="jobs")["QueueUrl"]
    sqs.meta.events.register("before-send.sqs.*", lambda request, **_: sent.append(request.headers))
    SqsJobs(sqs, url).assign([job(1)])
    assert [dict(headers)["X-Amzn-Trace-Id"].decode() for headers in sent] == [TRACE]


def test_every_line_names_its_trace(logger, stream, monkeypatch):
    monkeypatch.setenv("_X_AMZN_TRACE_ID", TRACE)
    logger.info("x")
    assert json.loads(stream.getvalue())["xray_trace_id"] == "1-5759e988-bd862e3fe1be46a994272793"


def test_a_report_and_a_job_carry_their_scans_delivery(logger):
    report = Report(
        installation=1,
        scan_id="s",
        group="g",
        kind=ReportKind.FINAL,
        asked="guid of a command",
        delivery="guid",
        repository=7,
    )
    keys = about(wire.encode(report).decode(), logger)
    assert (keys["delivery"], keys["repository"], keys["report"]) == ("guid", 7, "final")
    assert keys["asked"] == "guid of a command"
