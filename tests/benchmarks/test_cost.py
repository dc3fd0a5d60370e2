"""What the benchmark of costs counts, without a stack."""

import os
import threading

import boto3
import pytest
from moto import mock_aws

from benchmarks.cost.meter import Meter
from benchmarks.cost.shapes import FILES, repository, shapes
from solvet.local.functions import LocalFunction
from solvet.local.repositories import git


class Function(LocalFunction):
    """Named, and does what it is given."""

    def __init__(self, name, work):
        self.name = name
        self._module = type("Module", (), {"handler": staticmethod(lambda event, _: work())})
        self._timeout = 60


@pytest.fixture
def aws(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "here")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        yield


@pytest.fixture
def meter(tmp_path):
    with (tmp_path / "log").open("wb") as log, Meter(log.fileno()).running() as running:
        running.log = log
        yield running


def test_calls_belong_to_the_function_that_makes_them_on_whatever_thread(aws, meter):
    queue = boto3.client("sqs").create_queue(QueueName="jobs")["QueueUrl"]
    meter.reset()

    def send():
        boto3.client("sqs").send_message(QueueUrl=queue, MessageBody="x")

    def work():
        send()
        thread = threading.Thread(target=send)
        thread.start()
        thread.join()

    Function("PlanFunction", work).invoke({})
    send()
    assert meter.of("PlanFunction").calls == {"sqs.SendMessage": 2}
    assert meter.of("PlanFunction").invocations == 1
    assert meter.of("PlanFunction").cpu > 0
    assert meter.of(Meter.POLLER).calls == {"sqs.SendMessage": 1}


def test_an_idle_poll_is_not_counted_and_a_fifo_queue_apart(aws, meter):
    client = boto3.client("sqs")
    queue = client.create_queue(QueueName="r.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    meter.reset()
    client.receive_message(QueueUrl=queue)
    assert meter.used == {}
    client.send_message(
        QueueUrl=queue, MessageBody="x", MessageGroupId="a", MessageDeduplicationId="b"
    )
    client.receive_message(QueueUrl=queue)
    assert meter.of(Meter.POLLER).calls == {"fifo.SendMessage": 1, "fifo.ReceiveMessage": 1}


def test_what_a_function_prints_is_counted(meter):
    Function("ReceiveFunction", lambda: os.write(meter.log.fileno(), b"a line\n")).invoke({})
    assert meter.of("ReceiveFunction").log_bytes == len("a line\n")


def test_every_change_of_a_shape_is_another_text(tmp_path):
    git_dir = repository(tmp_path)
    wanted = [shape for models in ("off", "auto") for shape in shapes(models) if shape.files]
    seen = set()
    for branch in {shape.branch for shape in wanted}:
        changed = git(git_dir, "diff", "--name-only", "main", branch, "--", "src").split()
        assert len(changed) == (FILES if branch.endswith("10") else 1)
        seen |= {git(git_dir, "rev-parse", f"{branch}:{path}") for path in changed}
    assert len(seen) == 2 * (FILES + 1)
