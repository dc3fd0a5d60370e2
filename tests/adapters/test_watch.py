"""What somebody has to come back to: due once, taken by one, gone with its owner."""

from dataclasses import replace
from pathlib import Path

import boto3
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from solvet.adapters.aws import askings as questions
from solvet.adapters.aws import limits, redeliveries, watch
from solvet.adapters.aws import state as states
from solvet.adapters.aws.askings import DynamoAskings
from solvet.adapters.aws.state import DynamoState
from solvet.domain.delivery import Delivery, Repository, Trigger
from solvet.domain.scan import Delay, Scan, Stage, Target, TargetKind, job
from solvet.local.template import Template
from solvet.ports.askings import Asking
from solvet.ports.watch import FIRST_LOOK, Errand

REPOSITORY = Repository(7, "acme/vaults")
ROOT = Path(__file__).parents[2]


@pytest.fixture
def clock(monkeypatch):
    now = [1_800_000_000]
    for module in (watch, redeliveries, states, limits, questions):
        monkeypatch.setattr(module, "time", lambda: now[0])
    return now


@pytest.fixture
def state(aws, clock):
    """On the table that the template declares."""
    declared = Template(ROOT / "template.yaml").resources["StateTable"]["Properties"]
    names = ("BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")
    table = boto3.resource("dynamodb").create_table(
        TableName="state", **{name: declared[name] for name in names}
    )
    return DynamoState(table)


def scan(name="s1", installation=1, repository=REPOSITORY):
    return Scan(
        id=name,
        installation=installation,
        repository=repository,
        target=Target(kind=TargetKind.PULL, number=3),
        head_sha="a" * 40,
        base_sha="b" * 40,
        fence=1,
        check_run=11,
    )


def delivery(name="d1"):
    return Delivery(id=name, trigger=Trigger.PULL_REQUEST, installation=1, repository=REPOSITORY)


def test_a_scan_is_due_half_an_hour_after_it_was_remembered(state, clock):
    state.remember(scan())
    assert state.due(Errand.SCAN, 10) == ()
    clock[0] += FIRST_LOOK
    (due,) = state.due(Errand.SCAN, 10)
    assert (due.installation, due.name) == (1, "s1")
    assert state.due(Errand.REPOSITORY, 10) == state.due(Errand.LETTER, 10) == ()


def test_remembering_a_scan_again_does_not_put_the_look_off(state, clock):
    state.remember(scan())
    clock[0] += FIRST_LOOK
    state.remember(scan())
    assert len(state.due(Errand.SCAN, 10)) == 1


def test_a_repository_that_is_planned_for_again_is_looked_at_no_later(state, clock):
    state.see(1, REPOSITORY)
    clock[0] += FIRST_LOOK
    state.see(1, REPOSITORY)
    assert len(state.due(Errand.REPOSITORY, 10)) == 1


def test_one_of_two_takes_it_and_it_is_due_again_later(state, clock):
    state.remember(scan())
    clock[0] += FIRST_LOOK
    (due,) = state.due(Errand.SCAN, 10)
    assert [state.take(due, again_in=60) for _ in range(2)] == [True, False]
    assert state.due(Errand.SCAN, 10) == ()
    clock[0] += 60
    assert len(state.due(Errand.SCAN, 10)) == 1
    assert state.progress(scan()).looks == 1


def test_a_scan_that_ended_is_never_taken(state, clock):
    state.remember(scan())
    clock[0] += FIRST_LOOK
    (due,) = state.due(Errand.SCAN, 10)
    state.end(scan())
    assert not state.take(due, again_in=60)
    assert state.due(Errand.SCAN, 10) == ()
    assert state.scan(1, "s1") == scan()


def test_ending_a_scan_that_is_forgotten_makes_no_new_one(state):
    state.end(scan())
    assert list(state._items.names(1)) == []


def test_the_longest_waiting_come_first_and_no_more_than_asked_for(state, clock):
    for number in range(5):
        state.see(1, Repository(number, f"acme/{number}"))
        clock[0] += 1
    clock[0] += FIRST_LOOK
    assert [due.name for due in state.due(Errand.REPOSITORY, 3)] == ["0", "1", "2"]


