"""From a model's reply to findings that can be shown. The reply is data; nothing in it is obeyed.

A claim is kept only when the code it quotes stands in the file, outside comments.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from solvet.domain.change import Stance
from solvet.domain.finding import Category, Confidence, Engine, Finding, Span, numbered
from solvet.llm.quotes import Quotable
from solvet.llm.reply import Assessment, Claim, read
from solvet.solidity.outline import functions, without_comments

MAX_CLAIMS = 20
MAX_TITLE = 120
MAX_MESSAGE = 1_500
MAX_REASON = 400


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the model makes of the static finding with this fingerprint."""

    fingerprint: str
    stance: Stance
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounded:
    """What may be shown of a reply, and how much may not.

    `claims` were read, `dropped` of them quote nothing that is in the file, `unread` came beyond
    the limit of 20. Claims that repeat a static finding have become a judgement.
    """

    findings: tuple[Finding, ...]
    judgements: tuple[Judgement, ...]
    claims: int
    dropped: int
    unread: int


@dataclass(frozen=True, slots=True)
class _Anchored:
    claim: Claim
    span: Span


def grounded(reply: str, path: str, text: str, static: tuple[Finding, ...] = ()) -> Grounded:
    """Judge `reply` by the file it is about. Raises WrongSchema when it is no reply at all."""
    said = read(reply)
    claims = said.claims[:MAX_CLAIMS]
    anchored = list(_anchored(claims, Quotable(without_comments(text))))
    new = _unrepeated(a for a in anchored if _same(a, static) is None)
    outline = functions(text)
    return Grounded(
        findings=numbered(_finding(a, path, text, _enclosing(a.span, outline)) for a in new),
        judgements=_judgements(said.judgements, anchored, static),
        claims=len(claims),
        dropped=len(claims) - len(anchored),
        unread=len(said.claims) - len(claims),
    )


def _anchored(claims: Iterable[Claim], code: Quotable) -> Iterator[_Anchored]:
    for claim in claims:
        span = code.nearest(claim.quote, claim.start_line)
        if span is not None:
            yield _Anchored(claim, span)


def _same(anchored: _Anchored, static: Iterable[Finding]) -> Finding | None:
    """The static finding that already says it: same category, lines in common."""
    for finding in static:
        if finding.category is anchored.claim.category and _overlap(finding.span, anchored.span):
            return finding
    return None


def _overlap(one: Span, other: Span) -> bool:
    return one.start_line <= other.end_line and other.start_line <= one.end_line


def _unrepeated(anchored: Iterable[_Anchored]) -> list[_Anchored]:
    kept: list[_Anchored] = []
    for new in anchored:
        if not any(
            new.claim.category is old.claim.category and _overlap(new.span, old.span)
            for old in kept
        ):
            kept.append(new)
    return kept


def _enclosing(span: Span, outline: Iterable[tuple[str, int, int]]) -> str:
    """The innermost function around the first line, or an empty string."""
    around = [f for f in outline if f[1] <= span.start_line <= f[2]]
    return min(around, key=lambda f: f[2] - f[1])[0] if around else ""


def _finding(anchored: _Anchored, path: str, text: str, symbol: str) -> Finding:
    claim, span = anchored.claim, anchored.span
    lines = text.split("\n")[span.start_line - 1 : span.end_line]
    return Finding(
        rule=_rule(claim.category),
        title=_clipped(claim.title, MAX_TITLE) or "Untitled claim",
        category=claim.category,
        severity=claim.severity,
        confidence=max(claim.confidence, Confidence.MEDIUM, key=lambda c: c.rank),
        path=path,
        span=span,
        symbol=symbol,
        message=_clipped(claim.explanation, MAX_MESSAGE),
        recommendation=_clipped(claim.recommendation, MAX_MESSAGE),
        code="\n".join(lines),
        engine=Engine.MODEL,
    )


def _rule(category: Category) -> str:
    return "model-" + category.replace("_", "-")


def _judgements(
    said: Iterable[Assessment], anchored: Iterable[_Anchored], static: tuple[Finding, ...]
) -> tuple[Judgement, ...]:
    """One for each static finding that was judged; what was said outright comes first."""
    known = {finding.fingerprint for finding in static}
    judged: dict[str, Judgement] = {}
    for a in said:
        if a.fingerprint in known:
            reason = _clipped(a.reason, MAX_REASON)
            judged.setdefault(a.fingerprint, Judgement(a.fingerprint, a.stance, reason))
    for claimed in anchored:
        if (finding := _same(claimed, static)) is not None:
            reason = _clipped(claimed.claim.explanation, MAX_REASON)
            agreement = Judgement(finding.fingerprint, Stance.CONFIRMED, reason)
            judged.setdefault(finding.fingerprint, agreement)
    return tuple(judged.values())


def _clipped(text: str, limit: int) -> str:
    """On one line, without characters that control a terminal or the direction of writing."""
    visible = "".join(
        " " if char.isspace() else char
        for char in text[: limit * 4]
        if char.isspace() or not unicodedata.category(char).startswith("C")
    )
    folded = " ".join(visible.split())
    return folded if len(folded) <= limit else folded[: limit - 1].rstrip() + "…"
