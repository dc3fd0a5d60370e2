"""What a release is made of: `check TAG`, `notes FILE`, `pack FOLDER`.

The version stands in common/solvet/__init__.py and nowhere else. A tag that is not that version, or
a version of which CHANGELOG.md says nothing, is not released.
"""

import hashlib
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
BUILT = ROOT / ".aws-sam/build"
LOCK = ROOT / "requirements/run.lock"
CHECKSUMS = "SHA256SUMS"
_VERSION = re.compile(r'^__version__ = "([^"]+)"$', re.MULTILINE)
_HEADING = re.compile(r"^## (\S+)(?: · (\d{4}-\d{2}-\d{2}))?$", re.MULTILINE)
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest date that a zip can hold: the same sources make the same bytes on any day."""
_READABLE = 0o644 << 16


class NotReleased(Exception):
    """Says in one sentence what is missing."""


def version(source: str) -> str:
    """The version that the package's own source names."""
    found = _VERSION.search(source)
    if found is None:
        raise NotReleased("common/solvet/__init__.py names no version")
    return found[1]


def notes(changelog: str, wanted: str) -> str:
    """What the changelog says of a version that has a date."""
    headings = list(_HEADING.finditer(changelog))
    ends = [*(each.start() for each in headings[1:]), len(changelog)]
    for heading, end in zip(headings, ends, strict=True):
        if heading[1] == wanted and heading[2]:
            if text := changelog[heading.end() : end].strip():
                return text + "\n"
            break
    raise NotReleased(f"CHANGELOG.md has no '## {wanted} · YEAR-MONTH-DAY' with words below it")


def check(tag: str, source: str, changelog: str) -> None:
    """Do tag, source and changelog speak of the same version?"""
    ours = version(source)
    if tag != f"v{ours}":
        raise NotReleased(f"the tag is {tag}, but common/solvet/__init__.py says {ours}")
    notes(changelog, ours)


def pack(built: Path, archive: Path) -> None:
    """Everything below a folder, in one zip that depends on names and contents only."""
    files = sorted(path for path in built.rglob("*") if path.is_file())
    if not files:
        raise NotReleased("there are no artifacts: run make build first")
    with zipfile.ZipFile(archive, "w") as packed:
        for path in files:
            entry = zipfile.ZipInfo(path.relative_to(built).as_posix(), _EPOCH)
            entry.external_attr = _READABLE
            packed.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)


def checksums(folder: Path) -> Iterator[str]:
    """Lines as `sha256sum --check` takes them."""
    for path in sorted(folder.iterdir()):
        if path.name != CHECKSUMS:
            yield f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}"


def _materials(target: Path) -> None:
    """The bill of materials of everything that the package can need, with hashes."""
    program = ROOT / ".venv-publish/bin/cyclonedx-py"
    about = ("--pyproject", ROOT / "pyproject.toml")
    command = (program, "requirements", LOCK, *about, "--output-reproducible", "-o", target)
    subprocess.run(command, check=True, cwd=ROOT, timeout=300)


def main(command: str, argument: str) -> None:
    """One of the three commands."""
    source = (ROOT / "common/solvet/__init__.py").read_text("utf-8")
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    if command == "check":
        check(argument, source, changelog)
    elif command == "notes":
        Path(argument).write_text(notes(changelog, version(source)), "utf-8")
    else:
        folder, ours = Path(argument), version(source)
        pack(BUILT, folder / f"solvet-{ours}-lambda-arm64.zip")
        _materials(folder / "solvet.cdx.json")
        lines = "\n".join(checksums(folder))
        (folder / CHECKSUMS).write_text(lines + "\n", "utf-8")
        print(lines)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:3])
    except NotReleased as error:
        sys.exit(f"release: {error}")
