"""Large and odd requests to the local webhook, over real HTTP."""

import hashlib
import hmac
import http.client
import json
from urllib.parse import urlsplit

import pytest

from solvet.local.stack import StackSettings, local_stack

SECRET = "both know it"
MIB = 1024 * 1024


@pytest.fixture(scope="module")
def stack():
    settings = StackSettings(
        secrets={"WebhookSecret": {"current": SECRET}, "AppSecret": {}, "ModelSecret": {}},
        variables={"SOLVET_MODELS": "off", "SOLVET_GITHUB_API_URL": "http://127.0.0.1:9"},
    )
    with local_stack(settings) as running:
        yield running


def post(stack, body, *, path="/webhook", method="POST", secret=SECRET, length=None):
    signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    headers = {
        "X-Hub-Signature-256": f"sha256={signature}",
        "X-GitHub-Event": "push",
        "X-GitHub-Delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958",
        "Content-Length": str(len(body) if length is None else length),
    }
    address = urlsplit(stack.webhook_url)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=30)
    connection.request(method, path, body=body if length is None else b"", headers=headers)
    reply = connection.getresponse()
    text = reply.read().decode()
    connection.close()
    return reply.status, text


def push(padding):
    payload = {
        "ref": "refs/heads/main",
        "before": "1" * 40,
        "after": "2" * 40,
        "repository": {"id": 1, "full_name": "acme/vaults"},
        "installation": {"id": 7},
        "commits": [{"message": "x" * padding}],
    }
    return json.dumps(payload).encode()


def test_a_push_of_twenty_megabytes_is_accepted_and_waits_as_a_small_message(stack):
    before = stack.waiting()["PlanFunction"]
    status, text = post(stack, push(20 * MIB))
    assert (status, text.partition(":")[0]) == (202, "accepted")
    assert stack.waiting()["PlanFunction"] == before + 1


def test_more_than_github_ever_sends_is_refused_unread(stack):
    status, text = post(stack, b"", length=26 * MIB)
    assert status == 413
    assert "at most 26,214,400 bytes" in text


def test_twenty_megabytes_that_nobody_signed_are_refused(stack):
    status, _ = post(stack, push(20 * MIB), secret="a guess")
    assert status == 401


def test_other_methods_and_paths_are_told_what_there_is(stack):
    assert post(stack, b"", method="GET")[0] == 405
    status, text = post(stack, b"", path="/")
    assert (status, "POST /webhook and GET /health" in text) == (404, True)


def test_health_says_what_waits(stack):
    status, text = post(stack, b"", path="/health", method="GET")
    assert status == 200
    assert json.loads(text)["status"] == "ok"
