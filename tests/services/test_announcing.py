"""Events of real reviews on the stack's own bus, seen by a queue that somebody put behind it."""

import json
from uuid import uuid4

import boto3
import jsonschema
import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from solvet.adapters.aws.outbox import DynamoOutbox
from solvet.adapters.aws.state import DynamoState
from solvet.ports.announce import read_event
from solvet.services.announcing.schema import schema
from solvet.services.announcing.telling import UNCERTAIN
from tests.conftest import WEBHOOK_SECRET
from tests.services.conftest import FLAWED, taken
from tests.services.healing import die, lose, pump, quieten, survive, sweep_after

KILLABLE = """pragma solidity 0.8.28;
contract A {
    function end(address payable to) external {
        selfdestruct(to);
    }
}
"""
WORDS = ("selfdestruct(", "pragma", "PRIVATE KEY", WEBHOOK_SECRET)
"""Of the sources and of the secrets; none of them may be told."""
MINUTE, DAY = 61, 86_400


@pytest.fixture(scope="module")
def settings():
    return {"SOLVET_EVENTS": "on"}


@pytest.fixture(scope="module")
def listener(running):
    """A queue behind the bus; answers the envelopes that arrived since it was last asked."""
    environment = running.environments["ReporterFunction"]
    events, sqs, name = boto3.client("events"), boto3.client("sqs"), f"listener-{uuid4().hex}"
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    bus = environment["SOLVET_EVENT_BUS"]
    events.put_rule(Name=name, EventBusName=bus, EventPattern='{"source": ["solvet"]}')
    events.put_targets(Rule=name, EventBusName=bus, Targets=[{"Id": "it", "Arn": arn["QueueArn"]}])
    return lambda: [json.loads(body) for body in taken(sqs, url)]


@pytest.fixture
def told(listener):
    """What the bus was told since it was last asked: details, each held against the schema."""
    listener()

    def details():
        envelopes = listener()
        for envelope in envelopes:
            jsonschema.validate(envelope["detail"], schema())
            assert not [word for word in WORDS if word in json.dumps(envelope)]
        return [envelope["detail"] for envelope in envelopes]

    return details


@pytest.fixture
def unreachable(monkeypatch):
    """EventBridge answers nothing for a while; answers how to end that."""
    really = BaseClient._make_api_call

    def call(self, operation, arguments):
        if operation == "PutEvents":
            raise ClientError({"Error": {"Code": "InternalException"}}, operation)
        return really(self, operation, arguments)

    monkeypatch.setattr(BaseClient, "_make_api_call", call)
    return lambda: monkeypatch.setattr(BaseClient, "_make_api_call", really)


def of_type(events, name):
    return [event for event in events if event["type"] == name]


def reviewed(road, mine):
    road.announce(mine)
    road.run()


def test_a_completed_scan_is_told_once_with_its_counts(road, change, told):
    mine = change()
    reviewed(road, mine)
    (event,) = of_type(told(), "scan.completed")
    assert event["repository"] == {"id": mine.remote.id, "full_name": mine.remote.full_name}
    assert event["subject"] == {
        "kind": "pull",
        "number": mine.pull.number,
        "ref": "",
        "default_branch": False,
    }
    assert (event["end"], event["conclusion"]) == ("verdict", "failure")
    assert event["introduced"]["high"] > 0
    assert event["files"] == {"analysed": 1, "failed": 0, "excluded": 0}
    assert event["title"] == road.check(mine)["title"]


def test_a_repeated_report_repeats_no_event(road, change, told):
    mine = change(head={"src/A.sol": KILLABLE})
    reviewed(road, mine)
    before = told()
    assert {event["type"] for event in before} == {"scan.completed", "finding.critical"}
    ask(road, mine, "final")
    assert told() == []


def ask(road, mine, kind):
    """Somebody asks for a report on the project's scan."""
    body = {
        "installation": mine.installation,
        "scan_id": road.check(mine)["external_id"],
        "group": "g",
        "kind": kind,
        "asked": "again",
    }
    boto3.client("sqs").send_message(
        QueueUrl=pump(road, "ReporterFunction")._url,
        MessageBody=json.dumps(body),
        MessageGroupId="g",
        MessageDeduplicationId=uuid4().hex,
    )
    road.run()


def test_a_critical_finding_is_told_where_it_comes_in_and_not_again(road, change, told):
    mine = change(head={"src/A.sol": KILLABLE})
    reviewed(road, mine)
    (event,) = of_type(told(), "finding.critical")
    assert (event["rule"], event["path"]) == ("unprotected-selfdestruct", "src/A.sol")
    assert event["fingerprint"] in road.comment(mine)
    road.move(mine, {"src/A.sol": KILLABLE + "\n// a further commit\n"})
    road.announce(mine, "synchronize")
    road.run()
    assert [e["type"] for e in told()] == ["scan.completed"]


def test_a_critical_finding_that_was_there_before_is_no_news(road, change, told):
    mine = change(base={"src/A.sol": KILLABLE}, head={"src/A.sol": KILLABLE + "// more\n"})
    reviewed(road, mine)
    (event,) = told()
    assert event["existing"]["critical"] == 1


