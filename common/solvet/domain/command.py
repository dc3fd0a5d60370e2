"""Commands in comments: `/solvet VERB …` on the first line. Whatever somebody wrote is understood.

A command is told by its first word alone; what it does not understand is answered with help.
"""

import re
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum

NAME = "/solvet"
LONGEST_REASON = 500
SHORTEST_ID = 6
LONGEST_ID = 16

_LINE_READ = 2_000
_SHOWN = 40
_ID = re.compile(rf"[0-9a-f]{{{SHORTEST_ID},{LONGEST_ID}}}")


class Verb(StrEnum):
    """What may be asked for."""

    REVIEW = "review"
    FULL = "full"
    EXPLAIN = "explain"
    IGNORE = "ignore"
    UNIGNORE = "unignore"
    PAUSE = "pause"
    RESUME = "resume"
    CONFIG = "config"
    HELP = "help"

    @property
    def takes_id(self) -> bool:
        return self in {Verb.EXPLAIN, Verb.IGNORE, Verb.UNIGNORE}

    @property
    def form(self) -> str:
        """How it is written: `ignore ID reason`."""
        words = [self.value, *(["ID"] if self.takes_id else [])]
        return " ".join([*words, *(["reason"] if self is Verb.IGNORE else [])])


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command. `id` is a fingerprint or its first characters; `reason` is a person's own text."""

    verb: Verb
    id: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Unclear:
    """What is wrong with a command: a sentence to be escaped, for it may quote the comment."""

    problem: str


def addressed(comment: str) -> bool:
    """Does the comment begin with our name? The cheapest test, before anything is read for it."""
    return _words(comment)[:1] == [NAME]


def parse(comment: str) -> Command | Unclear | None:
    """What the first line asks for; None when it is not for us.

    >>> parse("/solvet ignore 0123abcd paid out by the treasury")
    Command(verb=<Verb.IGNORE: 'ignore'>, id='0123abcd', reason='paid out by the treasury')
    """
    if not addressed(comment):
        return None
    verb_and_rest = _first_line(comment).split(maxsplit=2)[1:]
    if not verb_and_rest:
        return Unclear("Which command?")
    word, *rest = verb_and_rest
    try:
        verb = Verb(word.lower())
    except ValueError:
        return Unclear(_unknown(word))
    return _with_id(verb, rest[0] if rest else "") if verb.takes_id else _alone(verb, rest)


def _alone(verb: Verb, rest: list[str]) -> Command | Unclear:
    if rest:
        return Unclear(f"`{verb}` stands alone, without `{_quoted(rest[0])}`.")
    return Command(verb=verb)


def _with_id(verb: Verb, rest: str) -> Command | Unclear:
    word, _, text = rest.partition(" ")
    fingerprint, reason = word.strip("`").lower(), text.strip()
    if not word:
        return Unclear(f"Which finding? Write `{NAME} {verb.form}`.")
    if not _ID.fullmatch(fingerprint):
        length = f"{SHORTEST_ID} to {LONGEST_ID}"
        return Unclear(f"`{_quoted(word)}` is no ID: one has {length} of the characters 0-9, a-f.")
    if verb is not Verb.IGNORE and reason:
        return Unclear(f"`{verb}` takes an ID only, without `{_quoted(reason)}`.")
    return _with_reason(verb, fingerprint, reason)


def _with_reason(verb: Verb, fingerprint: str, reason: str) -> Command | Unclear:
    if verb is Verb.IGNORE and not any(character.isalnum() for character in reason):
        return Unclear(f"Why? Write `{NAME} {verb} {fingerprint}` and the reason after it.")
    if len(reason) > LONGEST_REASON:
        return Unclear(f"A reason has at most {LONGEST_REASON} characters.")
    return Command(verb=verb, id=fingerprint, reason=reason)


def _unknown(word: str) -> str:
    close = get_close_matches(word[:_SHOWN].lower(), list(Verb), n=1)
    guess = f" Did you mean `{close[0]}`?" if close else ""
    return f"There is no command `{_quoted(word)}`.{guess}"


def _words(comment: str) -> list[str]:
    name, *rest = _first_line(comment).split(maxsplit=1) or [""]
    return [name.lower(), *rest]


def _first_line(comment: str) -> str:
    """The first line that is not blank, its white space folded."""
    return " ".join(comment.lstrip()[:_LINE_READ].split("\n", 1)[0].split())


def _quoted(text: str) -> str:
    plain = text.replace("`", "'")
    return plain if len(plain) <= _SHOWN else plain[:_SHOWN] + "…"
