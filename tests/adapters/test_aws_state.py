"""What is remembered: claims that expire, fences that order, counts that count once."""

from dataclasses import replace

import boto3
import pytest
from botocore.client import BaseClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from solvet.adapters.aws import state as states
from solvet.adapters.aws import watch
from solvet.adapters.aws.state import LEASE, DynamoState
from solvet.domain.delivery import Delivery, Repository, Trigger
from solvet.domain.scan import ReportKind, Scan, Stage, Target, TargetKind, job, report
from solvet.domain.triage import Pause
from solvet.errors import Busy, Gone, Throttled
from solvet.ports.state import Head, Record, Standing, Undone
from solvet.services.begin import MOST_FILES
from solvet.services.dependents import MOST_DEPENDENTS
from solvet.services.whole import MOST_UNCHANGED

REPOSITORY = Repository(7, "acme/vaults")
PULL = Target(kind=TargetKind.PULL, number=3)
LARGEST = MOST_FILES + MOST_DEPENDENTS + MOST_UNCHANGED


def new_table():
    return boto3.resource("dynamodb").create_table(
        TableName="state",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
        ],
    )


@pytest.fixture
def table(aws):
    return new_table()


@pytest.fixture
def state(table):
    return DynamoState(table)


@pytest.fixture
def later(monkeypatch):
    """Lets so many seconds pass."""

    def pass_by(seconds):
        then = states.time() + seconds
        for module in (states, watch):
            monkeypatch.setattr(module, "time", lambda: then)

    return pass_by


def delivery(name="d1", installation=1):
    return Delivery(
        id=name,
        trigger=Trigger.PULL_REQUEST,
        installation=installation,
        repository=REPOSITORY,
        number=3,
    )


def scan(name="s1", installation=1, fence=1):
    return Scan(
        id=name,
        installation=installation,
        repository=REPOSITORY,
        target=PULL,
        head_sha="a" * 40,
        base_sha="b" * 40,
        fence=fence,
        check_run=11,
    )


def test_a_claimed_delivery_is_busy_for_everybody_else(state):
    assert state.claim(delivery())
    with pytest.raises(Busy) as caught:
        state.claim(delivery())
    assert 0 < caught.value.after <= LEASE


def test_a_claim_whose_owner_died_expires(state, later):
    state.claim(delivery())
    later(LEASE + 1)
    assert state.claim(delivery())


def test_a_claim_that_was_given_back_can_be_taken(state):
    state.claim(delivery())
    state.release(delivery())
    assert state.claim(delivery())


def test_a_settled_delivery_is_done_for_ever(state, later):
    state.claim(delivery())
    state.settle(delivery(), "scan s1")
    assert not state.claim(delivery())
    later(10 * LEASE)
    assert not state.claim(delivery())


def test_deliveries_of_the_same_id_but_other_installations_are_apart(state):
    assert state.claim(delivery(installation=1))
    assert state.claim(delivery(installation=2))


def test_a_target_never_seen_has_no_head(state):
    assert state.head(1, REPOSITORY, PULL) == Head()


def test_each_new_scan_has_a_higher_fence_and_knows_what_it_superseded(state):
    first = state.advance(1, REPOSITORY, PULL, Head(), "s1")
    second = state.advance(1, REPOSITORY, PULL, state.head(1, REPOSITORY, PULL), "s2")
    assert second > first > 0
    assert state.head(1, REPOSITORY, PULL) == Head(fence=second, scan_id="s2", previous="s1")


def test_a_lost_race_is_busy_and_changes_nothing(state):
    seen = state.head(1, REPOSITORY, PULL)
    state.advance(1, REPOSITORY, PULL, seen, "s1")
    with pytest.raises(Busy):
        state.advance(1, REPOSITORY, PULL, seen, "s2")
    assert state.head(1, REPOSITORY, PULL).scan_id == "s1"


def test_the_same_scan_advances_once(state):
    fence = state.advance(1, REPOSITORY, PULL, Head(), "s1")
    seen = state.head(1, REPOSITORY, PULL)
    assert state.advance(1, REPOSITORY, PULL, seen, "s1") == fence


