"""The two tables an estimate is made of: prices, and what reviews were measured to take.

Both are data with a date: `prices.json` is edited by hand, `measured.json` is written by
`make bench ARGS='cost --write'`.
"""

from datetime import date
from functools import cache
from importlib.resources import files

import msgspec

from solvet.typed import decoded


class Price(msgspec.Struct, frozen=True):
    """Dollars for one unit, as the page named said."""

    dollars: float
    unit: str
    source: str


class Prices(msgspec.Struct, frozen=True):
    """List prices of one region, without what an account has for free."""

    as_of: date
    region: str
    notes: tuple[str, ...]
    prices: dict[str, Price]

    def __getitem__(self, name: str) -> float:
        """Dollars for one unit."""
        return self.prices[name].dollars


class Used(msgspec.Struct, frozen=True):
    """What one function took for a delivery: seconds of CPU, calls by `service.Operation`.

    `reads` and `writes` are DynamoDB's units for items of up to a kilobyte.
    """

    invocations: float = 0
    cpu: float = 0
    calls: dict[str, float] = {}  # msgspec copies it
    reads: float = 0
    writes: float = 0
    github: float = 0
    log_bytes: float = 0


class Function(msgspec.Struct, frozen=True):
    """Megabytes as deployed, and the seconds of CPU that its imports take."""

    memory: int
    start: float


class Standing(msgspec.Struct, frozen=True):
    """What the stack has, whether or not anything is reviewed.

    `metrics` are the series that the measured reviews wrote, `sweeps` the clock's calls in a day.
    """

    secrets: int
    alarms: int
    dashboards: int
    metrics: int
    sources: int
    sweeps: float


class Calls(msgspec.Struct, frozen=True):
    """Calls of one sort among `Questions.files` changed files, and the means of their tokens."""

    name: str
    model: str
    calls: float
    fixed: float
    own: float
    answer: float


class Questions(msgspec.Struct, frozen=True):
    """What models are asked about changed files. `asking` of all files ask something.

    `cached` is the share of calls that find the fixed part in the provider's cache. The naive way
    sends each file whole, of `whole_file` tokens, to one model and reads `whole_answer` tokens.
    """

    as_of: date
    how: str
    files: int
    asking: float
    cached: float
    calls: tuple[Calls, ...]
    naive_model: str
    whole_file: float
    whole_answer: float


class Measured(msgspec.Struct, frozen=True):
    """Everything that was measured; `deliveries` by shape (`static-10`) and function."""

    as_of: date
    machine: str
    lines: int
    item_bytes: float
    functions: dict[str, Function]
    deliveries: dict[str, dict[str, Used]]
    sweep: Used
    standing: Standing
    questions: Questions


@cache
def prices() -> Prices:
    """The prices as they were shipped."""
    return decoded(_read("prices.json"), Prices)


@cache
def measured() -> Measured:
    """The measurements as they were shipped."""
    return decoded(_read("measured.json"), Measured)


def _read(name: str) -> bytes:
    return files("solvet.cli.pricing").joinpath(name).read_bytes()
