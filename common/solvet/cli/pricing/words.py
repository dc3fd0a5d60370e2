"""A bill as people and programs read it."""

from collections.abc import Iterator
from dataclasses import asdict
from textwrap import wrap
from typing import Any

from solvet.cli.pricing.bill import NAIVE_GB, NAIVE_SECONDS, Bill, Line
from solvet.cli.pricing.tables import Measured, Prices

_WIDTH = 28
_CENT = 0.005
_PAGE = 96
_MOST = 3


def text(bill: Bill, measured: Measured, prices: Prices) -> str:
    """The bill on one screen."""
    return "\n".join(_lines(bill, measured, prices)) + "\n"


def machine(bill: Bill, measured: Measured, prices: Prices) -> dict[str, Any]:
    """Every number, unrounded, in dollars a month."""
    return {
        "schema": 1,
        "prices": {"as_of": str(prices.as_of), "region": prices.region},
        "measured": {"as_of": str(measured.as_of), "machine": measured.machine},
        "workload": asdict(bill.load),
        "reviews": [asdict(line) for line in bill.reviews],
        "standing": [asdict(line) for line in bill.standing],
        "reviews_total": bill.of_reviews,
        "total": bill.total,
        "per_review": bill.of_reviews / bill.load.reviews,
        "naive": bill.naive,
        "assumptions": bill.load.assumptions,
    }


def _lines(bill: Bill, measured: Measured, prices: Prices) -> Iterator[str]:
    load = bill.load
    put = f"{load.asking:.0%} of them put to models" if load.models else "models off"
    yield f"{load.reviews:,.0f} file reviews a month, {put}"
    yield ""
    yield f"  {'the reviews':<{_WIDTH}} {_money(bill.of_reviews):>10}"
    yield from (_line(line) for line in _dearest_first(bill.reviews))
    yield ""
    yield f"  {'reviewed or not':<{_WIDTH}} {_money(bill.of_standing):>10}"
    yield from (_line(line) for line in _dearest_first(bill.standing))
    yield ""
    yield f"  {'a month':<{_WIDTH}} {_money(bill.total):>10}"
    yield f"  {'a review':<{_WIDTH}} {_money(bill.of_reviews / load.reviews):>10}"
    yield ""
    yield from _compared(bill, measured)
    yield ""
    yield from _less(bill)
    yield ""
    yield "Assumed"
    for each in load.assumptions:
        yield from wrap(each, _PAGE, initial_indent="  ", subsequent_indent="    ")
    yield ""
    yield f"Prices of {prices.region} as of {prices.as_of}, first tiers, nothing taken as free."
    yield (
        f"Measured on {measured.as_of} with contracts of {measured.lines} lines "
        f"({measured.machine})."
    )


def _line(line: Line) -> str:
    return f"    {line.name:<{_WIDTH - 2}} {_money(line.dollars):>10}   {line.amount}"


def _compared(bill: Bill, measured: Measured) -> Iterator[str]:
    asked = measured.questions
    yield (
        f"The naive way: {_money(bill.naive)}. Each file whole to {asked.naive_model}, and "
        f"{NAIVE_GB} GB of Lambda for {NAIVE_SECONDS} s."
    )
    yield (
        f"The reviews cost {_part(bill.of_reviews, bill.naive)} of that, with all that stands "
        f"there {_part(bill.total, bill.naive)}."
    )


def _less(bill: Bill) -> Iterator[str]:
    yield f"What costs most: {bill.dearest.name}, {bill.dearest.dollars / bill.total:.0%} of all."
    yield "To pay less"
    advised = [line for line in (*bill.reviews, *bill.standing) if line.less]
    for line in _dearest_first(tuple(advised))[:_MOST]:
        yield f"  {line.name}: {line.less}"


def _part(dollars: float, whole: float) -> str:
    """As people say it."""
    return f"1/{whole / dollars:.0f}" if dollars < whole / 2 else f"{dollars / whole:.0%}"


def _dearest_first(lines: tuple[Line, ...]) -> list[Line]:
    return sorted(lines, key=lambda line: -line.dollars)


def _money(dollars: float) -> str:
    """Cents, and of less than one its thousandth parts."""
    return f"${dollars:,.2f}" if dollars >= _CENT or not dollars else f"${dollars:.5f}"