def test_the_comment_survives_the_next_head(state):
    state.advance(1, REPOSITORY, PULL, Head(), "s1")
    state.remember_comment(scan(), 99)
    state.advance(1, REPOSITORY, PULL, state.head(1, REPOSITORY, PULL), "s2")
    assert state.head(1, REPOSITORY, PULL).comment == 99


def test_nothing_is_known_of_a_target_never_seen(state):
    assert state.standing(1, REPOSITORY, PULL) == Standing(head=Head())


def test_what_is_known_of_a_target_is_what_was_said_of_each(state):
    state.advance(1, REPOSITORY, PULL, Head(), "s1")
    state.remember_comment(scan(), 99)
    state.rest(1, seconds=60)
    pause = Pause(who="ada", comment=5, paused=True)
    state.set_pause(1, REPOSITORY, PULL.number, pause)
    state.first_pull(1, REPOSITORY, 2)
    state.see(1, REPOSITORY)
    known = state.standing(1, REPOSITORY, PULL)
    assert 0 < known.rest <= 60
    assert known == Standing(
        head=state.head(1, REPOSITORY, PULL),
        rest=known.rest,
        pause=pause,
        first_pull=2,
        seen_lately=True,
    )
    assert state.standing(2, REPOSITORY, PULL) == Standing(head=Head())


def test_a_repository_that_was_renamed_or_seen_long_ago_is_to_be_seen_again(state, later):
    state.see(1, REPOSITORY)
    renamed = replace(REPOSITORY, full_name="acme/safes")
    assert not state.standing(1, renamed, PULL).seen_lately
    later(86_401)
    assert not state.standing(1, REPOSITORY, PULL).seen_lately


def test_the_scans_that_are_remembered_come_back_together(state):
    for name in ("s1", "s2"):
        state.begin(scan(name), static=1, model=0)
    state.mark_handed_out(scan("s2"))
    known = state.records(1, ["s1", "s2", "s2", "s3"])
    assert known == {
        "s1": Record(scan("s1"), handed_out=False),
        "s2": Record(scan("s2"), handed_out=True),
    }


@pytest.fixture
def holding_back(monkeypatch):
    """DynamoDB answers for so many keys of a batch, and leaves the others for the next request."""

    def arrange(count):
        really = BaseClient._make_api_call

        def call(client, operation, arguments):
            if operation != "BatchGetItem":
                return really(client, operation, arguments)
            ((table, asked),) = arguments["RequestItems"].items()
            now, later = asked["Keys"][:count], asked["Keys"][count:]
            reply = {"Responses": {}}
            if now:
                wanted = {"RequestItems": {table: asked | {"Keys": now}}}
                reply = really(client, operation, wanted)
            return reply | {"UnprocessedKeys": {table: asked | {"Keys": later}} if later else {}}

        monkeypatch.setattr(BaseClient, "_make_api_call", call)

    return arrange


def test_what_a_batch_leaves_out_is_asked_for_again(state, holding_back):
    for name in ("s1", "s2", "s3"):
        state.begin(scan(name), static=1, model=0)
    holding_back(1)
    assert set(state.records(1, ["s1", "s2", "s3", "s4"])) == {"s1", "s2", "s3"}


def test_a_batch_that_leaves_out_everything_for_ever_is_throttled(state, holding_back):
    holding_back(0)
    with pytest.raises(Throttled):
        state.records(1, ["s1"])


def test_a_scan_comes_back_as_it_was(state):
    assert state.scan(1, "s1") is None
    state.begin(scan(), static=2, model=0)
    assert state.scan(1, "s1") == scan()
    assert state.scan(2, "s1") is None


def test_a_scan_is_known_before_it_begins(state):
    early = replace(scan(), check_run=0)
    state.remember(early)
    assert state.scan(1, "s1") == early
    state.begin(scan(), static=1, model=0)
    state.remember(early)
    assert state.scan(1, "s1") == scan()
    assert state.finish(scan(), Stage.STATIC, "A.sol") == 0


def test_a_scan_begins_once(state):
    state.begin(scan(), static=2, model=0)
    assert state.finish(scan(), Stage.STATIC, "A.sol") == 1
    state.begin(scan(), static=5, model=0)
    assert state.finish(scan(), Stage.STATIC, "B.sol") == 0


