"""A finding: what an engine says of one place in one file, and the identity that follows it.

The identity (`Finding.fingerprint`) holds no line number, so a finding keeps it when code above
it grows, and the same value stands in annotations, comments, suppressions, SARIF and the CLI.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum


class Severity(StrEnum):
    """How bad it is if the finding is right. Ordered by `rank`, worst first."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for critical to 4 for info."""
        return list(Severity).index(self)

    def at_least(self, threshold: "Severity") -> bool:
        return self.rank <= threshold.rank


class Confidence(StrEnum):
    """How likely it is that the finding is right. Ordered by `rank`, surest first."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """0 for high to 2 for low."""
        return list(Confidence).index(self)

    def at_least(self, threshold: "Confidence") -> bool:
        return self.rank <= threshold.rank


class Category(StrEnum):
    """The DASP classes and the ones that came after; every rule belongs to exactly one."""

    REENTRANCY = "reentrancy"
    ACCESS_CONTROL = "access_control"
    ARITHMETIC = "arithmetic"
    UNCHECKED_LOW_LEVEL_CALLS = "unchecked_low_level_calls"
    DENIAL_OF_SERVICE = "denial_of_service"
    BAD_RANDOMNESS = "bad_randomness"
    FRONT_RUNNING = "front_running"
    TIME_MANIPULATION = "time_manipulation"
    ORACLE = "oracle"
    SIGNATURE = "signature"
    UPGRADEABILITY = "upgradeability"
    TOKEN_INTEGRATION = "token_integration"
    BEST_PRACTICE = "best_practice"
    GAS = "gas"
    OTHER = "other"


def of_model(category: Category) -> str:
    """The name under which a model's claims of that category are told."""
    return "model-" + category.replace("_", "-")


class Engine(StrEnum):
    """Who says so."""

    STATIC = "static"
    MODEL = "model"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of source: lines and columns count from 1, the end column is exclusive.

    Columns count characters (Unicode code points), not bytes.
    """

    start_line: int
    start_column: int
    end_line: int
    end_column: int

    @property
    def lines(self) -> range:
        return range(self.start_line, self.end_line + 1)


@dataclass(frozen=True, slots=True)
class Step:
    """One stop on the path that explains a finding (entry point, call, write)."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """A mechanical edit: the text that replaces exactly what `span` covers."""

    description: str
    span: Span
    replacement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One claim about one place. `code` is the source text of the statement it points at."""

    rule: str
    title: str
    category: Category
    severity: Severity
    confidence: Confidence
    path: str
    span: Span
    symbol: str
    message: str
    recommendation: str
    code: str
    engine: Engine = Engine.STATIC
    trace: tuple[Step, ...] = ()
    references: tuple[str, ...] = ()
    fix: Fix | None = None
    index: int = 0

    @property
    def fingerprint(self) -> str:
        """16 hexadecimal characters, the same wherever this finding is shown."""
        parts = (self.rule, self.path, self.symbol, normalised(self.code), str(self.index))
        return hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()[:16]

    @property
    def sort_key(self) -> tuple[int, int, str, Span, str]:
        """Worst first, then surest, then by place."""
        return (self.severity.rank, self.confidence.rank, self.path, self.span, self.rule)


_TOKEN = re.compile(
    r"""(?P<text>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*') | //[^\r\n]* | /\*.*?(?:\*/|\Z) | \s+
    | (?P<word>\w+) | (?P<mark>.)""",
    re.DOTALL | re.VERBOSE,
)


def normalised(code: str) -> str:
    """The code's tokens, so that neither comments nor reformatting change anything.

    >>> normalised('require( a==b, "http://x" ); // why')
    'require ( a = = b , "http://x" ) ;'
    """
    return " ".join(m.group() for m in _TOKEN.finditer(code) if m.lastgroup)


def numbered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings in order of place, equal ones told apart by their `index` (0, 1, 2…)."""
    seen: Counter[str] = Counter()
    result = []
    for finding in sorted(findings, key=lambda f: (f.path, f.span, f.rule)):
        base = replace(finding, index=0)
        result.append(replace(finding, index=seen[base.fingerprint]))
        seen[base.fingerprint] += 1
    return tuple(result)
