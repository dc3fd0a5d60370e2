"""What may be a secret of each kind."""

import re
from collections.abc import Callable

from solvet.domain.secrets import Kind
from solvet.errors import BadInput
from solvet.ports.secrets import Keeper
from solvet.services.setup.keys import key_problem

SHORTEST_SECRET = 16
_ID = re.compile(r"[A-Za-z0-9.]{1,60}")
_PRINTABLE = re.compile(r"[\x21-\x7e]+")


def put(keeper: Keeper, kind: Kind, value: str, signs: Callable[[str], str]) -> None:
    """`signs` tells what is wrong with a private key. BadInput, which never tells the value."""
    problem = _problem(kind, value, signs)
    if problem:
        raise BadInput(f"{kind.name} {problem}; nothing was changed")
    keeper.put(kind, value)


def _problem(kind: Kind, value: str, signs: Callable[[str], str]) -> str:
    if not value:
        return "" if kind.optional else "cannot be empty"
    match kind.name:
        case "app-id":
            return "" if _ID.fullmatch(value) else "is no id or client id of an App"
        case "private-key":
            return signs(value)
        case "openai-key" | "gemini-key":
            return key_problem(kind.name.removesuffix("-key"), value)
        case _:
            return _secret_problem(value)


def _secret_problem(value: str) -> str:
    if not _PRINTABLE.fullmatch(value):
        return "has spaces or characters that a form at GitHub may change"
    if len(value) < SHORTEST_SECRET:
        return f"has {len(value)} characters; take {SHORTEST_SECRET} random ones or more"
    return ""
