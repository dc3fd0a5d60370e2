"""The analysis API and the upload bucket on a local stack, with a model that is played."""

import json
import urllib.error
import urllib.request
from types import SimpleNamespace
from uuid import uuid4

import boto3
import pytest
from moto.sqs.models import sqs_backends

from solvet.local.api import ON
from solvet.local.providers.server import ScriptedProviders
from solvet.local.stack import StackSettings, local_stack
from tests.services.conftest import told

NOTHING_TO_ADD = {"claims": [], "judgements": []}
SAFE = "pragma solidity 0.8.28;\ncontract A {\n    uint256 private total;\n}\n"
FATAL = """pragma solidity 0.8.28;
contract A {
    function end() external {
        selfdestruct(payable(msg.sender));
    }
}
"""


class Place:
    """Requests and uploads in, answers out; workers work when `run` is called."""

    def __init__(self, stack, providers, callers, bucket, table):
        self.stack = stack
        self.table = boto3.resource("dynamodb").Table(table)
        self.providers = providers
        self.callers = callers
        self.bucket = bucket
        self.url = stack.webhook_url.removesuffix("/webhook")
        self.s3 = boto3.client("s3")

    def caller(self):
        """Somebody whom nobody else has been."""
        token = uuid4().hex
        self.callers[token] = f"subject-{token}"
        return Caller(self, token)

    def run(self):
        """Handles every message, also those that wait for another try."""
        for _ in range(8):
            self.stack.drain()
            if not any(self.stack.waiting().values()):
                return
            _make_due()
        raise AssertionError(f"messages are left: {self.stack.waiting()}")

    def upload(self, name, raw):
        """Puts an object and analyses it; answers its results, None where there are none."""
        self.s3.put_object(Bucket=self.bucket, Key=name, Body=raw)
        self.run()
        return self.results(name)

    def results(self, name):
        machine, people = (self._object(f"{name}.solvet.{kind}") for kind in ("json", "md"))
        return SimpleNamespace(
            machine=machine and json.loads(machine), people=people and people.decode()
        )

    def objects(self):
        listed = self.s3.list_objects_v2(Bucket=self.bucket).get("Contents", [])
        return {entry["Key"] for entry in listed}

    def dead_letters(self):
        """Takes what died of uploads off its queue: nobody else does."""
        sqs, found = boto3.client("sqs"), []
        for url in sqs.list_queues(QueueNamePrefix="solvet-")["QueueUrls"]:
            if "UploadsDeadLetters" in url:
                for message in sqs.receive_message(QueueUrl=url).get("Messages", []):
                    found.append(message["Body"])
                    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return found

    def _object(self, name):
        if name not in self.objects():
            return None
        return self.s3.get_object(Bucket=self.bucket, Key=name)["Body"].read()


class Caller:
    """One who has a token."""

    def __init__(self, place, token):
        self.place = place
        self.token = token

    def post(self, body, *, kind="application/json"):
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.call("POST", "/analyze", raw, {"Content-Type": kind})

    def get(self, analysis_id):
        return self.call("GET", f"/analyses/{analysis_id}")

    def call(self, method, path, body=None, headers=None):
        sent = {"Authorization": f"Bearer {self.token}", **(headers or {})}
        request = urllib.request.Request(
            self.place.url + path, data=body, headers=sent, method=method
        )
        try:
            reply = urllib.request.urlopen(request, timeout=60)
        except urllib.error.HTTPError as error:
            reply = error
        with reply:
            text = reply.read().decode()
            return SimpleNamespace(
                status=reply.status,
                headers={k.lower(): v for k, v in reply.headers.items()},
                json=json.loads(text) if text else None,
            )


def _make_due():
    for backend in sqs_backends.values():
        for queues in backend.values():
            for queue in queues.queues.values():
                for message in queue._messages:
                    message.visible_at = 0


@pytest.fixture(scope="module")
def shared_place():
    callers, bucket = {}, f"uploads-{uuid4().hex[:12]}"
    with ScriptedProviders(lambda _: NOTHING_TO_ADD) as providers:
        settings = StackSettings(
            secrets={
                "WebhookSecret": {"current": "nobody delivers here"},
                "AppSecret": {"app_id": "0", "private_key": "none"},
                "ModelSecret": {"openai_api_key": "scripted"},
            },
            variables={
                "SOLVET_GITHUB_API_URL": "http://127.0.0.1:9/api/v3",
                "SOLVET_MODELS": "auto",
                "OPENAI_BASE_URL": providers.openai_url,
            },
            parameters={**ON, "UploadBucketName": bucket},
            callers=callers,
        )
        with told() as environments, local_stack(settings) as stack:
            table = environments["UploadFunction"]["SOLVET_TABLE"]
            yield Place(stack, providers, callers, bucket, table)


@pytest.fixture
def place(shared_place):
    yield shared_place
    shared_place.run()
    shared_place.providers.policy = lambda _: NOTHING_TO_ADD
    shared_place.providers.received.clear()


@pytest.fixture
def ann(place):
    return place.caller()


@pytest.fixture
def bob(place):
    return place.caller()