def test_a_push_to_the_default_branch_is_told_as_such(road, change, told):
    mine = change()
    head = mine.history.commit("main", {"src/A.sol": FLAWED}, parents=[mine.base])
    for event, payload in road.github.push(mine.remote, "main", head):
        road.deliver(event, payload)
    road.run()
    (event,) = of_type(told(), "scan.completed")
    assert event["subject"]["default_branch"]
    assert event["subject"]["ref"] == "refs/heads/main"


def test_what_cannot_be_told_delays_no_verdict_and_is_told_by_the_sweep(
    road, change, told, unreachable
):
    quieten(road)
    mine = change(head={"src/A.sol": KILLABLE})
    road.announce(mine)
    road.stack.drain()
    assert road.check(mine)["status"] == "completed"
    assert not any(road.stack.waiting().values())
    assert told() == []
    unreachable()
    assert sweep_after(road, MINUTE)["Announced"] == 2
    assert len(told()) == 2
    assert "Announced" not in sweep_after(road, 2 * UNCERTAIN)


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("step", ["keep scan", "keep finding", "PutEvents"])
def test_a_death_at_any_step_loses_no_event(road, change, told, dies, step, moment):  # noqa: PLR0917
    """Told twice is only what was told when its teller died, and then under the same id."""
    quieten(road)
    mine = change(head={"src/A.sol": KILLABLE})
    road.announce(mine)
    dies(moment, step)
    survive(road)
    sweep_after(road, MINUTE)
    events = told()
    assert len({event["id"] for event in events}) == 2
    again = len(events) - 2
    assert again in ({0, 1, 2} if (moment, step) == ("after", "PutEvents") else {0})
    assert road.check(mine)["conclusion"] == "failure"


@pytest.fixture
def dies(monkeypatch):
    """Has the process die once, before or after a step of telling."""

    def arrange(moment, step):
        really, left = BaseClient._make_api_call, [1]

        def call(self, operation, arguments):
            mine = left and step == _step(operation, arguments)
            if mine:
                left.clear()
            if mine and moment == "before":
                die()
            answer = really(self, operation, arguments)
            if mine:
                die()
            return answer

        monkeypatch.setattr(BaseClient, "_make_api_call", call)

    return arrange


def _step(operation, arguments):
    if operation == "TransactWriteItems" and "event#" in str(arguments):
        return "keep scan" if "scan.completed" in str(arguments) else "keep finding"
    return operation


def test_a_review_that_breaks_off_is_told_as_incomplete(road, change, told):
    mine = change()
    road.announce(mine)
    pump(road, "PlanFunction").run()
    lose(road, "StaticWorkerFunction")
    ask(road, mine, "broken")
    ask(road, mine, "broken")
    (event,) = told()
    assert (event["end"], event["conclusion"]) == ("incomplete", "failure")
    assert event["title"] == road.check(mine)["title"]


def test_a_verdict_that_no_model_will_add_to_any_more_is_told_as_what_it_is(road, change, told):
    mine = change()
    road.announce(mine)
    for name in ("PlanFunction", "StaticWorkerFunction", "ReporterFunction"):
        pump(road, name).run()
    lose(road, "ModelWorkerFunction")
    ask(road, mine, "broken")
    ask(road, mine, "broken")
    (event,) = of_type(told(), "scan.completed")
    assert (event["end"], event["title"]) == ("verdict", road.check(mine)["title"])


def test_of_a_scan_that_has_ended_no_end_is_told_again(road, change, told):
    mine = change()
    reviewed(road, mine)
    before = road.check(mine)
    assert told()
    ask(road, mine, "broken")
    assert told() == []
    assert road.check(mine) == before


def test_a_week_is_told_when_it_is_over(road, change, told):
    quieten(road)
    mine = change(head={"src/A.sol": KILLABLE})
    reviewed(road, mine)
    head = mine.history.commit("main", {"src/A.sol": KILLABLE}, parents=[mine.base])
    for event, payload in road.github.push(mine.remote, "main", head):
        road.deliver(event, payload)
    road.run()
    told()
    assert "Announced" not in sweep_after(road, MINUTE)
    sweep_after(road, 8 * DAY)
    (week,) = of_type(told(), "repository.week")
    assert (week["reviews"], week["incomplete"], week["files"]) == (2, 0, 2)
    assert week["introduced"]["critical"] == 1
    assert week["open"] is None
    assert "Announced" not in sweep_after(road, 8 * DAY)


def test_nothing_is_kept_of_a_repository_that_is_gone(road, change, told):
    mine = change(head={"src/A.sol": KILLABLE})
    reviewed(road, mine)
    assert any(name.startswith("week#") for name in road.state(mine.installation))
    DynamoState(road._table).forget_repository(mine.installation, mine.remote.id)
    assert not any(name.startswith("week#") for name in road.state(mine.installation))


def test_nothing_is_left_of_an_installation_that_goes_while_it_is_told(road, change, told):
    mine = change(head={"src/A.sol": KILLABLE})
    reviewed(road, mine)
    outbox = DynamoOutbox(road._table)
    event = read_event(json.dumps(of_type(told(), "finding.critical")[0]))
    DynamoState(road._table).forget(mine.installation)
    outbox.told(event)
    assert road.state(mine.installation) == []
