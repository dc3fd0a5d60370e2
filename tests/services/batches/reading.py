"""What a scheduled review came to: its check run, what is open, what was spent."""

from datetime import UTC, datetime, timedelta

from solvet.adapters.aws import askings as books
from solvet.adapters.aws.purse import DynamoPurse
from solvet.llm.prices import cost
from solvet.local.providers.answers import Says, Took
from solvet.ports.money import of_repository
from tests.services.conftest import NOTHING_TO_ADD

DAY = 86_400
LUNA = "gpt-6-luna"
OTHER = """pragma solidity 0.8.28;
contract B {
    uint256 sum;
    function add(uint256 more) external {
        sum += more;
    }
}
"""


def look(road, clock):
    assert clock(2 * DAY)["Scheduled"] == 1
    road.run()


def scheduled(road, mine):
    return [check for check in road.checks(mine) if check["name"] == "Solvet (scheduled)"]


def only(road, mine):
    (check,) = scheduled(road, mine)
    return check


def settled(road, clock, times=8):
    """Calls the clock until nothing is open."""
    done = {}
    for _ in range(times):
        for deed, number in clock().items():
            done[deed] = done.get(deed, 0) + number
        road.run()
    return done


def says(asked):
    text = NOTHING_TO_ADD
    if "opinions" in asked.wants:
        text = {"opinions": []}
    return Says(books.wire.encode(text).decode(), model=LUNA)


def spent(road, mine, account):
    return DynamoPurse(road._table, mine.installation).spent(account)


def month(road, mine):
    """Micro-dollars that are spent or reserved of the repository's month, or of two of them."""
    now = datetime.now(UTC)
    days = {f"{day:%Y-%m}": day for day in (now, now + timedelta(seconds=road._later))}
    return sum(spent(road, mine, of_repository(mine.remote.id, day)) for day in days.values())


def one_answer():
    """Micro-dollars, at half the price."""
    took = Took()
    return round(cost(LUNA, took.input, took.output) / 2 * 1e6)
