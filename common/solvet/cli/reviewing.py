"""From files on this machine to a review, without any service."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from solvet.cli.files import Unfit, Unreadable
from solvet.cli.trees import Tree, context_of, layout_in, text_in
from solvet.detectors.engine import analyse
from solvet.domain.analysis import FileAnalysis
from solvet.domain.change import ChangedFile, compare
from solvet.domain.review import Coverage, FileReview
from solvet.services.hushing import Sides, hushed
from solvet.services.rejudging import Side, judged_again
from solvet.solidity.paths import PLAIN, Layout

FILES_PER_JOB = 100
"""So many files keep one process busy longer than it takes to start."""


def reviewed(
    files: Sequence[ChangedFile], head: Tree, base: Tree | None, jobs: int
) -> Iterator[FileReview]:
    """The files' reviews in their order, as they are done; `jobs` is the number of processes."""
    sides = _Sides(head, base, layout_in(head), layout_in(base) if base else PLAIN)
    review = partial(_reviewed, sides=sides)
    if jobs <= 1:
        yield from map(review, files)
        return
    from concurrent.futures import ProcessPoolExecutor

    chunk = max(1, len(files) // (jobs * 4))
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(review, files, chunksize=chunk)


@dataclass(frozen=True, slots=True)
class _Sides:
    head: Tree
    base: Tree | None
    head_layout: Layout
    base_layout: Layout


def _reviewed(file: ChangedFile, sides: _Sides) -> FileReview:
    """One file's review; what cannot be read is named, never raised."""
    try:
        if file.via and sides.base:
            return _again(file, sides, sides.base)
        after = _version(file.head_path, sides.head, sides.head_layout)
        before = _version(file.base_path, sides.base, sides.base_layout)
    except Unfit as error:
        return FileReview(file=file, coverage=Coverage.SKIPPED, reason=str(error))
    except Unreadable as error:
        return FileReview(file=file, coverage=Coverage.FAILED, reason=str(error))
    texts = Sides(
        head=after.text,
        base=before.text,
        before=before.analysis.findings,
        compared=bool(sides.base),
    )
    return hushed(_judged(file, after.analysis, before.analysis), texts)


def _again(file: ChangedFile, sides: _Sides, before: Tree) -> FileReview:
    base = Side(partial(text_in, before), sides.base_layout)
    head = Side(partial(text_in, sides.head), sides.head_layout)
    return judged_again(file, sides.head.read(file.path).text, base, head, with_surface=False)


def _judged(file: ChangedFile, after: FileAnalysis, before: FileAnalysis) -> FileReview:
    judged = compare(after.findings, before.findings, moved_to=file.path)
    if file.head_path is None:
        return FileReview(file=file, coverage=Coverage.REMOVED, findings=judged)
    return FileReview(
        file=file,
        coverage=Coverage.ANALYSED,
        lines=after.lines,
        findings=judged,
        blind_spots=after.blind_spots,
        failures=after.failures,
        opaque=after.opaque,
    )


@dataclass(frozen=True, slots=True)
class _Version:
    """One version of a file; one that is not there has no text and no findings."""

    text: str
    analysis: FileAnalysis


def _version(path: str | None, tree: Tree | None, layout: Layout) -> _Version:
    if path is None or tree is None:
        return _Version("", FileAnalysis(path="", lines=0))
    file = tree.read(path)
    analysis = analyse(path, file.text, context_of(path, file.text, tree, layout))
    blind_spots = (*file.replaced, *analysis.blind_spots)
    return _Version(file.text, replace(analysis, blind_spots=blind_spots))
