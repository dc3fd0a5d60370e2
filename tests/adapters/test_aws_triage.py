"""Decisions, pauses and replies on the table: the later comment wins, and one writes a reply."""

from dataclasses import replace

import boto3
import pytest

from solvet.adapters.aws import triage
from solvet.adapters.aws.state import DynamoState
from solvet.domain.delivery import Repository
from solvet.domain.scan import Scan, Target, TargetKind
from solvet.domain.silence import Silence, Silencer
from solvet.domain.triage import Decision, Pause, beginning, silences
from solvet.errors import Busy
from solvet.ports.triage import Showing

HERE, THERE = Repository(7, "acme/vaults"), Repository(8, "acme/others")
DECISION = Decision(
    fingerprint="0123456789abcdef", who="ada", comment=10, number=3, at=1, reason="known"
)


@pytest.fixture
def table(aws):
    return boto3.resource("dynamodb").create_table(
        TableName="state",
        KeySchema=[
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )


@pytest.fixture
def state(table):
    return DynamoState(table)


def test_a_decision_is_kept_for_its_repository_and_installation(state):
    assert state.decide(1, HERE, DECISION)
    assert state.decisions(1, HERE) == (DECISION,)
    assert state.decisions(1, THERE) == state.decisions(2, HERE) == ()


def test_of_two_decisions_the_later_comment_wins_in_whatever_order_they_come(state):
    taken_back = replace(DECISION, comment=11, ignored=False)
    assert state.decide(1, HERE, taken_back)
    assert not state.decide(1, HERE, DECISION)
    assert state.decide(1, HERE, taken_back), "a repeat is no contradiction"
    assert state.decisions(1, HERE) == (taken_back,)
    assert silences(state.decisions(1, HERE)) == {}


def test_the_newest_report_tells_which_pull_requests_have_a_finding(state):
    state.note_findings(seen_in(3, "one"), ["a" * 16, "b" * 16])
    state.note_findings(seen_in(4, "two"), ["b" * 16])
    assert state.showing(1, HERE, "b" * 16) == (Showing(3, "one"), Showing(4, "two"))
    state.note_findings(seen_in(3, "three"), ["c" * 16])
    assert state.showing(1, HERE, "b" * 16) == (Showing(4, "two"),)
    assert state.showing(1, THERE, "b" * 16) == state.showing(2, HERE, "b" * 16) == ()


def seen_in(number, scan_id):
    return Scan(
        id=scan_id,
        installation=1,
        repository=HERE,
        target=Target(kind=TargetKind.PULL, number=number),
        head_sha="f" * 40,
        base_sha="e" * 40,
        fence=1,
        check_run=5,
    )


def test_what_stands_never_expires_and_what_was_taken_back_does(state, table):
    def expires():
        (item,) = table.scan()["Items"]
        return "expires_at" in item

    state.decide(1, HERE, DECISION)
    assert not expires()
    state.decide(1, HERE, replace(DECISION, comment=11, ignored=False))
    assert expires()
    state.decide(1, HERE, replace(DECISION, comment=12))
    assert not expires()


def test_more_decisions_than_one_page_are_all_found(state):
    reason = "x" * 500
    wanted = {f"{number:016x}" for number in range(2_500)}
    for fingerprint in wanted:
        state.decide(1, HERE, replace(DECISION, fingerprint=fingerprint, reason=reason))
    assert {d.fingerprint for d in state.decisions(1, HERE)} == wanted


def test_a_pause_is_one_pull_requests(state):
    assert state.set_pause(1, HERE, 3, Pause(who="ada", comment=5))
    assert state.pause(1, HERE, 3) == Pause(who="ada", comment=5)
    assert state.pause(1, HERE, 4) is None
    assert not state.set_pause(1, HERE, 3, Pause(who="bob", comment=4, paused=False))
    assert state.set_pause(1, HERE, 3, Pause(who="bob", comment=6, paused=False))
    assert not state.pause(1, HERE, 3).paused


def test_one_writes_a_reply_at_a_time_and_leaves_its_comment_to_the_next(state):
    assert state.claim_reply(1, HERE, 3, "help:ada") is None
    with pytest.raises(Busy):
        state.claim_reply(1, HERE, 3, "help:ada")
    assert state.claim_reply(1, HERE, 3, "help:bob") is None
    state.settle_reply(1, HERE, 3, "help:ada", 99)
    assert state.claim_reply(1, HERE, 3, "help:ada") == 99
    state.settle_reply(1, HERE, 3, "help:ada", None)
    assert state.claim_reply(1, HERE, 3, "help:ada") == 99


def test_a_writer_that_died_is_followed_by_another(state, monkeypatch):
    really = triage.time
    state.claim_reply(1, HERE, 3, "help:ada")
    monkeypatch.setattr(triage, "time", lambda: really() + triage.WRITING + 1)
    assert state.claim_reply(1, HERE, 3, "help:ada") is None


def test_everything_goes_with_its_repository_or_its_installation(state, table):
    for installation, repository in ((1, HERE), (1, THERE), (2, HERE)):
        state.decide(installation, repository, DECISION)
        state.set_pause(installation, repository, 3, Pause(who="ada", comment=5))
        state.claim_reply(installation, repository, 3, "help:ada")
    state.forget_repository(1, HERE.id)
    assert state.decisions(1, HERE) == ()
    assert state.decisions(1, THERE) == (DECISION,)
    state.forget(1)
    assert {item["pk"] for item in table.scan()["Items"]} == {"installation#2"}


def test_a_decision_that_stands_silences_with_its_reason():
    silence = Silence(by=Silencer.TRIAGE, reason="known", who="ada")
    assert silences([DECISION]) == {DECISION.fingerprint: silence}


def test_a_prefix_finds_what_begins_so():
    among = {"0123456789abcdef": 1, "0123450000000000": 2, "ffffffffffffffff": 3}
    assert beginning("012345", among) == ("0123450000000000", "0123456789abcdef")
    assert beginning("0123456", among) == ("0123456789abcdef",)
    assert beginning("eeeeee", among) == ()
