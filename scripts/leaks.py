"""`make secrets`: strings in the repository that look like secrets and are not known to be none.

Prints each with the entry that would allow it. Exit code: 0 none, 1 some, 2 the list is wrong.
"""

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ALLOWED = Path(__file__).with_name("leaks.toml")
_WITHOUT = r"(\.lock|\.png|\.snap|leaks\.toml)$"
_WITHOUT_FORM = {"Secret Keyword", "Hex High Entropy String", "Base64 High Entropy String"}
"""Told by what they are called, or by how random they look."""
_TESTS = ("tests/", "benchmarks/")
"""Full of made-up passwords, commits and fingerprints: there only the form of a secret counts."""


@dataclass(frozen=True, slots=True, order=True)
class Leak:
    """A string, by the hash that detect-secrets tells; the string itself is never printed."""

    file: str
    kind: str
    sha1: str
    line: int = 0

    @property
    def key(self) -> tuple[str, str, str]:
        return self.file, self.kind, self.sha1


def leaks(report: Mapping[str, Any]) -> Iterator[Leak]:
    """What `detect-secrets scan` found."""
    for file, found in report["results"].items():
        for each in found:
            if each["type"] not in _WITHOUT_FORM or not file.startswith(_TESTS):
                yield Leak(file, each["type"], each["hashed_secret"], each["line_number"])


def allowed(text: str) -> dict[tuple[str, str, str], str]:
    """Reasons, by what they are for. Raises KeyError for an entry that lacks something."""
    entries = tomllib.loads(text).get("allowed", [])
    return {(e["file"], e["kind"], sha1): e["reason"] for e in entries for sha1 in e["sha1"]}


def problems(found: list[Leak], known: Mapping[tuple[str, str, str], str]) -> Iterator[str]:
    """A line for each string that is not known, and for each entry that is for nothing."""
    for leak in sorted(found):
        if leak.key not in known:
            yield f"{leak.file}:{leak.line}: {leak.kind}, sha1 {leak.sha1}"
    there = {leak.key for leak in found}
    for file, kind, sha1 in sorted(set(known) - there):
        yield f"{ALLOWED.name}: {file} has no {kind} with sha1 {sha1} any more"


def main(program: str) -> int:
    """Scan what git knows."""
    try:
        known = allowed(ALLOWED.read_text("utf-8"))
    except (KeyError, tomllib.TOMLDecodeError) as error:
        print(f"{ALLOWED.name}: {error}", file=sys.stderr)
        return 2
    command = (program, "scan", "--exclude-files", _WITHOUT)
    said = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    found = list(leaks(json.loads(said)))
    wrong = list(problems(found, known))
    print("\n".join(wrong) or f"no secrets; {len(known)} strings are known to be none")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
