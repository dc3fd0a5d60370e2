"""What `make deploy` and `make destroy` ask people, and tell them."""

import re
import sys
from collections.abc import Callable

from scripts.samconfig import Remembered

LOST = """\
This deletes the stack {stack} in {region}.
  lost   what waits in queues, open reviews, results, uploads, logs, alarms, the webhook's address
         and the secrets: the App's key, the webhook's secret, keys of model providers
  kept   the table with decisions, budgets and outcomes, and the GitHub App at GitHub"""
KEPT = """\
Deleted. What is left:
  the table {table}; `aws dynamodb delete-table --region {region} --table-name {table}` deletes it,
  and what people decided about findings with it
  the GitHub App, whose deliveries now fail: delete it in GitHub's settings"""
_MAIL = r"[^\s@]+@[^\s@]+"
_REGION = r"[a-z]{2}(-[a-z]+)+-\d"


def somebody() -> bool:
    """Is there a person who can answer?"""
    return sys.stdin.isatty()


def line(question: str) -> str:
    """What the person types; nothing when there is nobody."""
    return input(question).strip() if somebody() else ""


def first(environment: str, region: str) -> Remembered:
    """The questions of a first deployment. Enter takes what stands in brackets."""
    if not somebody():
        print(f"Nobody to ask: solvet-{environment} in {region}, with the template's defaults.")
        return Remembered(f"solvet-{environment}", region, {})
    print("The first deployment asks four things; Enter takes what stands in brackets.")
    stack = _ask("Name of the stack", f"solvet-{environment}", r"[A-Za-z][A-Za-z0-9-]{0,100}")
    region = _ask("Region", region, _REGION)
    models = _ask("May models be asked, with keys of yours (off, auto)", "off", "off|auto")
    mail = _ask("Whom alarms tell by mail (empty: nobody)", "", f"({_MAIL})?")
    chosen = {"Models": models, "AlarmEmail": mail}
    return Remembered(stack, region, {name: value for name, value in chosen.items() if value})


def _ask(question: str, default: str, form: str, read: Callable[[str], str] = line) -> str:
    while True:
        said = read(f"{question} [{default}]: ") or default
        if re.fullmatch(form, said):
            return said
        print(f"{said!r} has not the form that is needed; once more, please.")
