"""Notices as chats and mail show them. Foreign text cannot call anybody, link or format.

Slack's own characters are escaped as it asks
(https://docs.slack.dev/messaging/formatting-message-text#escaping). Others that take the same
webhooks read Markdown, so foreign text is code in both, and has nothing that ends it.
"""

import re
import unicodedata

from solvet.domain.announcement import (
    Announcement,
    End,
    NewCritical,
    ScanCompleted,
    Severities,
    Subject,
    WeekOfRepository,
)
from solvet.domain.finding import Engine, Severity
from solvet.domain.notice import Notice
from solvet.domain.scan import TargetKind
from solvet.render.words import counted, money, short

LONGEST_VALUE = 200
LONGEST_SUBJECT = 99
"""https://docs.aws.amazon.com/sns/latest/api/API_Publish.html"""
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_APART = "\u200b"
"""Between what would call somebody or link if it stood together."""
_CALLS = re.compile(r"(?<=@)|(?<=://)|(?<=www\.)", re.IGNORECASE)


def notice(event: Announcement) -> Notice:
    """What people are told of an event."""
    match event:
        case NewCritical():
            return _critical(event)
        case ScanCompleted():
            return _completed(event)
        case WeekOfRepository():
            return _week(event)


def chat(said: Notice) -> str:
    """For Slack and what speaks its protocol."""
    lines = [f"*{said.headline}*"]
    lines += [f"{label}: `{_escaped(harmless(value))}`" for label, value in said.facts]
    if said.url:
        lines.append(f"<{_escaped(said.url)}|Open on GitHub>")
    return "\n".join(lines)


def mail(said: Notice) -> tuple[str, str]:
    """Subject and body, in plain text."""
    lines = [said.headline, "", *(f"{label}: {harmless(value)}" for label, value in said.facts)]
    repository = next((value for label, value in said.facts if label == "Repository"), "")
    subject = harmless(f"Solvet: {said.headline}, {repository}").replace(_APART, "")
    plain = subject.encode("ascii", "replace").decode()
    return plain[:LONGEST_SUBJECT], "\n".join([*lines, "", said.url]).rstrip() + "\n"


def harmless(text: str) -> str:
    """One line of what can be seen, which calls nobody, links nowhere and ends no code.

    >>> harmless("@channel `x` https://evil.example") == "@\u200bchannel 'x' https://\u200bevil.example"
    True
    """
    seen = (" " if c.isspace() else c for c in text if unicodedata.category(c) not in _INVISIBLE)
    line = "".join(seen).replace("`", "'")
    cut = line if len(line) <= LONGEST_VALUE else f"{line[: LONGEST_VALUE - 1]}…"
    return _CALLS.sub(_APART, cut)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _critical(event: NewCritical) -> Notice:
    by = "a model's claim" if event.engine is Engine.MODEL else "the static engine"
    return Notice(
        headline="New critical finding",
        facts=(
            *_where(event.repository.full_name, event.subject, event.head_sha),
            ("Rule", event.rule),
            ("Place", f"{event.path}, line {event.line}"),
            ("Found by", f"{by}, confidence {event.confidence}"),
        ),
        url=event.url,
    )


def _completed(event: ScanCompleted) -> Notice:
    incomplete = event.end is End.INCOMPLETE
    headline = "A review could not be finished" if incomplete else "New findings"
    facts = _where(event.repository.full_name, event.subject, event.head_sha)
    return Notice(headline=headline, facts=(*facts, ("Verdict", event.title)), url=event.url)


def _week(event: WeekOfRepository) -> Notice:
    unseen = f", {event.unseen:,} not completely" if event.unseen else ""
    broken = f", {event.incomplete:,} without a verdict" if event.incomplete else ""
    return Notice(
        headline=f"Week {event.week}",
        facts=(
            ("Repository", event.repository.full_name),
            ("Reviews", f"{event.reviews:,}{broken}"),
            ("Came to the default branch", _severities(event.introduced)),
            ("Fixed there", _severities(event.fixed)),
            ("Open there", _severities(event.open) if event.open else _UNKNOWN),
            ("Looked at", f"{counted(event.files, 'file')}{unseen}"),
            ("Spent on models", money(event.dollars)),
        ),
    )


_UNKNOWN = "not known: no scheduled review of all of it"


def _where(repository: str, subject: Subject, head: str) -> tuple[tuple[str, str], ...]:
    if subject.kind is TargetKind.PULL:
        return ("Repository", repository), ("Pull request", f"#{subject.number} at {short(head)}")
    branch = subject.ref.removeprefix("refs/heads/")
    return ("Repository", repository), ("Branch", f"{branch} at {short(head)}")


def _severities(found: Severities) -> str:
    parts = [f"{found.number(each):,} {each}" for each in Severity if found.number(each)]
    return ", ".join(parts) or "nothing"
