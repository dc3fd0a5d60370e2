"""The webhook as API Gateway calls it: nothing is believed before its signature is verified."""

import base64
import hashlib
import hmac
import http.client
import json
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from solvet import wire
from solvet.domain.delivery import Delivery, Repository, Trigger
from solvet.errors import ConfigError

SECRET = "it's a secret"
KNOWN = {200, 202, 204, 400, 401, 503}
REPOSITORY = {"id": 7, "full_name": "acme/vaults", "private": True}
BASE = {"installation": {"id": 3}, "repository": REPOSITORY, "sender": {"login": "ada"}}
A, B = "a" * 40, "b" * 40
PUSH = {"ref": "refs/heads/main", "before": A, "after": B, "deleted": False}
GROUP = {"head_sha": B, "head_ref": "refs/heads/gh-readonly-queue/main/pr-1", "base_sha": A}
RUN = {"name": "Solvet", "external_id": "scan-1", "id": 9}
REQUESTED = {"action": "rerequested"}
BUTTON = {"check_run": RUN, "requested_action": {"identifier": "full"}}
ADA = {"login": "ada", "type": "User"}
COMMENT = {"id": 77, "body": "/solvet review", "user": ADA}
ISSUE = {"number": 5, "pull_request": {"url": "…"}}
COMMENTED = {"action": "created", "issue": ISSUE, "comment": COMMENT}


def told(trigger, **facts):
    return Delivery(
        id="guid", trigger=trigger, installation=3, repository=Repository(7, "acme/vaults"), **facts
    )


PULL = told(Trigger.PULL_REQUEST, number=5)
ACCEPTED = {
    **{
        f"pull_request {action}": ("pull_request", {"action": action, "number": 5}, PULL)
        for action in ("opened", "reopened", "synchronize", "ready_for_review")
    },
    "a pull request's base moved": (
        "pull_request",
        {"action": "edited", "number": 5, "changes": {"base": {"ref": {"from": "old"}}}},
        PULL,
    ),
    "push": (
        "push",
        PUSH,
        told(Trigger.PUSH, ref="refs/heads/main", base_sha=A, head_sha=B),
    ),
    "merge group": (
        "merge_group",
        {"action": "checks_requested", "merge_group": GROUP},
        told(Trigger.MERGE_GROUP, ref=GROUP["head_ref"], base_sha=A, head_sha=B),
    ),
    **{
        f"a merge group that is {reason}": (
            "merge_group",
            {"action": "destroyed", "reason": reason, "merge_group": GROUP},
            told(Trigger.GROUP_GONE, ref=GROUP["head_ref"], base_sha=A, head_sha=B),
        )
        for reason in ("dequeued", "invalidated")
    },
    "check run": (
        "check_run",
        REQUESTED | {"check_run": RUN},
        told(Trigger.RERUN, scan_id="scan-1"),
    ),
    "a button": (
        "check_run",
        BUTTON | {"action": "requested_action", "sender": ADA},
        told(Trigger.ACTION, scan_id="scan-1", action="full", actor="ada"),
    ),
    "a command": (
        "issue_comment",
        COMMENTED,
        told(Trigger.COMMAND, number=5, comment=77),
    ),
    "check suite": (
        "check_suite",
        REQUESTED | {"check_suite": {"head_sha": B, "before": None, "after": None}},
        told(Trigger.RERUN_ALL, head_sha=B),
    ),
    "installation": (
        "installation",
        {"action": "deleted"},
        Delivery(id="guid", trigger=Trigger.FORGET, installation=3),
    ),
}
IGNORED = [
    *(
        ("pull_request", {"action": action, "number": 5})
        for action in ("labeled", "assigned", "review_requested", "converted_to_draft", "locked")
    ),
    ("pull_request", {"action": "edited", "number": 5, "changes": {"title": {"from": "old"}}}),
    ("push", PUSH | {"deleted": True, "after": "0" * 40}),
    ("push", PUSH | {"ref": "refs/tags/v1"}),
    ("push", PUSH | {"ref": "refs/heads/gh-readonly-queue/main/pr-1"}),
    ("merge_group", {"action": "destroyed", "merge_group": GROUP}),
    ("merge_group", {"action": "destroyed", "reason": "merged", "merge_group": GROUP}),
    ("check_run", {"action": "created", "check_run": RUN}),
    ("check_run", REQUESTED | {"check_run": RUN | {"name": "Somebody else's"}}),
    ("check_run", REQUESTED | {"check_run": RUN | {"external_id": ""}}),
    ("check_run", REQUESTED | {"check_run": RUN | {"external_id": None}}),
    ("check_suite", {"action": "completed", "check_suite": {"head_sha": B}}),
    *(("installation", {"action": action}) for action in ("created", "suspend", "unsuspend")),
    ("installation_repositories", {"action": "added"}),
    ("issue_comment", {"action": "created"}),
    ("issue_comment", COMMENTED | {"action": "edited"}),
    ("issue_comment", COMMENTED | {"action": "deleted"}),
    ("issue_comment", COMMENTED | {"issue": {"number": 5}}),
    ("issue_comment", COMMENTED | {"comment": COMMENT | {"body": "thanks"}}),
    ("issue_comment", COMMENTED | {"comment": COMMENT | {"body": None}}),
    ("issue_comment", COMMENTED | {"comment": COMMENT | {"user": None}}),
    ("issue_comment", COMMENTED | {"comment": COMMENT | {"user": ADA | {"type": "Bot"}}}),
    ("check_run", BUTTON | {"action": "requested_action", "check_run": RUN | {"name": "Other"}}),
    ("star", {"action": "created"}),
    ("an event of the year 2030", {}),
]
MALFORMED = {
    "nothing": b"",
    "half a JSON": b'{"action": "opened", "num',
    "a list": b"[]",
    "a number": b"17",
    "null": b"null",
    "no UTF-8": b'{"action": "\xff\xfe"}',
    "deeply nested": b'{"a":' * 100_000,
    "deeply nested to its end": b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "no installation": json.dumps({"action": "opened", "number": 5}).encode(),
    "no repository": json.dumps(
        {"action": "opened", "number": 5, "installation": {"id": 3}}
    ).encode(),
    "a text as number": json.dumps(BASE | {"action": "opened", "number": "5"}).encode(),
    "no number": json.dumps(BASE | {"action": "opened"}).encode(),
    "a number below one": json.dumps(BASE | {"action": "opened", "number": -1}).encode(),
    "an action that is a list": json.dumps(BASE | {"action": [], "number": 5}).encode(),
    "a huge number": b'{"action": "opened", "number": ' + b"9" * 5_000 + b"}",
}


