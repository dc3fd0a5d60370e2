"""Functions work side by side here, too: nothing that AWS would keep may be lost."""

import sys
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import boto3
import pytest

from solvet.local.cloud import local_aws

AT_ONCE = 8
MANY = 400
SCANS, FILES = 30, 20


@pytest.fixture
def restless():
    """Threads are interrupted as often as can be."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.fixture
def name():
    return f"t{uuid4().hex}"


@pytest.fixture
def aws():
    with local_aws():
        yield


def side_by_side(act, things):
    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(act, things))


def test_what_many_write_at_once_is_all_there(restless, aws, name):
    tables = boto3.client("dynamodb")
    tables.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )

    def mark(number):
        tables.update_item(
            **scan(number // FILES),
            UpdateExpression="ADD marks :mark",
            ExpressionAttributeValues={":mark": {"SS": [str(number % FILES)]}},
        )

    def scan(number):
        return {"TableName": name, "Key": {"pk": {"S": str(number)}}}

    side_by_side(mark, range(SCANS * FILES))
    kept = [tables.get_item(**scan(number))["Item"]["marks"]["SS"] for number in range(SCANS)]
    assert [len(marks) for marks in kept] == [FILES] * SCANS


def test_every_message_comes_once_however_many_send_and_take(restless, aws, name):
    sqs = boto3.client("sqs")
    where = {"QueueUrl": sqs.create_queue(QueueName=name)["QueueUrl"]}
    came = []

    def take():
        found = sqs.receive_message(**where, MaxNumberOfMessages=10).get("Messages", [])
        for message in found:
            sqs.delete_message(**where, ReceiptHandle=message["ReceiptHandle"])
        came.extend(message["Body"] for message in found)
        return found

    def send_and_take(number):
        sqs.send_message(**where, MessageBody=str(number))
        take()

    side_by_side(send_and_take, range(MANY))
    while take():
        pass
    assert sorted(came, key=int) == [str(number) for number in range(MANY)]


def test_who_waits_for_messages_is_in_nobodys_way(aws, name):
    sqs = boto3.client("sqs")
    where = {"QueueUrl": sqs.create_queue(QueueName=name)["QueueUrl"]}
    with ThreadPoolExecutor() as threads:
        waits = threads.submit(sqs.receive_message, **where, WaitTimeSeconds=20)
        while not waits.running():
            pass
        sqs.send_message(**where, MessageBody="here")
        (message,) = waits.result(timeout=10)["Messages"]
    assert message["Body"] == "here"


def test_what_was_made_lasts_until_the_last_server_ends(name):
    with local_aws():
        with local_aws():
            boto3.client("s3").create_bucket(Bucket=name)
        assert [each["Name"] for each in boto3.client("s3").list_buckets()["Buckets"]] == [name]
    with local_aws():
        assert boto3.client("s3").list_buckets()["Buckets"] == []
