"""GitHub's own sample payloads, signed and received: what is due is queued, and nothing else."""

import hashlib
import hmac
import json

import pytest

from solvet.domain.delivery import Delivery, Repository, Trigger
from solvet.services.events import concerns_us, interpret
from solvet.services.receive import receive

pytestmark = pytest.mark.contract

SECRET = "it's a secret to everybody"
GUID = "0b989ba4-242f-11e5-81e1-c7b6966d2516"
OURS = {"id": 4242}

DUE = {
    ("pull_request", "opened"): Trigger.PULL_REQUEST,
    ("pull_request", "reopened"): Trigger.PULL_REQUEST,
    ("pull_request", "synchronize"): Trigger.PULL_REQUEST,
    ("pull_request", "ready_for_review"): Trigger.PULL_REQUEST,
    ("pull_request", "closed"): Trigger.PULL_REQUEST,
    ("push", ""): Trigger.PUSH,
    ("merge_group", "checks_requested"): Trigger.MERGE_GROUP,
    ("check_run", "rerequested"): Trigger.RERUN,
    ("check_run", "requested_action"): Trigger.ACTION,
    ("check_suite", "rerequested"): Trigger.RERUN_ALL,
    ("issue_comment", "created"): Trigger.COMMAND,
    ("installation", "deleted"): Trigger.FORGET,
    ("installation_repositories", "removed"): Trigger.FORGET_REPOSITORIES,
}
"""What each asks for; every other event and action is no business of ours."""

FACTS = {
    Trigger.PULL_REQUEST: lambda it: {"number": it["pull_request"]["number"]},
    Trigger.PUSH: lambda it: {
        "ref": it["ref"],
        "base_sha": it["before"],
        "head_sha": it["after"],
        "default_branch": it["ref"] == f"refs/heads/{it['repository']['default_branch']}",
    },
    Trigger.MERGE_GROUP: lambda it: {
        "ref": it["merge_group"]["head_ref"],
        "base_sha": it["merge_group"]["base_sha"],
        "head_sha": it["merge_group"]["head_sha"],
    },
    Trigger.RERUN: lambda it: {"scan_id": it["check_run"]["external_id"]},
    Trigger.ACTION: lambda it: {
        "scan_id": it["check_run"]["external_id"],
        "action": it["requested_action"]["identifier"],
        "actor": it["sender"]["login"],
    },
    Trigger.RERUN_ALL: lambda it: {"head_sha": it["check_suite"]["head_sha"]},
    Trigger.COMMAND: lambda it: {
        "number": it["issue"]["number"],
        "comment": it["comment"]["id"],
    },
    Trigger.FORGET: lambda it: {"repository": None},
    Trigger.FORGET_REPOSITORIES: lambda it: {
        "repository": None,
        "repositories": tuple(each["id"] for each in it["repositories_removed"]),
    },
}


class Queue(list):
    """Takes every delivery."""

    def accept(self, delivery):
        self.append(delivery)


@pytest.fixture(scope="module")
def everything(examples):
    """Event, action and payload of every example."""
    return [
        (event, payload.get("action") or "", payload)
        for event, payloads in examples.items()
        for payload in payloads
    ]


def test_every_example_is_answered_as_it_is(everything, figures):
    answers = {(event, action, _received(event, it)[0]) for event, action, it in everything}
    wrong = {each for each in answers if each[2] not in {200, 202, 204, 400}}
    assert wrong == set()
    figures["sample payloads"] = len(everything)


def test_an_example_of_a_repositorys_own_webhook_is_refused_where_it_would_count(everything):
    refused = {event for event, _, it in everything if _received(event, it)[0] == 400}
    foreign = {event for event, _, it in everything if "installation" not in it}
    assert refused == {event for event in foreign if event in {name for name, _ in DUE}}


def test_an_example_sent_to_the_app_gives_what_is_due_and_nothing_else(everything, figures):
    due = 0
    for event, action, example in everything:
        payload = as_to_us(event, example)
        expected = _due(event, action, payload)
        status, queued = _received(event, payload)
        assert queued == ([] if expected is None else [expected]), (event, action)
        assert status == (202 if expected else 200 if event == "ping" else 204), (event, action)
        due += expected is not None
    figures["of them accepted, once sent to our App"] = due


def test_every_event_that_can_be_due_has_an_example_that_is(everything):
    shown = {
        (event, action)
        for event, action, it in everything
        if interpret(event, GUID, json.dumps(as_to_us(event, it)).encode())
    }
    assert shown == set(DUE)


def test_what_is_due_is_told_without_its_payload_too(everything):
    unheard = {(event, action) for event, action in DUE if not concerns_us(event, action)}
    assert unheard == set()


def as_to_us(event, example):
    """The same thing, as it happens to our App, our check and our comment."""
    payload = {"installation": OURS, **example}
    if event == "check_run":
        payload["check_run"] = {**example["check_run"], "name": "Solvet", "external_id": "scan"}
    if event == "issue_comment":
        payload["issue"] = {**example["issue"], "pull_request": {"url": "https://example.org"}}
        payload["comment"] = {**example["comment"], "body": "/solvet rescan"}
    return payload


def _due(event, action, payload):
    trigger = DUE.get((event, action))
    tag = event == "push" and not payload["ref"].startswith("refs/heads/")
    if trigger is None or tag:
        return None
    repository = payload.get("repository")
    named = repository and Repository(repository["id"], repository["full_name"])
    facts = {"repository": named, **FACTS[trigger](payload)}
    return Delivery(id=GUID, trigger=trigger, installation=payload["installation"]["id"], **facts)


def _received(event, payload):
    """The status, and what was queued."""
    body, queue = json.dumps(payload).encode(), Queue()
    digest = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    headers = {
        "x-github-event": event,
        "x-github-delivery": GUID,
        "x-hub-signature-256": f"sha256={digest}",
    }
    answer = receive(headers, body, secrets=(SECRET,), intake=queue)
    return answer.status, list(queue)