def test_a_forgotten_installation_has_nothing_due(state, clock):
    for installation in (1, 2):
        state.remember(scan(installation=installation))
        state.see(installation, REPOSITORY)
        state.keep_letter(installation, "{}", wait=1)
    state.forget(1)
    clock[0] += FIRST_LOOK
    left = {due.installation for errand in Errand for due in state.due(errand, 10)}
    assert left == {2}


def test_a_forgotten_repository_leaves_the_others(state, clock):
    other = Repository(77, "acme/other")
    for name, repository in (("s1", REPOSITORY), ("s2", other)):
        it = scan(name, repository=repository)
        state.remember(it)
        state.see(1, repository)
        state.begin(it, static=1, model=0)
        state.finish(it, Stage.STATIC, "A.sol")
        state.begun(job(it, "A.sol", Stage.STATIC))
        state.note_wait(it, attempt=1, seconds=60)
        for key in (f"week#{repository.id}#2026-W47", f"look#{repository.id}"):
            state._items.update(1, key, "SET told = :none", {":none": 0})
    before = {name for name in state._items.names(1) if "s2" in name or "#77" in name}
    state.forget_repository(1, REPOSITORY.id)
    assert set(state._items.names(1)) == before
    assert len(before) == 6


def test_the_same_letter_is_kept_once_and_read_as_it_was(state, clock):
    for _ in range(2):
        state.keep_letter(1, '{"a": "\ud800"}'.encode("utf-8", "replace").decode(), wait=60)
    clock[0] += 60
    (due,) = state.due(Errand.LETTER, 10)
    assert state.letter(due) == '{"a": "?"}'
    state.drop(due)
    assert state.letter(due) is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(st.lists(st.sampled_from(["a.sol", "b.sol", "c.sol"]), max_size=5))
def test_what_is_unfinished_is_what_was_not_finished(state, numbers, done):
    it, paths = scan(f"s{next(numbers)}"), ("a.sol", "b.sol", "c.sol")
    state.begin(it, static=3, model=0)
    for path in done:
        state.finish(it, Stage.STATIC, path)
    left = state.unfinished(it, Stage.STATIC, paths)
    assert left == tuple(path for path in paths if path not in done)
    assert state.progress(it).left == {Stage.STATIC: len(left), Stage.MODEL: 0}


def test_a_delivery_is_redelivered_once_at_a_time_and_three_times_in_all(state, clock):
    taken = []
    for _ in range(200):
        taken.append(state.may_redeliver(1, "d1"))
        clock[0] += 120
    assert taken.count(True) == 3
    gaps = [n for n, it in enumerate(taken) if it]
    assert gaps[1] - gaps[0] < gaps[2] - gaps[1], "further and further apart"


def test_a_redelivery_that_github_did_not_take_up_is_not_counted(state, clock):
    for _ in range(5):
        assert state.may_redeliver(1, "d1")
        state.not_redelivered(1, "d1")
        clock[0] += 120
    state.not_redelivered(1, "d1")
    assert [state.may_redeliver(1, "d1"), state.may_redeliver(1, "d1")] == [True, False]


def test_a_delivery_that_was_or_is_planned_is_not_redelivered(state):
    state.claim(delivery("d1"))
    state.settle(delivery("d1"), "scan s1")
    state.claim(delivery("d2"))
    assert not state.may_redeliver(1, "d1")
    assert not state.may_redeliver(1, "d2")


def test_an_outcome_is_not_overwritten_by_a_failure(state):
    assert state.claim(delivery())
    state.settle(delivery(), "scan s1")
    assert not state.abandon(delivery(), "failed")
    assert state.abandon(delivery("d2"), "failed")
    assert not state.claim(delivery("d2"))


def test_a_walk_goes_on_where_it_ended_and_rests_as_long_as_it_was_told(state, clock):
    assert (state.walk().cursor, state.walk().resting) == ("", False)
    state.walked("v1_7", rest=60)
    assert (state.walk().cursor, state.walk().resting) == ("v1_7", True)
    clock[0] += 61
    assert not state.walk().resting


