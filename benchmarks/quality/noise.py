"""Noise: findings per 1,000 code lines of audited code."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from solvet.cli.files import read
from solvet.errors import BadInput
from solvet.evaluation.claims import Claim, Claims
from solvet.solidity.outline import without_comments

_SINGULAR = frozenset({"test", "mock", "interface", "script", "example"})
LEFT_OUT = _SINGULAR | {f"{name}s" for name in _SINGULAR} | {"node_modules"}
"""Folders, in any case: what is not deployed, or has no code of its own."""

LEFT_OUT_NAMES = ("*.t.sol", "*.s.sol")
"""Tests and scripts, by Foundry's naming: https://book.getfoundry.sh/reference/style-guide"""


@dataclass(frozen=True, slots=True)
class CleanFile:
    """A file of audited code and the folder its imports are looked up in."""

    root: Path
    file: Path
    code_lines: int


@dataclass(frozen=True, slots=True)
class Noise:
    """Findings over audited code, with their places."""

    code_lines: int
    claims: tuple[tuple[Path, Claim], ...]

    @property
    def by_rule(self) -> Counter[str]:
        return Counter(claim.rule for _, claim in self.claims)

    @property
    def rate(self) -> float:
        """Findings per 1,000 code lines."""
        return self.per_thousand(len(self.claims))

    def per_thousand(self, count: int) -> float:
        return 1_000 * count / self.code_lines


def clean_files(roots: list[Path]) -> tuple[CleanFile, ...]:
    """The Solidity files below the folders, except what the rule leaves out.

    BadInput for a folder that is not there or has no such file.
    """
    found: list[CleanFile] = []
    for root in (root.resolve() for root in roots):
        here = [CleanFile(root, file, _code_lines(file)) for file in _kept(root)]
        if not here:
            raise BadInput(f"no Solidity to measure noise on in {root}")
        found += here
    return tuple(found)


def noise(clean: tuple[CleanFile, ...], claims: Claims) -> Noise | None:
    """The noise over those of the files that the tool looked at; None if there are none."""
    seen = [each for each in clean if each.file in claims.covered]
    lines = sum(each.code_lines for each in seen)
    found = tuple((each.file, claim) for each in seen for claim in claims.of(each.file))
    return Noise(lines, found) if lines else None


def _kept(root: Path) -> Iterator[Path]:
    for file in sorted(root.rglob("*.sol")):
        folders = {part.lower() for part in file.relative_to(root).parts[:-1]}
        named_out = any(fnmatch(file.name, pattern) for pattern in LEFT_OUT_NAMES)
        if file.is_file() and not named_out and not folders & LEFT_OUT:
            yield file


def _code_lines(file: Path) -> int:
    """Lines that hold more than white space and comments."""
    return sum(bool(line.strip()) for line in without_comments(read(file).text).splitlines())
