"""What is asked about a change, in tokens, and what that costs."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import msgspec

from benchmarks.models.changes import Change
from benchmarks.models.mix import ANSWERS
from benchmarks.models.tokens import Tokenizer
from solvet.detectors.engine import analyse
from solvet.domain.finding import Category, Confidence, Engine, Finding, Severity, Span
from solvet.llm import prices
from solvet.llm.ask import question
from solvet.llm.catalogue import catalogue
from solvet.llm.context.cut import cut
from solvet.llm.exchange import ModelRequest, Tier
from solvet.llm.material import Material
from solvet.llm.routing import RoutingRule
from solvet.llm.verify import second_look

NAMES = {Tier.CHEAP: "gpt-6-luna", Tier.STRONG: "gpt-6.1-terra"}
"""The defaults."""
NAIVE = "gpt-6.1-sol"
LEAST_CACHED = 1_024
"""Tokens: https://developers.openai.com/api/docs/guides/prompt-caching."""
_PATH = "contracts/Changed.sol"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """Tokens of one call: the part that is the same for every question, its own, the answer's."""

    tier: Tier
    fixed: int
    own: int
    answer: float
    model: str = ""

    def dollars(self, cached: float | None) -> float:
        """When this share of calls finds the fixed part cached; None: nothing is ever cached."""
        name = self.model or NAMES[self.tier]
        if cached is None or self.fixed < LEAST_CACHED:
            return _price(name, self)
        found, written = _price(name, self, read=self.fixed), _price(name, self, write=self.fixed)
        return cached * found + (1 - cached) * written


@dataclass(frozen=True, slots=True)
class Asked:
    """One question about so many functions, and the second look that some answers call for."""

    first: Call
    second: Call
    functions: int


@dataclass(frozen=True)
class Counter:
    """Makes the prompts of changes and counts them."""

    tokenizer: Tokenizer
    rule: RoutingRule

    def asked(self, change: Change) -> list[Asked]:
        """The questions about a change, with what the static engine says of the file."""
        findings = tuple(analyse(_PATH, change.head).findings)
        materials = cut(change.head, change.base, {}, findings).materials
        return [self._one(material) for material in materials]

    def own_tokens(self, change: Change) -> int:
        """Of the questions' own parts."""
        return sum(each.first.own for each in self.asked(change))

    def _one(self, material: Material) -> Asked:
        first = question(material, self.rule)
        again = second_look(material, [_claim(material)])
        judgements = len(first.labels)
        return Asked(
            self._call(first.request, judgements),
            self._call(again.request, 1, claims=0),
            len(material.focus),
        )

    def _call(self, request: ModelRequest, judgements: int, claims: float | None = None) -> Call:
        strong = request.tier is Tier.STRONG
        answer = ANSWERS.tokens(strong=strong, judgements=judgements, claims=claims)
        return Call(
            tier=request.tier,
            fixed=self._fixed(request),
            own=self.tokenizer.count(request.input),
            answer=min(answer, request.max_output_tokens),
        )

    def _fixed(self, request: ModelRequest) -> int:
        key = request.schema_name
        if key not in self._counted:
            schema = msgspec.json.encode(request.schema).decode()
            count = self.tokenizer.count
            self._counted[key] = count(request.instructions) + count(schema)
        return self._counted[key]

    @cached_property
    def _counted(self) -> dict[str, int]:
        return {}


def whole_file(tokens: float) -> Call:
    """The naive way: all of the file to the strong model, whatever changed."""
    answer = ANSWERS.whole_file
    return Call(tier=Tier.STRONG, fixed=0, own=round(tokens), answer=answer, model=NAIVE)


def calls(asked: Iterable[Asked]) -> Iterator[tuple[Call, float]]:
    """Each call with how often it is made."""
    for each in asked:
        yield each.first, 1.0
        yield each.second, ANSWERS.second_looks


def _price(name: str, call: Call, *, read: int = 0, write: int = 0) -> float:
    tokens, day = call.fixed + call.own, catalogue().as_of
    cost = prices.cost(name, tokens, round(call.answer), read, written_tokens=write, day=day)
    if cost is None:
        raise LookupError(f"the price of {name} is not known")
    return cost


def _claim(material: Material) -> Finding:
    """As long as claims are: a line's title and three sentences."""
    lines = material.sections[0].lines
    return Finding(
        rule="model",
        title="Balance is updated after the external call that pays it out",
        category=Category.REENTRANCY,
        severity=Severity.HIGH,
        confidence=Confidence.MEDIUM,
        path=_PATH,
        span=Span(lines[0].number, 1, lines[-1].number, 1),
        symbol=material.focus[0] if material.focus else "",
        message="The recipient is called before its balance is set to zero. It can call again and "
        "be paid a second time. Neither a guard nor the order of writes stands in its way.",
        recommendation="Write the balance first.",
        code=lines[0].code,
        engine=Engine.MODEL,
    )