def test_a_scan_is_handed_out_when_it_was_said(state):
    state.begin(scan(), static=1, model=0)
    assert not state.handed_out(1, "s1")
    state.mark_handed_out(scan())
    assert state.handed_out(1, "s1")


def test_finishing_a_scan_that_is_not_remembered_is_gone(state):
    with pytest.raises(Gone):
        state.finish(scan(), Stage.STATIC, "A.sol")


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_every_file_counts_once_however_often_and_in_whatever_order(state, numbers, data):
    paths = data.draw(st.lists(st.text(min_size=1), min_size=1, max_size=4, unique=True))
    again = data.draw(st.lists(st.sampled_from(paths), max_size=4))
    order, it = data.draw(st.permutations([*paths, *again])), scan(f"s{next(numbers)}")
    state.begin(it, static=len(paths), model=len(paths))
    seen = set()
    while order:
        together = order[: data.draw(st.integers(1, 4))]
        order = order[len(together) :]
        seen.update(together)
        assert state.finish(it, Stage.STATIC, *together) == len(paths) - len(seen)
        assert state.undone(job(it, paths[0], Stage.STATIC), paths) == Undone(
            it, tuple(path for path in paths if path not in seen)
        )
    assert not state.done(it, Stage.MODEL, paths[0])
    assert state.finish(it, Stage.MODEL, paths[0]) == len(paths) - 1


def test_nothing_is_undone_of_a_scan_that_is_not_remembered(state):
    assert state.undone(job(scan(), "A.sol", Stage.STATIC), ["A.sol"]) is None


@pytest.mark.parametrize("told", [True, False], ids=["with its target", "by an earlier version"])
def test_a_job_finds_its_scan_and_the_targets_head(state, told):
    state.begin(scan(), static=1, model=0)
    state.advance(1, REPOSITORY, PULL, Head(), "s2")
    one = job(scan(), "A.sol", Stage.STATIC)
    undone = state.undone(one if told else replace(one, target=None), ["A.sol"])
    assert undone == Undone(scan(), ("A.sol",), Head(fence=1, scan_id="s2"))


@pytest.mark.parametrize("told", [True, False], ids=["with its target", "by an earlier version"])
def test_a_report_finds_its_scan_and_how_the_target_stands(state, told):
    asked = report(scan(), ReportKind.STATIC)
    asked = asked if told else replace(asked, target=None)
    assert state.reported(asked) is None
    state.begin(scan(), static=1, model=0)
    state.advance(1, REPOSITORY, PULL, Head(), "s2")
    state.rest(1, seconds=50)
    found, standing = state.reported(asked)
    assert found == scan()
    assert standing == replace(state.standing(1, REPOSITORY, PULL), rest=standing.rest)
    assert standing.head == Head(fence=1, scan_id="s2")
    assert standing.rest > 0


def test_a_scan_that_an_earlier_version_has_begun_ends_all_the_same(state):
    """It counted what remains, and kept what is done elsewhere."""
    state.begin(scan(), static=1, model=0)
    assert state.finish(scan(), Stage.STATIC, "A.sol") == 0
    assert state.finish(scan(), Stage.STATIC, "done before.sol") == 0


def test_the_marks_of_the_largest_scan_fit_into_its_item(state):
    paths = [f"contracts/{number}.sol" for number in range(LARGEST)]
    state.begin(scan(), static=LARGEST, model=0)
    assert state.finish(scan(), Stage.STATIC, *paths) == 0
    item = state._items.get(1, "scan#s1")
    assert sum(len(each) + 1 for each in item["static_done"]) < 300_000


def test_forgetting_an_installation_leaves_the_others(state, table):
    for number in (1, 2):
        state.claim(delivery(installation=number))
        state.advance(number, REPOSITORY, PULL, Head(), "s1")
        state.begin(scan(installation=number), static=20, model=0)
        for path in range(20):
            state.finish(scan(installation=number), Stage.STATIC, f"{path}.sol")
    state.forget(1)
    left = {item["pk"] for item in table.scan()["Items"]}
    assert left == {"installation#2"}
    assert state.scan(2, "s1") == scan(installation=2)
