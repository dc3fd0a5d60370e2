"""Other tools' findings from SARIF 2.1.0, in our categories by a written mapping."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import msgspec

from solvet.domain.finding import Confidence, Severity
from solvet.errors import BadInput, BadMessage
from solvet.evaluation.claims import Claim, Claims
from solvet.wire import decode

MAPPINGS = Path(__file__).parent / "tools"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a tool's rule is to us."""

    categories: tuple[str, ...]
    severity: Severity
    confidence: Confidence = Confidence.MEDIUM


@dataclass(frozen=True, slots=True)
class Mapping:
    """A tool's rules by name; its SARIF may put more before them, given as a pattern."""

    rules: dict[str, Meaning]
    prefix: str = ""

    def name(self, rule_id: str) -> str:
        return re.sub(f"^{self.prefix}", "", rule_id)


class _Part(msgspec.Struct, frozen=True, rename="camel"):
    """A part of a log; what it has besides is not read."""


class _Artifact(_Part, frozen=True):
    uri: str = ""


class _Region(_Part, frozen=True):
    start_line: int = 1


class _Physical(_Part, frozen=True):
    artifact_location: _Artifact = _Artifact()
    region: _Region = _Region()


class _Location(_Part, frozen=True):
    physical_location: _Physical = _Physical()


class _Message(_Part, frozen=True):
    text: str = ""


class _Result(_Part, frozen=True):
    rule_id: str = ""
    message: _Message = _Message()
    locations: tuple[_Location, ...] = ()


class _Listed(_Part, frozen=True):
    location: _Artifact = _Artifact()


class _Run(_Part, frozen=True):
    results: tuple[_Result, ...] = ()
    artifacts: tuple[_Listed, ...] = ()


class _Log(_Part, frozen=True):
    runs: tuple[_Run, ...]


def tools() -> tuple[str, ...]:
    """The tools whose rules are mapped."""
    return tuple(sorted(path.stem for path in MAPPINGS.glob("*.toml")))


def mapping(tool: str) -> Mapping:
    """What the tool's rules mean. BadInput for a tool without a mapping."""
    if tool not in tools():
        raise BadInput(f"no mapping for {tool}: there are {', '.join(tools())}")
    text = (MAPPINGS / f"{tool}.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), Mapping)


def claims(tool: str, logs: Iterable[Path], files: Iterable[Path]) -> Claims:
    """What the logs say of these files; results of rules that are not mapped are left out.

    Relative URIs count from the current folder. BadInput for what is no SARIF, and when nothing
    in the logs is about any of the files.
    """
    meanings = mapping(tool)
    found: defaultdict[Path, list[Claim]] = defaultdict(list)
    covered: set[Path] = set()
    for run in (run for log in logs for run in _read(log).runs):
        covered |= {_file(listed.location) for listed in run.artifacts}
        for place, result in _placed(run.results):
            file = _file(place.artifact_location)
            covered.add(file)
            found[file] += _claims(result, meanings, place.region)
    covered.intersection_update(files)
    if not covered:
        raise BadInput(f"no log of {tool} is about a file that is judged here")
    return Claims(tool, {f: tuple(sorted(c)) for f, c in found.items()}, frozenset(covered))


def _placed(results: Iterable[_Result]) -> Iterator[tuple[_Physical, _Result]]:
    """Results with their first place; those without any say nothing of a file."""
    return (
        (result.locations[0].physical_location, result) for result in results if result.locations
    )


def _claims(result: _Result, meanings: Mapping, region: _Region) -> Iterator[Claim]:
    """One claim, or none when the rule is not mapped."""
    rule = meanings.name(result.rule_id)
    if meaning := meanings.rules.get(rule):
        yield Claim(
            line=region.start_line,
            rule=rule,
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


def _file(artifact: _Artifact) -> Path:
    """Relative URIs count from the current folder."""
    return Path(unquote(urlsplit(artifact.uri).path)).resolve()
