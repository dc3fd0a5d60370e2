"""What becomes of a message whose handling fails: on a real queue with a dead-letter queue."""

import io
import json

import boto3
import pytest
from aws_lambda_powertools import Logger

from solvet.adapters.aws.queues import SqsPostponement
from solvet.bootstrap.messages import ATTEMPTS, Attempt, Consumer
from solvet.domain.metrics import Outcome
from solvet.errors import BadMessage, Busy, Throttled, Unavailable
from solvet.lambdas.batch import process, wait_after

VISIBILITY = 3_600
LOGGER = Logger("batch", stream=io.StringIO())


class Context:
    """As much of Lambda's as is looked at: a time that runs out as tests say."""

    function_name = "stack-function"

    def __init__(self, seconds=60):
        self.seconds = seconds

    def get_remaining_time_in_millis(self):
        return self.seconds * 1_000


class Queue:
    """A queue, its dead letters, and the waits that its messages were given."""

    def __init__(self, sqs):
        self.sqs = sqs
        self.dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=self.dead, AttributeNames=["QueueArn"])
        redrive = {
            "deadLetterTargetArn": arn["Attributes"]["QueueArn"],
            "maxReceiveCount": ATTEMPTS,
        }
        attributes = {"VisibilityTimeout": str(VISIBILITY), "RedrivePolicy": json.dumps(redrive)}
        self.url = sqs.create_queue(QueueName="jobs", Attributes=attributes)["QueueUrl"]
        self.waits = []

    def send(self, *bodies):
        for body in bodies:
            self.sqs.send_message(QueueUrl=self.url, MessageBody=body)

    def postpone(self, receipt_handle, seconds):
        self.waits.append(seconds)
        SqsPostponement(self.sqs, self.url).postpone(receipt_handle, 0)

    def deliver(self, handle, context=None, **settings):
        """One invocation with all that is due; answers how many messages failed."""
        messages = self.sqs.receive_message(
            QueueUrl=self.url, MaxNumberOfMessages=10, AttributeNames=["All"]
        ).get("Messages", [])
        if not messages:
            return 0
        consumer = Consumer(handle, **({"postpone": self.postpone} | settings))
        event = {"Records": [record(m) for m in messages]}
        reply = process(event, context or Context(), consumer, LOGGER)
        failed = {each["itemIdentifier"] for each in reply["batchItemFailures"]}
        for message in messages:
            if message["MessageId"] not in failed:
                self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
        return len(failed)

    def count(self, url):
        return len(
            self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        )


def record(message):
    """The message as Lambda hands it on."""
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message["Attributes"],
        "eventSourceARN": "arn:aws:sqs:eu-central-1:1:jobs",
    }


@pytest.fixture
def queue(aws):
    return Queue(boto3.client("sqs"))


def failing(error):
    def handle(body, attempt):
        raise error

    return handle


@pytest.mark.parametrize("error", [Unavailable("down"), ZeroDivisionError("x"), KeyError("y")])
def test_whatever_is_raised_five_attempts_take_minutes_and_end_in_the_dead_letters(queue, error):
    queue.send("job")
    while queue.deliver(failing(error)):
        pass
    assert queue.waits == [5, 20, 80, 320, 1]
    assert queue.count(queue.dead) == 1


def test_what_no_attempt_can_do_is_tried_quickly(queue):
    queue.send("nonsense")
    while queue.deliver(failing(BadMessage("not a Job"))):
        pass
    assert queue.waits == [1] * ATTEMPTS
    assert queue.count(queue.dead) == 1


def test_neighbours_of_a_failure_are_done(queue):
    queue.send("good", "bad", "good")

    def handle(body, attempt):
        if body == "bad":
            raise ZeroDivisionError
        return Outcome("done")

    assert [queue.deliver(handle, at_once=at_once) for at_once in (1, 3)] == [1, 1]


def test_where_the_wait_cannot_be_told_the_visibility_timeout_holds(queue):
    def unreachable(receipt_handle, seconds):
        raise Unavailable("no queue")

    queue.send("job")
    assert queue.deliver(failing(ZeroDivisionError("x")), postpone=unreachable) == 1
    assert queue.count(queue.url) == 0


@pytest.mark.parametrize(
    ("error", "number", "seconds"),
    [
        (Throttled("x", after=3_000), 1, 3_000),
        (Busy("x", after=1), 1, 5),
        (Busy("x", after=1), 4, 320),
        (Throttled("x", after=3_000), ATTEMPTS, 1),
        (RuntimeError("x"), 2, 20),
        (BadMessage("x"), 1, 1),
    ],
)
def test_a_wait_grows_and_is_never_shorter_than_what_was_said(error, number, seconds):
    assert wait_after(error, Attempt(number, lambda: 60.0)) == seconds


