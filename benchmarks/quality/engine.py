"""The static engine as a tool: every file once, with the CPU it took."""

import time
from collections.abc import Iterable
from pathlib import Path

from solvet.cli.files import read
from solvet.cli.trees import WorkingTree, context_of
from solvet.detectors.engine import analyse
from solvet.domain.analysis import FileAnalysis
from solvet.evaluation.claims import Claim, Claims, claim_of

NAME = "solvet"


def run(files: Iterable[tuple[Path, Path]]) -> Claims:
    """Judge files, each given with the folder that its imports are looked up in."""
    claims: dict[Path, tuple[Claim, ...]] = {}
    seconds: dict[Path, float] = {}
    problems: list[str] = []
    for root, file in files:
        began = time.process_time()
        analysis = _analysed(root, file)
        seconds[file] = time.process_time() - began
        claims[file] = tuple(sorted(claim_of(finding) for finding in analysis.findings))
        problems += [f"{file.name}: {f.rule} failed: {f.error}" for f in analysis.failures]
    return Claims(NAME, claims, frozenset(claims), seconds, tuple(problems))


def _analysed(root: Path, file: Path) -> FileAnalysis:
    path = file.relative_to(root).as_posix()
    text = read(file).text
    return analyse(path, text, context_of(path, text, WorkingTree(root)))
