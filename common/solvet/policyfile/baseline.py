"""`.solvet-baseline.json`: read, written, compared. No content makes reading raise."""

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Annotated, Literal

import msgspec

from solvet.domain.baseline import Accepted, Baseline
from solvet.domain.policy import Mistake
from solvet.policyfile.names import BASELINE
from solvet.policyfile.quoting import quoted
from solvet.typed import decoded

FILE_NAME = BASELINE
MAX_BYTES = 2_000_000
MAX_ENTRIES = 20_000

_AT_BYTE = re.compile(r" \(byte (\d+)\)")
_AT_PLACE = re.compile(r" - at `\$\.?([^`]*)`")

_Text = Annotated[str, msgspec.Meta(max_length=4_096)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    path: _Text
    rule: Annotated[str, msgspec.Meta(max_length=100)]
    fingerprint: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{16}$")]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Document:
    version: Literal[1]
    findings: Annotated[list[_Entry], msgspec.Meta(max_length=MAX_ENTRIES)]
    engine: Annotated[str, msgspec.Meta(max_length=100)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineReading:
    """What the file accepts: nothing at all where something in it is wrong."""

    baseline: Baseline = field(default_factory=Baseline)
    mistakes: tuple[Mistake, ...] = ()


def read_baseline(text: str, *, origin: str = FILE_NAME) -> BaselineReading:
    """A program wrote it, so it is read whole or not at all."""
    raw = text.encode("utf-8", "replace")
    if len(raw) > MAX_BYTES:
        return _refused(origin, f"the file is over {MAX_BYTES // 1_000_000} MB and was not read")
    try:
        document = decoded(raw, _Document)
    except msgspec.ValidationError as error:
        key = _AT_PLACE.search(str(error))
        problem = _AT_PLACE.sub("", str(error))
        return _refused(origin, f"nothing is accepted: {problem}", key=key[1] if key else "")
    except (msgspec.DecodeError, RecursionError) as error:
        problem = _AT_BYTE.sub("", str(error))
        return _refused(origin, f"nothing is accepted: {problem}", line=_line(raw, error))
    accepted = (
        Accepted(path=e.path, rule=e.rule, fingerprint=e.fingerprint) for e in document.findings
    )
    return BaselineReading(baseline=Baseline(engine=document.engine).with_findings(accepted))


def written(baseline: Baseline) -> str:
    """One finding on a line; the same text for the same baseline."""
    entries = (
        {"path": e.path, "rule": e.rule, "fingerprint": e.fingerprint} for e in baseline.findings
    )
    lines = ",\n".join("    " + _json(entry) for entry in entries)
    listed = f"[\n{lines}\n  ]" if lines else "[]"
    return (
        f'{{\n  "version": 1,\n  "engine": {_json(baseline.engine)},\n  "findings": {listed}\n}}\n'
    )


def baseline_changes(base: Baseline, head: Baseline) -> tuple[str, ...]:
    """What a change would do to the baseline, in sentences without a full stop."""
    before, after = base.fingerprints, head.fingerprints
    gained = [each for each in head.findings if each.fingerprint not in before]
    lost = [each for each in base.findings if each.fingerprint not in after]
    sentences = []
    if gained:
        sentences.append(f"the baseline would accept {_counted(gained)} more{_rules(gained)}")
    if lost:
        sentences.append(f"the baseline would no longer accept {_counted(lost)}{_rules(lost)}")
    return tuple(sentences)


def _counted(entries: list[Accepted]) -> str:
    return f"{len(entries):,} finding{'' if len(entries) == 1 else 's'}"


def _rules(entries: list[Accepted], most: int = 5) -> str:
    """How many of which rule, the most frequent first."""
    counts = Counter(entry.rule for entry in entries)
    named = [f"{number:,} {quoted(rule)}" for rule, number in counts.most_common(most)]
    return f" ({', '.join(named)}{', …' if len(counts) > most else ''})"


def _refused(origin: str, message: str, *, line: int = 1, key: str = "") -> BaselineReading:
    mistake = Mistake(
        origin=origin,
        line=line,
        column=1,
        key=key,
        message=message,
        suggestion="`solvet baseline` writes it anew",
    )
    return BaselineReading(mistakes=(mistake,))


def _line(raw: bytes, error: Exception) -> int:
    at = _AT_BYTE.search(str(error))
    return raw.count(b"\n", 0, int(at[1])) + 1 if at else 1


def _json(value: object) -> str:
    """On one line."""
    return json.dumps(value, ensure_ascii=False)
