"""One defect, one finding: what is said twice is found by what it says and where.

A claim repeats a static finding when both are of one category and in one function, and

- both are narrow (at most six lines) and have at least half of the longer one's lines in common,
  where the steps on a static finding's path count as its lines; or
- they have a line in common and both texts name the same thing of the code they point at: a
  variable, a callee, but not just the function they are in.

Two claims are the same when this holds of them and they also answer the same scenario or have a
word of their titles in common: a reply rarely says a thing twice, and two defects of one line are
two. The worst claim speaks for the others, whatever their order.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cache

from solvet.domain.change import SecondOpinion, Stance
from solvet.domain.finding import Finding, numbered
from solvet.llm.claims import Grounded, GroundedClaim
from solvet.llm.wording import MAX_REASON, one_line

NARROW = 6
"""Lines that a claim is asked to quote at most."""

_WORD = re.compile(r"[^\W\d]\w*")
_SHORT = 3


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text))


_LANGUAGE = _words(
    "function modifier constructor external public internal private view pure payable returns "
    "return require assert revert if else for while address bool string bytes mapping uint int "
    "uint256 int256 memory storage calldata msg sender value this true false emit new"
)
_EMPTY = _words(
    "the and for that this with without from into when are can any has have not its due may "
    "allows allow allowing lets missing before after contract function call calls caller user "
    "users attacker anyone anybody funds state value wrong incorrect lack lacks"
)


def repeated(claim: GroundedClaim, static: Iterable[Finding]) -> Finding | None:
    """The static finding that says it already; of several the worst."""
    said = (finding for finding in static if _same(claim.finding, finding))
    return min(said, key=lambda f: (f.sort_key, f.fingerprint), default=None)


def agreements(
    claims: Iterable[GroundedClaim], static: Iterable[Finding]
) -> dict[str, SecondOpinion]:
    """By fingerprint, the static findings that claims repeat, with the worst claim's reason."""
    known = tuple(static)
    agreed: dict[str, SecondOpinion] = {}
    for claim in sorted(claims, key=_precedence):
        finding = repeated(claim, known)
        if finding is not None:
            reason = one_line(claim.finding.message, MAX_REASON)
            agreed.setdefault(finding.fingerprint, SecondOpinion(Stance.CONFIRMED, reason))
    return agreed


def unrepeated(claims: Iterable[GroundedClaim]) -> tuple[GroundedClaim, ...]:
    """One claim for each defect, in the order of their places, equal ones numbered."""
    kept: list[GroundedClaim] = []
    for claim in sorted(claims, key=_precedence):
        if not any(_says_again(claim, other) for other in kept):
            kept.append(claim)
    kept.sort(key=lambda c: (c.finding.path, c.finding.span, c.finding.rule))
    findings = numbered(claim.finding for claim in kept)
    return tuple(replace(c, finding=f) for c, f in zip(kept, findings, strict=True))


def together(parts: Iterable[Grounded]) -> Grounded:
    """What several questions about one file brought; the first judgement of a finding counts."""
    answers = tuple(parts)
    stated = [claim for answer in answers for claim in answer.claims]
    claims = unrepeated(stated)
    judgements: dict[str, SecondOpinion] = {}
    for answer in answers:
        for fingerprint, opinion in answer.judgements.items():
            judgements.setdefault(fingerprint, opinion)
    return Grounded(
        claims=claims,
        judgements=judgements,
        made=sum(a.made for a in answers),
        dropped=sum(a.dropped for a in answers),
        merged=sum(a.merged for a in answers) + len(stated) - len(claims),
        unread=sum(a.unread for a in answers),
        unfit_fixes=sum(a.unfit_fixes for a in answers),
    )


def _precedence(claim: GroundedClaim) -> tuple[object, ...]:
    """A total order, so that claims may come in any."""
    finding, fix = claim.finding, claim.finding.fix
    texts = (finding.title, finding.message, finding.recommendation, claim.scenario)
    edit = fix.replacement if fix else ""
    first = (finding.severity.rank, finding.confidence.rank, fix is None, finding.span)
    return (*first, finding.rule, finding.code, not claim.since_change, *texts, edit)


def _says_again(one: GroundedClaim, other: GroundedClaim) -> bool:
    if not _same(one.finding, other.finding):
        return False
    if one.scenario and one.scenario == other.scenario:
        return True
    return bool(_title_words(one.finding.title) & _title_words(other.finding.title))


def _same(one: Finding, other: Finding) -> bool:
    if one.category is not other.category or one.symbol != other.symbol:
        return False
    if _is_narrow(one) and _is_narrow(other):
        mine, yours = _lines(one), _lines(other)
        longer = max(len(one.span.lines), len(other.span.lines))
        if 2 * len(mine & yours) >= longer:
            return True
    return _overlap(one, other) and bool(_names(one, other))


def _is_narrow(finding: Finding) -> bool:
    return len(finding.span.lines) <= NARROW


def _lines(finding: Finding) -> frozenset[int]:
    return frozenset(finding.span.lines) | {step.line for step in finding.trace}


def _overlap(one: Finding, other: Finding) -> bool:
    first, second = one.span, other.span
    return first.start_line <= second.end_line and second.start_line <= first.end_line


def _names(one: Finding, other: Finding) -> frozenset[str]:
    """What both texts name of the code that both point at, the function itself left out."""
    code = _words(one.code) | _words(other.code)
    own = _words(one.symbol) | _LANGUAGE
    return (code & _said(one) & _said(other)) - own


def _said(finding: Finding) -> frozenset[str]:
    return _words(finding.title) | _words(finding.message)


@cache
def _title_words(title: str) -> frozenset[str]:
    lowered = (word.lower() for word in _words(title))
    return frozenset(w.removesuffix("s") for w in lowered if len(w) >= _SHORT) - _EMPTY
