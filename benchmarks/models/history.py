"""Changes as they were made: the commits of a git repository, product code only."""

import random
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from benchmarks.models.changes import Change
from solvet.errors import BadInput

_SECONDS = 120
_NOT_PRODUCT = re.compile(
    r"(^|/)(tests?|mocks?|scripts?|lib|node_modules|certora|fv|specs?|audits?|echidna|fuzz\w*)/"
    r"|\.[tsT]\.sol$|Mock|Test|harness",
    re.IGNORECASE,
)
_NEW, _CHANGED = "A", "MR"


def history(repository: Path, number: int, rng: random.Random) -> list[Change]:
    """So many changes of single files, picked from all commits that are no merges.

    BadInput when there is no repository, or git is missing or too slow.
    """
    log = ("log", "--no-merges", "-M", "--raw", "--no-abbrev", "--format=", "--", "*.sol")
    rows = list(_rows(_git(repository, *log).decode("utf-8", "replace")))
    picked = rng.sample(rows, min(number, len(rows)))
    return [_change(repository, before, after) for before, after in picked]


def _rows(log: str) -> Iterator[tuple[str | None, str]]:
    """The blobs before and after; `:100644 100644 BEFORE AFTER M<tab>path` is a row."""
    for line in log.splitlines():
        described, *paths = line.split("\t")
        if not paths or _NOT_PRODUCT.search(paths[-1]):
            continue
        _, _, before, after, status = described.split()
        if status[0] in _CHANGED:
            yield before, after
        elif status[0] == _NEW:
            yield None, after


def _change(repository: Path, before: str | None, after: str) -> Change:
    return Change(_text(repository, after), before and _text(repository, before))


def _text(repository: Path, blob: str) -> str:
    return _git(repository, "cat-file", "blob", blob).decode("utf-8", "replace")


def _git(repository: Path, *arguments: str) -> bytes:
    try:
        return subprocess.run(
            ["git", *arguments], cwd=repository, check=True, capture_output=True, timeout=_SECONDS
        ).stdout
    except (OSError, subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        detail = (getattr(error, "stderr", b"") or b"").decode(errors="replace").strip()
        raise BadInput(f"git cannot read {repository}: {detail or error}") from error
