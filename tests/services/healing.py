"""What the tests of the last resort and of the healer share."""

import boto3
from boto3.dynamodb.conditions import Key
from moto.sqs.models import sqs_backends

HOUR = 3_600
OPEN_LOOK = 1_801
LETTER_WAIT = 901


class Died(BaseException):
    """The process is gone: nothing after this line runs, no handler, no cleaning up."""


def die(*_, **__):
    raise Died


def survive(road, tries=40):
    """Handles every message; who dies is started again once its messages are visible."""
    for _ in range(tries):
        try:
            road.stack.drain()
        except Died:
            pass
        else:
            if not any(road.stack.waiting().values()):
                return
        road.wait()
    raise AssertionError(f"messages are left: {road.stack.waiting()}")


def pump(road, name):
    return next(pump for pump in road.stack._pumps if pump.name == name)


def sweep_after(road, seconds):
    """Lets time pass for our own books, sweeps, and does what came of it."""
    road._later += seconds
    done = road.stack.sweep()
    survive(road)
    return done


def lose(road, name):
    """Empties the queue of that function: what was on it never existed."""
    queue_name = pump(road, name)._url.rsplit("/", 1)[1]
    for backend in sqs_backends.values():
        for queues in backend.values():
            if queue_name in queues.queues:
                queues.queues[queue_name]._messages.clear()
                queues.queues[queue_name].pending_message_groups.clear()


def dead_letter(road, body, name="StaticJobsDeadLetters"):
    """Puts a message on a dead-letter queue."""
    sqs = boto3.client("sqs")
    (url,) = [p._url for p in road.stack._pumps if name in p._url]
    sqs.send_message(QueueUrl=url, MessageBody=body)


def due(road, kind, installation):
    """The sort keys of what is to be come back to."""
    found = road._table.query(IndexName="due", KeyConditionExpression=Key("due").eq(kind))
    return [i["sk"] for i in found["Items"] if i["pk"] == f"installation#{installation}"]


def assert_reviewed_once(road, mine):
    check = road.check(mine)
    assert (check["status"], check["conclusion"]) == ("completed", "failure")
    assert "introduced" in check["title"]
    assert "incomplete" not in check["title"]
    places = [(a["path"], a["start_line"], a["title"]) for a in check["annotations"]]
    assert len(places) == len(set(places)) > 0
    assert len(road.comments(mine)) == 1
    assert due(road, "scan", mine.installation) == []


def assert_ended_incomplete(road, mine):
    check = road.check(mine)
    assert (check["status"], check["conclusion"]) == ("completed", "failure")
    assert "ncomplete" in check["title"]
    assert due(road, "scan", mine.installation) == []


def quieten(road):
    """Leaves nothing of earlier tests to the healer."""
    road.github.deliveries.clear()
    for item in road._table.scan()["Items"]:
        if "due" in item or item["sk"] == "deliveries":
            road._table.delete_item(Key={"pk": item["pk"], "sk": item["sk"]})
    for each in ("PlanFunction", "StaticWorkerFunction", "ModelWorkerFunction", "ReporterFunction"):
        lose(road, each)
    return road


def listens(calm):
    """Somebody answers the webhook again."""
    calm.github.webhook_url = calm.stack.webhook_url