def slow(context, seconds, done):
    """What takes so many seconds of the invocation's time."""

    def handle(body, attempt):
        assert attempt.seconds_left() > 0, "begun when it could not be finished"
        context.seconds -= seconds
        assert context.seconds >= 0, "Lambda would have killed it"
        done.append(body)
        return Outcome("done")

    return handle


def test_what_cannot_be_finished_goes_back_at_once_instead_of_being_killed(queue):
    context, done = Context(120), []
    queue.send(*"abcdefghij")
    assert queue.deliver(slow(context, 30, done), context, takes=40) == 7
    assert len(done) == 3
    assert queue.waits == [0] * 7


@pytest.mark.parametrize("seconds", [1, 13, 30, 40])
def test_waiting_for_time_uses_up_nobodys_attempts(queue, seconds):
    """As long as two fit into an invocation, the tenth of a batch has its turn."""
    done = []
    queue.send(*"abcdefghij")
    for _ in range(ATTEMPTS):
        context = Context(120)
        queue.deliver(slow(context, seconds, done), context, takes=40)
    assert sorted(done) == list("abcdefghij")
    assert queue.count(queue.dead) == 0


def test_who_went_back_is_not_overtaken_by_who_came_later(queue):
    context, done = Context(120), []
    queue.send(*"abcdef")
    queue.deliver(slow(context, 40, done), context, takes=40)
    first, done = done, []
    queue.send(*"uvwxyz"[:4])
    context = Context(120)
    queue.deliver(slow(context, 40, done), context, takes=40)
    assert sorted(first + done) == list("abcdef")


def together(results):
    """Answers that of each body, and remembers which bodies there were."""

    def handle(messages):
        handle.bodies.append([message.body for message in messages])
        answers = {at: results[message.body] for at, message in enumerate(messages)}
        return {at: answer for at, answer in answers.items() if answer is not None}

    handle.bodies = []
    return handle


def test_of_several_handled_together_each_fails_or_succeeds_alone(queue):
    results = {"good": Outcome("done"), "bad": ZeroDivisionError("x"), "late": None}
    handle = together(results)
    queue.send(*results)
    assert queue.deliver(failing(KeyError("never")), together=handle) == 2
    assert handle.bodies == [["good", "bad", "late"]]
    assert queue.waits == [5, 0]


def test_what_was_tried_before_is_tried_first_and_alone(queue):
    alone = []

    def handle(body, attempt):
        alone.append((body, attempt.number))
        return Outcome("done")

    queue.send("again")
    queue.deliver(failing(ZeroDivisionError("x")))
    queue.send("first", "second")
    shared = together({"first": Outcome("done"), "second": Outcome("done")})
    assert queue.deliver(handle, together=shared) == 0
    assert alone == [("again", 2)]
    assert shared.bodies == [["first", "second"]]


def test_who_has_to_be_alone_goes_before_those_that_go_side_by_side(queue):
    begun = []

    def handle(body, attempt):
        begun.append((body, attempt.alone))
        if body in {"bad", "broken"}:
            raise ZeroDivisionError
        return Outcome("done")

    queue.send("a", "deadly", "broken", "bad")
    is_deadly = {"deadly", "bad"}.__contains__
    assert queue.deliver(handle, at_once=10, alone=lambda body, _: is_deadly(body)) == 2
    assert begun[:2] == [("deadly", True), ("bad", True)]
    assert sorted(begun[2:]) == [("a", False), ("broken", False)]


def in_order(number, group="one"):
    """A record of a FIFO queue."""
    return {
        "messageId": str(number),
        "receiptHandle": "",
        "body": str(number),
        "attributes": {
            "ApproximateReceiveCount": str(number),
            "MessageGroupId": group,
            "SentTimestamp": "0",
        },
        "eventSourceARN": "arn:aws:sqs:eu-central-1:1:reports.fifo",
    }


def test_records_of_a_fifo_queue_keep_their_order():
    """A report overtaken by a later one of its pull request would speak last."""
    seen = []

    def handle(body, attempt):
        seen.append(body)
        return Outcome("done")

    consumer = Consumer(handle, postpone=lambda *_: None)
    process({"Records": [in_order(n) for n in (1, 3, 2)]}, Context(), consumer, LOGGER)
    assert seen == ["1", "3", "2"]


def test_behind_a_record_that_failed_those_of_its_group_wait_and_no_others():
    seen = []

    def handle(body, attempt):
        seen.append(body)
        if body == "1":
            raise Unavailable("down")
        return Outcome("done")

    records = [in_order(1), in_order(2, "two"), in_order(3), in_order(4, "two")]
    consumer = Consumer(handle, postpone=lambda *_: None)
    reply = process({"Records": records}, Context(), consumer, LOGGER)
    assert seen == ["1", "2", "4"]
    assert [each["itemIdentifier"] for each in reply["batchItemFailures"]] == ["1", "3"]
