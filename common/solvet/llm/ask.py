"""The question that is asked about one piece of material.

Comments, the file's path, and all that its author says of the change stay out: such framing makes
models miss defects. What is sent is code with its line numbers, and what the static engine knows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

import msgspec

from solvet.domain.finding import Finding
from solvet.llm import layout
from solvet.llm.exchange import ModelRequest, Tier
from solvet.llm.material import Material
from solvet.llm.reply import SCHEMA, SCHEMA_NAME
from solvet.llm.routing import DEFAULT_RULE, RoutingRule, focus_lines, tier_for
from solvet.llm.scenarios import rendered

MAX_FINDINGS = 50
MAX_OUTPUT_TOKENS = 12_000

_PROMPT_FILES = ("review.md", "verify.md", "scenarios.toml")
_FORMAT = "review-2"

CLAIM_TOKENS = 300
JUDGEMENT_TOKENS = 100
THINKING_TOKENS = 1_500
THINKING_TOKENS_A_LINE = 25
_EXPECTED_CLAIMS = 4
_LINES_A_CLAIM = 20
_MOST_CLAIMS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A request, and the findings that its labels (F1, F2… or C1, C2…) stand for."""

    request: ModelRequest
    labels: Mapping[str, Finding]


def question(material: Material, rule: RoutingRule = DEFAULT_RULE) -> Question:
    """What to ask about `material`; of more than 50 findings the worst are asked about."""
    worst = sorted(material.findings, key=lambda f: f.sort_key)[:MAX_FINDINGS]
    labels = labelled("F", worst)
    tier = tier_for(material, rule)

    def parts(number: layout.Numbering) -> tuple[str, str]:
        return layout.scenarios_part(material), layout.findings_part(labels, number)

    request = ModelRequest(
        instructions=instructions(),
        input=layout.shown(material, parts),
        schema=SCHEMA,
        schema_name=SCHEMA_NAME,
        max_output_tokens=output_cap(focus_lines(material), len(labels), tier),
        tier=tier,
        identity=identity(tier, instructions(), SCHEMA, layout.unnumbered(material, parts)),
        lines=layout.line_numbers(material),
    )
    return Question(request=request, labels=labels)


def labelled(letter: str, findings: list[Finding]) -> dict[str, Finding]:
    """The findings under the letter and their number, from 1."""
    return {f"{letter}{number}": finding for number, finding in enumerate(findings, start=1)}


def output_cap(lines: int, judgements: int, tier: Tier) -> int:
    """Tokens of thinking and saying that a question about so many lines may take.

    A truncated answer is paid for and useless, so the cap is well above what is expected; it bounds
    the bill all the same, for output is most of the price. A strong model is given twice the time
    to think; a claim for every 20 lines and four more is beyond what most code gives.
    """
    claims = min(_MOST_CLAIMS, _EXPECTED_CLAIMS + lines // _LINES_A_CLAIM)
    thinking = THINKING_TOKENS + THINKING_TOKENS_A_LINE * lines
    patience = 2 if tier is Tier.STRONG else 1
    said = claims * CLAIM_TOKENS + judgements * JUDGEMENT_TOKENS
    return min(MAX_OUTPUT_TOKENS, said + thinking * patience)


def identity(tier: Tier, fixed: str, schema: Mapping[str, Any], content: str) -> str:
    """64 hexadecimal digits, equal for questions of equal content whatever their line numbers."""
    parts = [PROMPT_VERSION, tier, fixed, msgspec.json.encode(schema).decode(), content]
    return sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()


@cache
def instructions() -> str:
    """The fixed part of every review: `prompts/review.md` and the scenarios."""
    return prompt("review.md") + "\n# Scenarios\n\n" + rendered() + "\n"


@cache
def prompt(name: str) -> str:
    """The text of a file in `prompts/`."""
    return files("solvet.llm").joinpath("prompts", name).read_text("utf-8")


def _version() -> str:
    """The form of the question, and a hash of its texts so that no change of them is forgotten."""
    texts = "\x1f".join(prompt(name) for name in _PROMPT_FILES)
    return f"{_FORMAT}-{sha256(texts.encode()).hexdigest()[:8]}"


PROMPT_VERSION = _version()
