"""`solvet cost`: what a month will cost, from what was measured and what is charged."""

import json
from math import isnan
from typing import Any

import click

from solvet.cli.output import deliver
from solvet.cli.pricing.bill import bill
from solvet.cli.pricing.tables import measured, prices
from solvet.cli.pricing.words import machine, text
from solvet.cli.pricing.workload import Workload

_DEFAULT = Workload()


class _Between(click.FloatRange):
    """A range in which `nan` is not."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        number = float(super().convert(value, param, ctx))
        if isnan(number):
            self.fail(f"{value!r} is no number.", param, ctx)
        return number


@click.command()
@click.option(
    "--reviews",
    type=_Between(1, 1e9),
    default=_DEFAULT.reviews,
    show_default=True,
    help="File reviews a month: a file counts each time a push changes it.",
)
@click.option(
    "--files",
    type=_Between(1, 3_000),
    default=_DEFAULT.files,
    show_default=True,
    help="Solidity files that a delivery changes.",
)
@click.option(
    "--others",
    type=_Between(0, 1e6),
    default=_DEFAULT.others,
    show_default=True,
    help="Deliveries without Solidity for each one with.",
)
@click.option(
    "--asking",
    type=_Between(0, 1),
    default=_DEFAULT.asking,
    show_default=True,
    help="Share of the reviews that ask a model something.",
)
@click.option(
    "--answer-seconds",
    type=_Between(0, 600),
    default=_DEFAULT.answer_seconds,
    show_default=True,
    help="How long a model takes to answer.",
)
@click.option("--no-models", is_flag=True, help="The stack's parameter Models is off.")
@click.option("--json", "as_json", is_flag=True, help="Every number, for programs.")
def cost(
    *,
    reviews: float,
    files: float,
    others: float,
    asking: float,
    answer_seconds: float,
    no_models: bool,
    as_json: bool,
) -> None:
    """Estimate what a month costs: models, Lambda and all else the stack is charged for.

    Durations, calls, bytes and tokens were measured, prices were looked up; both are files with a
    date, and nothing is asked of any network. docs/cost.md tells how they are brought up to date.

    \b
    solvet cost                                10,000 file reviews
    solvet cost --reviews 500 --files 2        a small team
    solvet cost --no-models                    the static engine alone
    solvet cost --json                         for programs
    """
    load = Workload(
        reviews=reviews,
        files=files,
        others=others,
        asking=asking,
        answer_seconds=answer_seconds,
        models=not no_models,
    )
    found = bill(load, measured(), prices())
    if as_json:
        deliver(json.dumps(machine(found, measured(), prices()), indent=2) + "\n", None)
    else:
        deliver(text(found, measured(), prices()), None)
