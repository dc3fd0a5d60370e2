"""People are told of real reviews: a chat that speaks Slack's protocol, and whoever reads mail."""

import functools
import json
from types import SimpleNamespace
from uuid import uuid4

import boto3
import pytest

from solvet.adapters.chat import ChatWebhook
from solvet.bootstrap import notify as wired
from solvet.bootstrap.notify import ATTEMPTS
from solvet.local.stack import ROOT
from solvet.local.template import Template
from tests.services.conftest import FLAWED, taken
from tests.services.healing import pump
from tests.services.test_announcing import KILLABLE
from tests.slack import Slack


@pytest.fixture(scope="module")
def parameters():
    return {"Events": "notify", "NotifyScope": "everything"}


@pytest.fixture(scope="module")
def chat(running, tmp_path_factory):
    """A chat whose webhook is in the stack's secret, although it is on this machine."""
    environment = running.environments["NotifyFunction"]
    with Slack(tmp_path_factory.mktemp("tls")) as slack, pytest.MonkeyPatch.context() as patch:
        open_ = functools.partial(ChatWebhook, allowed=lambda _: True, context=slack.client)
        patch.setattr(wired, "ChatWebhook", open_)
        boto3.client("secretsmanager").put_secret_value(
            SecretId=environment["SOLVET_NOTIFY_SECRET_ID"],
            SecretString=json.dumps({"webhook_url": slack.url}),
        )
        yield slack


@pytest.fixture(scope="module")
def mailbox(running):
    """A queue that has subscribed to the topic; answers what arrived since it was last asked."""
    sqs, sns = boto3.client("sqs"), boto3.client("sns")
    url = sqs.create_queue(QueueName=f"mailbox-{uuid4().hex}")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    topic = running.environments["NotifyFunction"]["SOLVET_NOTIFY_TOPIC"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn["QueueArn"])
    return lambda: [json.loads(body) for body in taken(sqs, url)]


@pytest.fixture
def people(road, chat, mailbox):
    mailbox()
    chat.messages.clear()
    chat.answers.clear()
    return SimpleNamespace(chat=chat, mail=mailbox)


def test_a_critical_finding_is_told_once_in_the_chat_and_by_mail(road, change, people):
    mine = change(head={"src/A.sol": KILLABLE})
    road.announce(mine)
    road.run()
    (message,) = people.chat.messages
    assert message.startswith("*New critical finding*\n")
    assert f"`{mine.remote.full_name}`" in message
    assert "`src/A.sol, line 4`" in message
    (mail,) = people.mail()
    assert mail["Subject"].startswith("Solvet: New critical finding, owner")
    assert "selfdestruct(" not in mail["Message"] + message


def test_findings_below_critical_are_told_with_the_scan(road, change, people):
    mine = change()
    road.announce(mine)
    road.run()
    (message,) = people.chat.messages
    assert message.startswith("*New findings*")
    assert "1 high introduced" in message


def test_what_brings_nothing_new_is_not_told(road, change, people):
    mine = change(base={"src/A.sol": FLAWED}, head={"src/A.sol": FLAWED + "// nothing\n"})
    road.announce(mine)
    road.run()
    assert people.chat.messages == []
    assert people.mail() == []


def test_a_chat_that_is_busy_is_told_later_and_the_mail_is_not_repeated(road, change, people):
    people.chat.answers = [(429, {"Retry-After": "9"}, b"rate_limited")] * 2
    mine = change()
    road.announce(mine)
    road.run()
    assert len(people.chat.messages) == 1
    assert len(people.mail()) == 1


def test_a_notice_that_arrives_twice_is_told_once(road, change, people):
    mine = change()
    road.announce(mine)
    road.run()
    people.mail()
    people.chat.messages.clear()
    detail = {
        "type": "scan.completed",
        "version": 1,
        "id": "e",
        "at": "2026-11-21T00:00:00Z",
        "installation": mine.installation,
        "repository": {"id": 1, "full_name": "a/b"},
        "scan": "s",
        "head_sha": mine.head,
        "base_sha": mine.base,
        "subject": {"kind": "push", "ref": "refs/heads/main", "default_branch": True},
        "end": "incomplete",
        "conclusion": "failure",
        "title": "Incomplete",
        "url": "",
    }
    for _ in range(2):
        boto3.client("sqs").send_message(
            QueueUrl=pump(road, "NotifyFunction")._url,
            MessageBody=json.dumps({"source": "solvet", "detail": detail}),
        )
    road.run()
    assert len(people.chat.messages) == 1
    assert len(people.mail()) == 1


def test_a_notice_that_nobody_takes_waits_with_the_dead(road, change, people):
    people.chat.answers = [(404, {}, b"no_service")] * ATTEMPTS
    mine = change()
    road.announce(mine)
    for _ in range(ATTEMPTS + 1):
        road.stack.drain()
        road.wait()
    road.stack.drain()
    (letter,) = road.dead_letters()
    assert json.loads(letter)["detail"]["repository"]["full_name"] == mine.remote.full_name
    assert road.check(mine)["status"] == "completed"
    assert people.chat.messages == []


def test_what_is_told_is_measured(road, change, people, monkeypatch, capsys):
    monkeypatch.setenv("POWERTOOLS_METRICS_DISABLED", "false")
    mine = change(head={"src/A.sol": KILLABLE})
    road.announce(mine)
    road.run()
    lines = [line for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    said = [json.loads(line) for line in lines]
    events = {(e["type"], e["outcome"]) for e in said if "Events" in e}
    notices = {(e["channel"], e["outcome"]) for e in said if "Notices" in e}
    assert events == {("scan.completed", "told"), ("finding.critical", "told")}
    assert notices == {("chat", "told"), ("mail", "told"), ("all", "quiet")}


def test_the_notifier_tries_as_often_as_its_queue_lets_it():
    queue = Template(ROOT / "template.yaml").resources["NotificationsQueue"]["Properties"]
    assert queue["RedrivePolicy"]["maxReceiveCount"] == ATTEMPTS
