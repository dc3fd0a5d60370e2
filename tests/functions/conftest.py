import json

import boto3
import pytest

from solvet.errors import Throttled, Unavailable
from solvet.local.stack import StackSettings, local_stack

SECRET = "it's a secret"


@pytest.fixture(scope="module")
def stack():
    settings = StackSettings(
        secrets={"WebhookSecret": {"current": SECRET, "previous": ""}, "ModelSecret": {}},
        variables={"SOLVET_GITHUB_API_URL": "http://127.0.0.1:9/api/v3"},
    )
    with local_stack(settings) as running:
        yield running


@pytest.fixture
def webhook(stack, monkeypatch):
    """The function itself; it reads its secret anew for every test."""
    monkeypatch.setattr("solvet.adapters.aws.secrets.KEPT_SECONDS", -1)
    return stack


@pytest.fixture
def queued(stack):
    """Takes everything off the intake queue."""
    sqs = boto3.client("sqs")
    (url,) = [pump._url for pump in stack._pumps if pump.name == "PlanFunction"]

    def take():
        found = []
        while batch := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for message in batch:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            found += [message["Body"] for message in batch]
        return found

    take()
    return take


@pytest.fixture
def secrets():
    """Sets the webhook's secret until the test is over."""
    client = boto3.client("secretsmanager")
    secrets = client.list_secrets()["SecretList"]
    newest = max(
        (secret for secret in secrets if "WebhookSecret" in secret["Name"]),
        key=lambda secret: secret["CreatedDate"],
    )
    name = newest["Name"]

    def put(**values):
        client.put_secret_value(SecretId=name, SecretString=json.dumps(values))

    yield put
    put(current=SECRET, previous="")


@pytest.fixture(params=[Unavailable, Throttled])
def no_queue(request, monkeypatch):
    def fail(*_):
        raise request.param("down")

    monkeypatch.setattr("solvet.adapters.aws.queues.SqsIntake.accept", fail)


@pytest.fixture(params=[Unavailable, Throttled])
def no_secrets(request, monkeypatch):
    def fail(*_):
        raise request.param("down")

    monkeypatch.setattr("solvet.adapters.aws.secrets.Secrets._text", fail)
