"""docs/security.md says nothing that no test proves."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs/security.md").read_text("utf-8")
THREAT = re.compile(
    r"^\| (?P<threat>[^|]+) \| (?P<defence>[^|]+) \| (?P<proof>[^|]+) \| [^|]*\|$", re.MULTILINE
)
OPENS = re.compile(
    r"\b(?:tarfile|zipfile|pickle|marshal|shelve|shutil\.unpack_archive|os\.system)\b"
)
RUNS = re.compile(r"^\s*(?:import subprocess|from subprocess)\b", re.MULTILINE)
RUN_GIT = {
    "common/solvet/cli/git.py",
    "common/solvet/local/repositories.py",
    "common/solvet/local/github/git.py",
}
"""These run on a person's own machine and are not in the layer."""


def threats():
    rows = (match.groupdict() for match in THREAT.finditer(DOCUMENT))
    return [row for row in rows if row["threat"] not in {"threat", "---"}]


def test_every_defence_has_a_test_that_exists():
    texts = [path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py")]
    there = {
        name for text in texts for name in re.findall(r"^def (test_\w+)\(", text, re.MULTILINE)
    }
    named = set(re.findall(r"`(test_\w+)`", DOCUMENT))
    assert named - there == set()
    assert [row["threat"] for row in threats() if "`test_" not in row["proof"]] == []
    assert len(threats()) > 30


def test_only_uploads_are_unpacked_and_nothing_runs_what_it_reads():
    sources = [*ROOT.glob("common/solvet/**/*.py"), *ROOT.glob("functions/**/*.py")]
    texts = {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in sources}
    unpacks = {path for path, text in texts.items() if OPENS.search(text)}
    assert unpacks == {"common/solvet/services/analyses/archive.py"}
    assert {path for path, text in texts.items() if RUNS.search(text)} == RUN_GIT
