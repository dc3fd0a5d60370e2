"""Dead letters that wait for people are told as such, and no queue of theirs is called unread."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from solvet.ports.stack import QueueFacts, Resource, StackFacts
from solvet.services.doctor_stack import LEFT_TO_PEOPLE, stack_checks


def found(name, waiting, readers=()):
    """What doctor says of the queues of a stack that has this one only."""
    facts = QueueFacts(name=name, waiting=waiting, in_hand=0, oldest=7_200, readers=readers)
    stack = StackFacts(
        name="s",
        status="CREATE_COMPLETE",
        changed=datetime.now(UTC),
        parameters={},
        outputs={},
        resources=[Resource(name, "AWS::SQS::Queue", "url")],
    )
    checks = stack_checks(SimpleNamespace(queue=lambda *_: facts), stack)
    (check,) = [each for each in checks if each.name == "queues"]
    return list(check.look())


@pytest.mark.parametrize(("name", "alarm"), LEFT_TO_PEOPLE.items())
def test_dead_letters_that_wait_for_people_lead_to_their_own_page(name, alarm):
    (finding,) = found(name, waiting=2)
    assert (finding.name, finding.state) == ("dead letters", "problem")
    assert alarm in finding.mend


@pytest.mark.parametrize("name", LEFT_TO_PEOPLE)
def test_a_queue_that_waits_for_people_needs_no_reader(name):
    (finding,) = found(name, waiting=0)
    assert finding.state == "ok"


def test_any_other_queue_needs_one():
    findings = found("IntakeQueue", waiting=0)
    assert [finding.state for finding in findings] == ["problem"]
