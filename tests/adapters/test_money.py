"""What is spent: no limit is ever exceeded, nothing is counted twice, in memory as on DynamoDB."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import count
from random import Random
from types import SimpleNamespace

import boto3
import pytest
from botocore.exceptions import ClientError
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    rule,
    run_state_machine_as_test,
)

from solvet.adapters.aws import purse as aws_purse
from solvet.adapters.aws.purse import ATTEMPTS, DynamoPurse
from solvet.adapters.aws.state import DynamoState
from solvet.adapters.memory.purse import Ledger, MemoryPurse
from solvet.domain.delivery import Repository
from solvet.domain.scan import Scan, Target, TargetKind
from solvet.errors import Busy, Retry
from solvet.llm.errors import OverBudget
from solvet.ports.money import (
    Account,
    Allowance,
    accounts,
    of_file,
    of_installation,
    of_repository,
    of_scan,
    tightest,
)

NOVEMBER, DECEMBER = date(2026, 11, 30), date(2026, 12, 1)
DAY = 86_400
LIMITS = {"a": 120, "b": 80, "month": 150}


@pytest.fixture
def table(aws):
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


@pytest.fixture(params=["dynamo", "memory"])
def books(request):
    """Opens new books; they make purses that share their accounts."""
    if request.param == "memory":
        return memory_books
    table, installations = request.getfixturevalue("table"), count(1)
    return lambda: dynamo_books(table, next(installations))


def memory_books():
    ledger = Ledger()
    return lambda *accounts: MemoryPurse(accounts, ledger)


def dynamo_books(table, installation):
    return lambda *accounts: DynamoPurse(table, installation, accounts)


def scan(name="s1", installation=1):
    return Scan(
        id=name,
        installation=installation,
        repository=Repository(7, "acme/vaults"),
        target=Target(kind=TargetKind.PULL, number=3),
        head_sha="a" * 40,
        base_sha="b" * 40,
        fence=1,
        check_run=11,
    )


def items(table):
    return {item["sk"]: item for item in table.scan()["Items"]}


def test_what_is_reserved_is_spent_from_every_account(books):
    whole = accounts(scan(), NOVEMBER, Allowance(scan=100, repository=200))
    purse = books()(*whole)
    purse.reserve(30)
    assert [purse.spent(account) for account in whole] == [30, 30, 30]


def test_what_was_spent_takes_the_place_of_what_was_reserved(books):
    purse = books()(of_scan("s1", 100))
    purse.settle(purse.reserve(30), 12)
    assert purse.spent(of_scan("s1")) == 12


def test_settling_again_changes_nothing(books):
    purse = books()(of_scan("s1", 100))
    reservation = purse.reserve(30)
    for amount in (12, 12, 0, 30):
        purse.settle(reservation, amount)
    assert purse.spent(of_scan("s1")) == 12


def test_the_same_reservation_twice_is_booked_once(table):
    """Who died before it learnt that it had the money asks for it once more."""
    purse = DynamoPurse(table, 1, [of_scan("s1", 100)])
    for _ in range(2):
        purse.reserve_as("batch", 30)
    assert purse.spent(of_scan("s1")) == 30
    purse.settle("batch", 12)
    purse.reserve_as("batch", 30)
    assert purse.spent(of_scan("s1")) == 12


def test_a_reservation_nobody_made_changes_nothing(books):
    purse = books()(of_scan("s1", 100))
    purse.settle("nobody's", 12)
    assert purse.spent(of_scan("s1")) == 0


def test_what_is_never_settled_stays_spent(books):
    purse = books()(of_scan("s1", 50))
    purse.reserve(30)
    with pytest.raises(OverBudget):
        purse.reserve(30)
    assert purse.spent(of_scan("s1")) == 30


def test_a_call_that_costs_more_than_was_thought_is_booked_in_full(books):
    purse = books()(of_scan("s1", 50))
    purse.settle(purse.reserve(30), 80)
    assert purse.spent(of_scan("s1")) == 80


def test_a_limit_can_be_spent_to_the_last(books):
    purse = books()(of_scan("s1", 50))
    purse.reserve(50)
    with pytest.raises(OverBudget):
        purse.reserve(1)


@pytest.mark.parametrize("short", range(3))
def test_one_short_account_refuses_and_none_is_booked(books, short):
    limits = [100, 100, 100]
    limits[short] = 10
    names = ("scan", "repository", "installation")
    whole = accounts(scan(), NOVEMBER, Allowance(**dict(zip(names, limits, strict=True))))
    purse = books()(*whole)
    with pytest.raises(OverBudget, match=whole[short].purpose):
        purse.reserve(11)
    assert [purse.spent(account) for account in whole] == [0, 0, 0]


def test_a_limit_of_nothing_lets_nothing_be_spent(books):
    with pytest.raises(OverBudget):
        books()(of_scan("s1", 0)).reserve(1)


def test_without_a_limit_everything_is_counted_all_the_same(books):
    purse = books()(of_scan("s1"))
    purse.reserve(10**12)
    assert purse.spent(of_scan("s1")) == 10**12


def test_the_error_says_which_limit_and_how_much(books):
    purse = books()(of_repository(7, NOVEMBER, 5_000_000))
    purse.settle(purse.reserve(4_980_000), 4_980_000)
    with pytest.raises(OverBudget) as caught:
        purse.reserve(30_000)
    assert str(caught.value) == ("the limit of $5.00 for this repository and month is used up")


def test_a_call_of_last_month_is_settled_in_last_month(books):
    open_purse = books()
    november, december = of_repository(7, NOVEMBER, 100), of_repository(7, DECEMBER, 100)
    reservation = open_purse(november).reserve(30)
    open_purse(december).settle(reservation, 12)
    assert open_purse().spent(november) == 12
    assert open_purse().spent(december) == 0


def test_repositories_share_the_money_of_their_installation(books):
    open_purse = books()
    whole = of_installation(NOVEMBER, 50)
    open_purse(of_repository(7, NOVEMBER), whole).reserve(30)
    with pytest.raises(OverBudget, match="this installation and month"):
        open_purse(of_repository(8, NOVEMBER), whole).reserve(30)


def test_many_threads_never_exceed_a_limit_and_lose_nothing(books):
    account = of_repository(7, NOVEMBER, 1_000)
    open_purse = books()
    seen = []

    def spend(seed):
        random, purse, total = Random(seed), open_purse(account, of_scan(str(seed))), 0
        for _ in range(12):
            ceiling = random.randint(1, 120)
            try:
                reservation = purse.reserve(ceiling)
            except OverBudget:
                continue
            seen.append(purse.spent(account))
            spent = random.randint(0, ceiling)
            purse.settle(reservation, spent)
            purse.settle(reservation, spent)
            total += spent
        return total

    with ThreadPoolExecutor(8) as threads:
        totals = list(threads.map(spend, range(8)))
    assert max(seen) <= 1_000
    assert open_purse().spent(account) == sum(totals)


class Spending(RuleBasedStateMachine):
    """Two scans of one repository, whose workers reserve, settle, repeat themselves and die."""

    reservations = Bundle("reservations")

    def __init__(self, open_purse):
        super().__init__()
        month = Account(name="month", purpose="month", limit=LIMITS["month"])
        self.accounts = {"month": month}
        self.purses = {}
        for name in ("a", "b"):
            self.accounts[name] = of_scan(name, LIMITS[name])
            self.purses[name] = open_purse(self.accounts[name], month)
        self.booked = dict.fromkeys(LIMITS, 0)

    @rule(target=reservations, of=st.sampled_from("ab"), ceiling=st.integers(0, 90))
    def reserve(self, of, ceiling):
        fits = all(self.booked[name] + ceiling <= LIMITS[name] for name in (of, "month"))
        try:
            reservation = self.purses[of].reserve(ceiling)
        except OverBudget:
            assert not fits
            return SimpleNamespace(id="refused", of=of, ceiling=0, settled=True)
        assert fits
        self._book(of, ceiling)
        return SimpleNamespace(id=reservation, of=of, ceiling=ceiling, settled=False)

    @rule(reservation=reservations, share=st.floats(0, 1), by=st.sampled_from("ab"))
    def settle(self, reservation, share, by):
        spent = int(reservation.ceiling * share)
        self.purses[by].settle(reservation.id, spent)
        if not reservation.settled:
            self._book(reservation.of, spent - reservation.ceiling)
            reservation.settled = True

    @rule(reservation=consumes(reservations))
    def die(self, reservation):
        """Nobody will settle it."""

    @invariant()
    def the_books_are_right_and_no_limit_is_exceeded(self):
        for name, account in self.accounts.items():
            assert self.purses["a"].spent(account) == self.booked[name] <= LIMITS[name]

    def _book(self, of, amount):
        for name in (of, "month"):
            self.booked[name] += amount


def test_whatever_happens_the_books_are_right(books):
    run_state_machine_as_test(
        lambda: Spending(books()), settings=settings(max_examples=15, stateful_step_count=12)
    )


def test_installations_are_apart(table):
    account = of_repository(7, NOVEMBER, 50)
    DynamoPurse(table, 1, [account]).reserve(50)
    DynamoPurse(table, 2, [account]).reserve(50)
    assert DynamoPurse(table, 1).spent(account) == 50


def test_what_is_forgotten_is_not_booked_again(table):
    purse = DynamoPurse(table, 1, [of_scan("s1", 50)])
    reservation = purse.reserve(30)
    DynamoState(table).forget(1)
    purse.settle(reservation, 12)
    assert items(table) == {}


def test_what_is_being_forgotten_is_not_booked_again(table):
    purse = DynamoPurse(table, 1, [of_scan("s1", 50)])
    reservation = purse.reserve(30)
    table.delete_item(Key={"pk": "installation#1", "sk": "money#scan#s1"})
    purse.settle(reservation, 12)
    assert list(items(table)) == [f"reservation#{reservation}"]


def test_records_expire_a_good_while_after_they_are_needed(table):
    began = int(time.time())
    DynamoPurse(table, 1, accounts(scan(), NOVEMBER, Allowance())).reserve(30)
    days = {
        name: int(int(item["expires_at"]) - began) // DAY for name, item in items(table).items()
    }
    [reservation] = [name for name in days if name.startswith("reservation#")]
    assert days == {
        reservation: 7,
        "money#scan#s1": 30,
        "money#repository#7#2026-11": 400,
        "money#installation#2026-11": 400,
    }


class Contended:
    """A table that somebody else is writing to, so many times."""

    def __init__(self, table, times, reason="TransactionConflict"):
        self._client, self._times, self.writes = table.meta.client, times, 0
        self._reason = reason
        self.name, self.meta = table.name, SimpleNamespace(client=self)

    def __getattr__(self, name):
        return getattr(self._client, name)

    def transact_write_items(self, **request):
        self.writes += 1
        if self.writes > self._times:
            return self._client.transact_write_items(**request)
        raise ClientError(
            {
                "Error": {"Code": "TransactionCanceledException", "Message": "conflict"},
                "CancellationReasons": [{"Code": "None"}, {"Code": self._reason}],
            },
            "TransactWriteItems",
        )


def test_who_is_crossed_by_another_writer_tries_again(table):
    account = of_scan("s1", 50)
    purse = DynamoPurse(Contended(table, ATTEMPTS - 1), 1, [account])
    purse.settle(purse.reserve(30), 12)
    assert purse.spent(account) == 12


def test_money_that_was_set_aside_and_came_back_meanwhile_can_be_spent(table):
    account = of_scan("s1", 50)
    DynamoPurse(Contended(table, 1, "ConditionalCheckFailed"), 1, [account]).reserve(30)
    assert DynamoPurse(table, 1).spent(account) == 30


@pytest.mark.parametrize("reason", ["TransactionConflict", "ConditionalCheckFailed"])
def test_who_is_crossed_for_ever_gives_up_until_later(table, reason):
    contended = Contended(table, 10**6, reason)
    with pytest.raises(Busy) as caught:
        DynamoPurse(contended, 1, [of_scan("s1", 50)]).reserve(30)
    assert caught.value.after > 0
    assert contended.writes == ATTEMPTS
    assert items(table) == {}


def test_nobody_waits_long_for_another_whose_booking_hangs(table, monkeypatch):
    monkeypatch.setattr(aws_purse, "PATIENCE", 0.05)
    with aws_purse._one_at_a_time, pytest.raises(Busy):
        DynamoPurse(table, 1, [of_scan("s1", 50)]).reserve(30)
    assert items(table) == {}
    DynamoPurse(table, 1, [of_scan("s1", 50)]).reserve(30)


def test_what_a_file_costs_is_kept_apart_and_bounded_by_nothing_of_its_own(books):
    open_purse = books()
    one, other = of_file("s1", "src/A.sol"), of_file("s1", "src/\ud800B.sol")
    open_purse(of_scan("s1", 50), one).reserve(30)
    open_purse(of_scan("s1", 50), other).reserve(20)
    assert (open_purse().spent(one), open_purse().spent(other)) == (30, 20)


def test_books_that_cannot_be_reached_are_a_reason_to_try_later(table):
    purse = DynamoPurse(table, 1, [of_scan("s1", 50)])
    table.delete()
    with pytest.raises(Retry):
        purse.reserve(30)


def test_the_tightest_of_several_limits_holds():
    assert tightest(None, 0.29, 5) == 290_000
    assert tightest(0, 1.0) == 0
    assert tightest(None, None) is None
