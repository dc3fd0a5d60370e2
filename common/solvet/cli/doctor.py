"""`solvet doctor`: everything that can be wrong, and how to mend each."""

import json
import os
from collections.abc import Sequence

import click

from solvet.cli.operating import PAGE_WIDTH, page, say, which
from solvet.cli.options import report_format
from solvet.domain.health import Finding, exit_code
from solvet.render.health import lines_of, machine, summary


@click.command()
@which
@click.option("--models", "reach", is_flag=True, help="Ask the model providers what they offer.")
@report_format
def doctor(
    *,
    stack: str | None,
    on_this_machine: bool,
    region: str | None,
    profile: str | None,
    reach: bool,
    form: str,
) -> int:
    """Look at everything that can be wrong and say how to mend it. Nothing is changed.

    With neither --stack nor --local only this machine is looked at: versions, models, keys.
    --models sends each provider one request that costs nothing; no key is ever shown.

    \b
    solvet doctor                          versions, models, keys of this machine
    solvet doctor --local                  and the App as `solvet local` uses it
    solvet doctor --stack solvet           a deployed stack and its App
    solvet doctor --stack solvet --models  and whether the providers answer

    \b
    Exit codes: 0 nothing is wrong (warnings are for later), 1 something is,
    2 something could not be looked at.
    """
    if stack and on_this_machine:
        raise click.UsageError("Say which installation: --stack NAME or --local.")
    from solvet.cli.checkups import CheckUp
    from solvet.services.doctor import examine

    up = CheckUp(reach=reach)
    if stack:
        up.of_stack(stack, region, profile)
    elif on_this_machine:
        up.of_local()
    else:
        up.of_environment(os.environ)
    found = list(examine(up.checks))
    if form == "json":
        say(json.dumps(machine(found, up.left_out), indent=2))
    else:
        _tell(found, up.left_out)
    return exit_code(found)


def _tell(findings: Sequence[Finding], left_out: Sequence[str]) -> None:
    width, paint = page()
    for finding in findings:
        for line in lines_of(finding, min(width, PAGE_WIDTH), paint):
            say(line)
    say("")
    say(summary(findings))
    for note in left_out:
        say(f"Not looked at: {note}.")