def signed(body, secret=SECRET):
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def headers(event="pull_request", body=b"", **changed):
    given = {
        "X-GitHub-Event": event,
        "X-GitHub-Delivery": "guid",
        "X-Hub-Signature-256": signed(body),
        "Content-Type": "application/json",
    }
    return {k: v for k, v in (given | changed).items() if v is not None}


def gateway(heads, body, *, encoded=True):
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html"""
    text = base64.b64encode(body).decode() if encoded else body.decode()
    return {
        "version": "2.0",
        "routeKey": "POST /webhook",
        "headers": heads,
        "requestContext": {"http": {"method": "POST", "path": "/webhook"}},
        "body": text,
        "isBase64Encoded": encoded,
    }


@pytest.fixture
def answer(webhook):
    """The status for an event with this body; what is not told is signed and in order."""

    def ask(event, body, *, encoded=True, **changed):
        raw = body if isinstance(body, bytes) else json.dumps(BASE | body).encode()
        reply = webhook.receive(gateway(headers(event, raw, **changed), raw, encoded=encoded))
        assert isinstance(reply["body"], str)
        return reply["statusCode"]

    return ask


@pytest.mark.parametrize("encoded", [True, False])
@pytest.mark.parametrize("name", ACCEPTED)
def test_what_is_due_is_queued_and_accepted(answer, queued, name, encoded):
    event, payload, expected = ACCEPTED[name]
    assert answer(event, payload, encoded=encoded) == 202
    assert [wire.decode(Delivery, body) for body in queued()] == [expected]


@pytest.mark.parametrize(("event", "payload"), IGNORED)
def test_what_is_not_due_is_answered_204_and_not_queued(answer, queued, event, payload):
    assert (answer(event, payload), queued()) == (204, [])


def test_a_ping_is_answered(answer, queued):
    assert (answer("ping", {"zen": "Keep it logically awesome."}), queued()) == (200, [])


@pytest.mark.parametrize("name", MALFORMED)
def test_signed_nonsense_is_answered_400(answer, queued, name):
    assert (answer("pull_request", MALFORMED[name]), queued()) == (400, [])


@pytest.mark.parametrize("name", MALFORMED)
@pytest.mark.parametrize(
    "signature",
    [None, "", "sha256=", "sha256=" + "0" * 64, "sha1=" + "0" * 40, "ü" * 70, signed(b"other")],
)
def test_nothing_is_parsed_before_its_signature(answer, queued, name, signature):
    status = answer("pull_request", MALFORMED[name], **{"X-Hub-Signature-256": signature})
    assert (status, queued()) == (401, [])


def test_a_signature_with_an_empty_secret_never_passes(answer):
    body = json.dumps(BASE | {"action": "opened", "number": 5}).encode()
    empty = signed(body, "")
    assert answer("pull_request", body, **{"X-Hub-Signature-256": empty}) == 401


def test_the_former_secret_is_accepted_while_it_is_rotated(answer, secrets):
    secrets(current="new", previous=SECRET)
    body = {"action": "opened", "number": 5}
    assert answer("pull_request", body) == 202


@pytest.mark.parametrize("previous", ["", SECRET])
def test_without_a_secret_nothing_is_answered(answer, secrets, previous):
    secrets(current="", previous=previous)
    with pytest.raises(ConfigError):
        answer("ping", {})


@pytest.mark.parametrize("name", ["X-GitHub-Event", "X-GitHub-Delivery"])
def test_a_delivery_without_its_headers_is_answered_400(answer, name):
    assert answer("ping", {}, **{name: None}) == 400


@pytest.mark.parametrize("identity", ["x" * 101, "x" * 1_000_000, "new\nline", "\0"])
def test_a_delivery_id_that_is_none_is_answered_400(answer, identity):
    assert answer("ping", {}, **{"X-GitHub-Delivery": identity}) == 400


def test_headers_in_odd_case_are_headers(webhook):
    heads = {name.upper(): value for name, value in headers("ping", b"{}").items()}
    assert webhook.receive(gateway(heads, b"{}"))["statusCode"] == 200


@pytest.mark.parametrize("body", [None, "", "no base64!", "ü", "e30"])
def test_a_body_that_cannot_be_decoded_is_not_verified(webhook, body):
    event = gateway(headers("ping", b"{}"), b"{}") | {"body": body}
    assert webhook.receive(event)["statusCode"] == 401


def test_twenty_megabytes_are_coped_with(answer, queued):
    large = {"action": "opened", "number": 5, "commits": ["x" * 1_000] * 20_000}
    assert answer("pull_request", large) == 202
    assert all(len(body) < 1_000 for body in queued())


def test_what_could_not_be_queued_is_answered_503(answer, no_queue):
    assert answer("pull_request", {"action": "opened", "number": 5}) == 503


def test_an_outage_of_the_secrets_is_answered_503(answer, no_secrets):
    assert answer("ping", {}) == 503


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    body=st.one_of(
        st.binary(),
        st.recursive(st.none() | st.text() | st.integers(), st.lists).map(
            lambda value: json.dumps(value).encode()
        ),
    ),
    event=st.sampled_from(["pull_request", "push", "check_run", "installation", "ping", "x", ""]),
    honest=st.booleans(),
    identity=st.text(max_size=120),
)
def test_whatever_arrives_gets_a_known_status(webhook, body, event, honest, identity):
    heads = headers(event, body if honest else body + b"?", **{"X-GitHub-Delivery": identity})
    status = webhook.receive(gateway(heads, body))["statusCode"]
    assert status in KNOWN
    assert honest or status == 401


def post(stack, body, heads):
    parts = urlsplit(stack.webhook_url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)
    try:
        connection.request("POST", parts.path, body, heads)
        reply = connection.getresponse()
        reply.read()
        return reply.status
    finally:
        connection.close()


def test_the_local_server_refuses_what_github_never_sends(stack):
    body = b" " * 27_000_000
    assert post(stack, body, headers("push", body)) == 413


def test_the_local_server_answers_as_the_function_does(stack):
    body = json.dumps(BASE).encode()
    assert post(stack, body, headers("ping", body)) == 200
    assert post(stack, body, headers("ping", b"other")) == 401