def test_a_job_that_survived_is_suspected_no_more(state):
    it = job(scan(), "A.sol", Stage.MODEL)
    assert [state.begun(it) for _ in range(2)] == [1, 2]
    assert state.suspected(it)
    state.survived(it, attempt=3)
    assert not state.suspected(it)
    assert state.begun(it) == 1


def test_a_letter_that_is_written_again_is_due_when_it_was(state, clock):
    state.keep_letter(1, "{}", wait=60)
    clock[0] += 50
    state.keep_letter(1, "{}", wait=60)
    clock[0] += 11
    assert len(state.due(Errand.LETTER, 10)) == 1


def test_a_letter_outlives_the_time_when_it_is_due(state, clock):
    """The table deletes what has expired, whether somebody was there to send it or not."""
    state.keep_letter(1, "{}", wait=60)
    (name,) = state._items.names(1, "letter#")
    assert state._items.get(1, name)["expires_at"] >= clock[0] + 60 + 7 * 86_400


def test_what_is_asked_in_batches_is_opened_once_and_due_until_it_was_handed_back(state, clock):
    askings = DynamoAskings(boto3.resource("dynamodb").Table("state"), None, "bucket")
    first = Asking(installation=1, scan_id="s1", began=1.0, since=1.0)
    askings.open(first)
    askings.save(replace(first, round=2), again_in=0)
    askings.open(first)
    assert askings.asking(1, "s1").round == 2, "what was sent is not forgotten"
    for handing_back, due in ((True, 1), (False, 0)):
        askings.save(replace(first, closed=True, handing_back=handing_back), again_in=0)
        assert len(state.due(Errand.BATCH, 10)) == due


def test_what_is_asked_in_batches_is_not_made_anew_when_it_was_forgotten(state, clock):
    askings = DynamoAskings(boto3.resource("dynamodb").Table("state"), None, "bucket")
    asking = Asking(installation=1, scan_id="s1", began=1.0, since=1.0)
    askings.open(asking)
    (due,) = state.due(Errand.BATCH, 10)
    ended = replace(asking, closed=True)
    askings.save(ended, again_in=60)
    state.forget(1)
    for late in (asking, ended):
        askings.save(late, again_in=60)
    askings.put_off(due, again_in=60)
    assert list(state._items.names(1)) == []


def test_the_longer_rest_holds(state, clock):
    for seconds in (600, 10):
        state.rest(1, seconds=seconds)
    assert state.resting(1) == 600
    state.rest(1, seconds=700)
    assert (state.resting(1), state.resting(2)) == (700, 0)


def test_a_wait_is_noted_once_for_each_attempt_and_for_none_that_came_before(state, clock):
    noted = [state.note_wait(scan(), attempt=attempt, seconds=60) for attempt in (2, 2, 1, 3)]
    assert noted == [True, False, False, True]
    assert state.wait(scan()).attempt == 3
    clock[0] += 61
    assert state.wait(scan()) is None


def test_a_delay_lasts_from_the_first_stop_until_the_last_one_is_over(state, clock):
    it, new = scan(), delivery()
    state.hold_up(it, seconds=60)
    assert state.scan(1, "s1") is None, "what is forgotten is not made anew"
    state.remember(it)
    state.claim(new)
    for what in (it, new):
        state.hold_up(what, seconds=60)
    clock[0] += 100
    state.hold_up(it, seconds=30)
    assert state.scan(1, "s1").delay == Delay(2, 130)
    assert state.delay(new) == Delay(1, 60)


def test_who_was_heard_of_last_is_known_of_each_job_by_itself(state):
    it, other = (job(scan(), "A.sol", stage) for stage in Stage)
    assert state.survived_last(it) == 0
    state.survived(it, attempt=3)
    state.begun(it)
    assert (state.survived_last(it), state.survived_last(other)) == (3, 0)
    assert not state.suspected(other)
