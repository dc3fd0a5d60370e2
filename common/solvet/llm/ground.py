"""From a model's reply to findings that can be shown. The reply is data; nothing in it is obeyed.

A claim is kept only when the code it quotes stands in the file, outside comments. It takes its
place from that quote, its severity, category and confidence from fixed words, and its identity
from the statement that is quoted, never from how the model puts it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType

from solvet.domain.change import SecondOpinion, Stance
from solvet.domain.finding import Confidence, Engine, Finding, of_model
from solvet.llm.claims import Grounded, GroundedClaim
from solvet.llm.context.facts import FunctionFacts
from solvet.llm.context.redact import redacted
from solvet.llm.contradictions import contradiction
from solvet.llm.fixes import fitted
from solvet.llm.merging import agreements, repeated, unrepeated
from solvet.llm.places import place_of
from solvet.llm.quotes import Quotable, Quoted
from solvet.llm.reply import Assessment, Claim, Since, read
from solvet.llm.scenarios import OTHER
from solvet.llm.wording import MAX_MESSAGE, MAX_REASON, MAX_TITLE, one_line
from solvet.solidity import Source, parse
from solvet.solidity.declarations import Function
from solvet.solidity.outline import without_comments

MAX_CLAIMS = 20
MAX_JUDGEMENTS = 200

_UNQUOTED = "refuted by code that is not there: "


@dataclass(frozen=True)
class _File:
    """The file under review; `quotable` is what the model saw of it.

    `numbers` tell which line is meant by a number of the question that was answered.
    """

    path: str
    source: Source
    quotable: Quotable
    numbers: Mapping[int, int]
    imports: Mapping[str, str]

    def find(self, quote: str, line: int) -> Quoted | None:
        return self.quotable.find(quote, self.numbers.get(line, line))

    def holds(self, quote: str) -> bool:
        """Whether it stands in the file, or in another one that may have been shown beside it."""
        here = self.quotable.find(quote, 1)
        return here is not None or any(code.find(quote, 1) for code in self._around)

    @cached_property
    def _around(self) -> tuple[Quotable, ...]:
        return tuple(_quotable(text) for text in self.imports.values())


def grounded(
    reply: str,
    *,
    path: str,
    text: str,
    labels: Mapping[str, Finding],
    static: tuple[Finding, ...],
    facts: tuple[FunctionFacts, ...] = (),
    imports: Mapping[str, str] = MappingProxyType({}),
    shown: tuple[int, ...] = (),
    asked: tuple[int, ...] = (),
) -> Grounded:
    """Judge `reply` by the file it is about. Raises WrongSchema when it is no reply at all.

    `static` are all static findings of the file, `labels` those that the model was asked about;
    what refutes one of these may also be quoted from the texts of `imports`, a claim may not.
    `shown` are the line numbers of this question, `asked` those of the earlier equal question that
    the reply was given to, if it was.
    """
    said = read(reply)
    numbers = dict(reversed(list(zip(asked, shown, strict=False))))
    file = _File(path, parse(text), _quotable(text), numbers, imports)
    read_claims = said.claims[:MAX_CLAIMS]
    pairs = list(_standing(read_claims, file))
    standing = [claim for _, claim in pairs]
    new = [claim for claim in standing if repeated(claim, static) is None]
    kept = unrepeated(_faced(claim, facts, text) for claim in new)
    outright = dict(_judgements(said.judgements[:MAX_JUDGEMENTS], labels, file))
    return Grounded(
        claims=kept,
        judgements=agreements(standing, static) | outright,
        made=len(read_claims),
        dropped=len(read_claims) - len(standing),
        merged=len(standing) - len(kept),
        unread=len(said.claims) - len(read_claims),
        unfit_fixes=sum(bool(c.fix.strip()) and g.finding.fix is None for c, g in pairs),
    )


def _quotable(text: str) -> Quotable:
    functions = tuple((f.start, f.end) for f in parse(text).all(Function))
    return Quotable(redacted(without_comments(text)), functions)


def _standing(claims: Iterable[Claim], file: _File) -> Iterator[tuple[Claim, GroundedClaim]]:
    for claim in claims:
        quoted = file.find(claim.quote, claim.start_line)
        if quoted is not None:
            yield (
                claim,
                GroundedClaim(
                    finding=_finding(claim, quoted, file),
                    since_change=claim.since is Since.CHANGE,
                    scenario="" if claim.scenario == OTHER else claim.scenario,
                ),
            )


def _finding(claim: Claim, quoted: Quoted, file: _File) -> Finding:
    symbol, code = place_of(file.source, quoted.start, quoted.end)
    fix = fitted(claim.fix, quoted, file.source, file.quotable.code) if claim.fix else None
    return Finding(
        rule=of_model(claim.category),
        title=one_line(claim.title, MAX_TITLE) or "Untitled claim",
        category=claim.category,
        severity=claim.severity,
        confidence=max(claim.confidence, Confidence.MEDIUM, key=lambda c: c.rank),
        path=file.path,
        span=quoted.span,
        symbol=symbol,
        message=one_line(claim.explanation, MAX_MESSAGE),
        recommendation=one_line(claim.recommendation, MAX_MESSAGE),
        code=code,
        engine=Engine.MODEL,
        fix=fix,
    )


def _faced(claim: GroundedClaim, facts: tuple[FunctionFacts, ...], text: str) -> GroundedClaim:
    """The claim, and what static facts say against it; then it is unlikely, and nothing to fix."""
    opinion = contradiction(claim.finding, facts, text)
    if opinion is None:
        return claim
    doubted = replace(claim.finding, confidence=Confidence.LOW, fix=None)
    return replace(claim, finding=doubted, opinion=opinion)


def _judgements(
    said: Iterable[Assessment], labels: Mapping[str, Finding], file: _File
) -> Iterator[tuple[str, SecondOpinion]]:
    """Of several judgements of one finding the first; what refutes has to quote what decides."""
    seen: set[str] = set()
    for judgement in said:
        finding = labels.get(judgement.label.strip())
        if finding is None or finding.fingerprint in seen:
            continue
        seen.add(finding.fingerprint)
        yield finding.fingerprint, _opinion(judgement, file)


def _opinion(judgement: Assessment, file: _File) -> SecondOpinion:
    reason = one_line(judgement.reason, MAX_REASON)
    if judgement.stance is Stance.REFUTED and not file.holds(judgement.quote):
        return SecondOpinion(Stance.UNSURE, one_line(_UNQUOTED + reason, MAX_REASON))
    return SecondOpinion(judgement.stance, reason)
