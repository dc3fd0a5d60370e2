"""Other tools' findings from SARIF 2.1.0, in our categories by a written mapping."""

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

import msgspec
from benchmarks.quality.claims import Claim, Claims

from solvet.domain.finding import Confidence, Severity
from solvet.errors import BadInput, BadMessage
from solvet.wire import decode

MAPPINGS = Path(__file__).parent / "tools"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a tool's rule is to us."""

    categories: tuple[str, ...]
    severity: Severity
    confidence: Confidence = Confidence.MEDIUM


@dataclass(frozen=True, slots=True)
class _Mapping:
    rules: dict[str, Meaning]


@dataclass(frozen=True, slots=True)
class _Artifact:
    uri: str = ""


@dataclass(frozen=True, slots=True)
class _Region:
    startLine: int = 1  # noqa: N815 - the standard's name


@dataclass(frozen=True, slots=True)
class _Physical:
    artifactLocation: _Artifact = field(default_factory=_Artifact)  # noqa: N815 - likewise
    region: _Region = field(default_factory=_Region)


@dataclass(frozen=True, slots=True)
class _Location:
    physicalLocation: _Physical = field(default_factory=_Physical)  # noqa: N815 - likewise


@dataclass(frozen=True, slots=True)
class _Message:
    text: str = ""


@dataclass(frozen=True, slots=True)
class _Result:
    ruleId: str = ""  # noqa: N815 - likewise
    message: _Message = field(default_factory=_Message)
    locations: list[_Location] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Listed:
    location: _Artifact = field(default_factory=_Artifact)


@dataclass(frozen=True, slots=True)
class _Run:
    results: list[_Result] = field(default_factory=list)
    artifacts: list[_Listed] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Log:
    runs: list[_Run]


def tools() -> tuple[str, ...]:
    """The tools whose rules are mapped."""
    return tuple(sorted(path.stem for path in MAPPINGS.glob("*.toml")))


def mapping(tool: str) -> dict[str, Meaning]:
    """What the tool's rules mean. BadInput for a tool without a mapping."""
    if tool not in tools():
        raise BadInput(f"no mapping for {tool}: there are {', '.join(tools())}")
    text = (MAPPINGS / f"{tool}.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), _Mapping).rules


def claims(tool: str, logs: Iterable[Path], files: Iterable[Path]) -> Claims:
    """What the logs say of these files; results of rules that are not mapped are left out.

    Relative URIs count from the current folder. BadInput for what is no SARIF, and when nothing
    in the logs is about any of the files.
    """
    meanings = mapping(tool)
    judged = frozenset(files)
    found: defaultdict[Path, list[Claim]] = defaultdict(list)
    covered: set[Path] = set()
    for run in (run for log in logs for run in _read(log).runs):
        covered |= {_file(listed.location.uri) for listed in run.artifacts} & judged
        for file, claim in _claims(run, meanings):
            found[file].append(claim)
    covered |= found.keys() & judged
    if not covered:
        raise BadInput(f"no log of {tool} is about a file that is judged here")
    return Claims(tool, {f: tuple(sorted(c)) for f, c in found.items()}, frozenset(covered))


def _claims(run: _Run, meanings: dict[str, Meaning]) -> Iterator[tuple[Path, Claim]]:
    for result in run.results:
        meaning = meanings.get(result.ruleId)
        if meaning and result.locations:
            place = result.locations[0].physicalLocation
            claim = _claim(result, meaning, place.region.startLine)
            yield _file(place.artifactLocation.uri), claim


def _claim(result: _Result, meaning: Meaning, line: int) -> Claim:
    return Claim(
        line=line,
        rule=result.ruleId,
        categories=meaning.categories,
        severity=meaning.severity,
        confidence=meaning.confidence,
        message=" ".join(result.message.text.split()),
    )


def _read(log: Path) -> _Log:
    try:
        return decode(_Log, log.read_bytes())
    except OSError as error:
        raise BadInput(f"{log} cannot be read: {error.strerror}") from error
    except BadMessage as error:
        raise BadInput(f"{log} is no SARIF that can be read: {error}") from error


def _file(uri: str) -> Path:
    """Relative URIs count from the current folder."""
    return Path(unquote(urlsplit(uri).path)).resolve()
