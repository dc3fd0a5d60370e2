"""Whose message is whose: what SQS needs to know to be fair to small installations."""

import boto3
import pytest

from tests.services.healing import pump, quieten

STANDARD = ("PlanFunction", "StaticWorkerFunction", "ModelWorkerFunction")


def groups(road, name):
    """The tenants of what waits for that function."""
    sqs, url = boto3.client("sqs"), pump(road, name)._url
    found = []
    while batch := sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["MessageGroupId"]
    ).get("Messages"):
        found += [message["Attributes"].get("MessageGroupId") for message in batch]
    return found


@pytest.mark.parametrize("name", STANDARD)
def test_every_message_of_a_standard_queue_says_whose_it_is(road, change, name):
    quieten(road)
    mine, other = change(), change()
    for each in (mine, other):
        road.announce(each)
    for before in STANDARD[: STANDARD.index(name)]:
        pump(road, before).run()
    assert sorted(groups(road, name)) == sorted(str(it.installation) for it in (mine, other))
    quieten(road)


def test_what_is_sent_again_after_it_died_still_says_whose_it_is(road, change):
    quieten(road)
    mine = change()
    road.announce(mine)
    pump(road, "PlanFunction").run()
    static = pump(road, "StaticWorkerFunction")
    sqs = static._sqs
    for _ in range(5):
        for message in sqs.receive_message(QueueUrl=static._url).get("Messages", []):
            sqs.change_message_visibility(
                QueueUrl=static._url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
            )
    road.stack.drain()
    road._later += 901
    road.stack.sweep()
    assert groups(road, "StaticWorkerFunction") == [str(mine.installation)]
    quieten(road)
