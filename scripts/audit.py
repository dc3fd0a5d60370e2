"""`make audit`: is there a known vulnerability in anything that a lock names?

Exit code: 0 none is known, 1 some are, 3 not everything could be asked about. Nothing is green that
was not asked about: what the service does not know, or could not be asked, is counted and named.
"""

import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CLEAN, VULNERABLE, NOT_ASKED = 0, 1, 3
LOCKS = ("audit", "bootstrap", "dev", "publish", "sam")
"""Every other lock names packages and versions of `dev` only."""
_FOLDER = Path("requirements")
_SHOWN = 5


@dataclass(slots=True)
class Audit:
    """By package, `name version`."""

    clean: set[str] = field(default_factory=set)
    skipped: dict[str, str] = field(default_factory=dict)
    vulnerable: dict[str, tuple[str, ...]] = field(default_factory=dict)
    unanswered: dict[str, str] = field(default_factory=dict)
    """By lock, when the service gave no answer at all."""

    @property
    def outcome(self) -> int:
        if self.vulnerable:
            return VULNERABLE
        asked = self.clean and not self.skipped and not self.unanswered
        return CLEAN if asked else NOT_ASKED


def add(audit: Audit, lock: str, said: str, errors: str) -> None:
    """What pip-audit answered about one lock."""
    try:
        packages: Iterable[dict[str, Any]] = json.loads(said)["dependencies"]
    except (ValueError, KeyError, TypeError):
        audit.unanswered[lock] = (errors.strip().splitlines() or ["no answer"])[-1][:200]
        return
    for package in packages:
        name = f"{package['name']} {package.get('version', '')}".strip()
        if reason := package.get("skip_reason"):
            audit.skipped[name] = reason
        elif found := package.get("vulns"):
            audit.vulnerable[name] = tuple(each["id"] for each in found)
        else:
            audit.clean.add(name)


def told(audit: Audit) -> Iterable[str]:
    """The audit in lines."""
    for name, found in sorted(audit.vulnerable.items()):
        yield f"VULNERABLE  {name}: {', '.join(found)}"
    for lock, reason in sorted(audit.unanswered.items()):
        yield f"NOT ASKED   {lock}: {reason}"
    for name, reason in sorted(audit.skipped.items())[:_SHOWN]:
        yield f"NOT KNOWN   {name}: {reason}"
    if len(audit.skipped) > _SHOWN:
        yield f"NOT KNOWN   and {len(audit.skipped) - _SHOWN} more"
    known = f"{len(audit.clean)} packages have no known vulnerability"
    yield known if audit.outcome == CLEAN else f"{known}; the audit is not complete"


def main(program: str) -> int:
    """Ask about every lock."""
    audit = Audit()
    for name in LOCKS:
        lock = _FOLDER / f"{name}.lock"
        command = (program, "--progress-spinner=off", "--format=json", "--require-hashes")
        done = subprocess.run(
            (*command, "--disable-pip", "--requirement", str(lock)),
            capture_output=True,
            check=False,
            text=True,
        )
        add(audit, lock.name, done.stdout, done.stderr)
    print("\n".join(told(audit)))
    return audit.outcome


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
