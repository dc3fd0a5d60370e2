"""The question that is asked about one file.

Comments, the file's path, and all that its author says of the change stay out: such framing makes
models miss defects. What is sent is code with its line numbers, and the static findings.
"""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files

import msgspec

from solvet.domain.finding import Finding
from solvet.llm.exchange import ModelRequest
from solvet.llm.reply import SCHEMA, SCHEMA_NAME
from solvet.solidity.outline import without_comments

PROMPT_VERSION = "review-1"
MAX_OUTPUT_TOKENS = 12_000
MAX_FINDINGS = 50


class _Fact(msgspec.Struct, frozen=True):
    fingerprint: str
    rule: str
    title: str
    severity: str
    symbol: str
    start_line: int
    end_line: int


def request_for(text: str, findings: tuple[Finding, ...]) -> ModelRequest:
    """The question about the file `text`; the worst 50 findings are named in it."""
    worst = sorted(findings, key=lambda f: f.sort_key)[:MAX_FINDINGS]
    facts = "\n".join(msgspec.json.encode(_fact(f)).decode() for f in worst)
    code = "\n".join(numbered_lines(without_comments(text)))
    return ModelRequest(
        instructions=instructions(),
        input=f"# Static findings\n\n{facts or 'none'}\n\n# Code\n\n{code}\n",
        schema=SCHEMA,
        schema_name=SCHEMA_NAME,
        max_output_tokens=MAX_OUTPUT_TOKENS,
    )


@cache
def instructions() -> str:
    """The fixed part of every question: `prompts/review.md`."""
    return files("solvet.llm").joinpath("prompts/review.md").read_text("utf-8")


def numbered_lines(code: str) -> Iterator[str]:
    """The lines that hold anything, each after its number.

    >>> list(numbered_lines("a;\\n\\n  b;"))
    ['   1| a;', '   3|   b;']
    """
    for number, line in enumerate(code.split("\n"), start=1):
        if line.strip():
            yield f"{number:4}| {line.rstrip()}"


def _fact(finding: Finding) -> _Fact:
    return _Fact(
        fingerprint=finding.fingerprint,
        rule=finding.rule,
        title=finding.title,
        severity=finding.severity,
        symbol=finding.symbol,
        start_line=finding.span.start_line,
        end_line=finding.span.end_line,
    )
