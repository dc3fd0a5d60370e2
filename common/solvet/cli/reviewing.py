"""From files on this machine to a review, without any service."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from solvet.cli.files import Unfit, Unreadable
from solvet.cli.trees import Tree, context_of, layout_in
from solvet.detectors.engine import analyse
from solvet.domain.analysis import FileAnalysis
from solvet.domain.change import ChangedFile, compare
from solvet.domain.review import Coverage, FileReview
from solvet.services.hushing import Sides, hushed
from solvet.solidity.paths import Layout

FILES_PER_JOB = 100
"""So many files keep one process busy longer than it takes to start."""


def reviewed(
    files: Sequence[ChangedFile], head: Tree, base: Tree | None, jobs: int
) -> Iterator[FileReview]:
    """The files' reviews in their order, as they are done; `jobs` is the number of processes."""
    review = partial(review_file, head=head, base=base, layout=layout_in(head))
    if jobs <= 1:
        yield from map(review, files)
        return
    from concurrent.futures import ProcessPoolExecutor

    chunk = max(1, len(files) // (jobs * 4))
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(review, files, chunksize=chunk)


def review_file(file: ChangedFile, head: Tree, base: Tree | None, layout: Layout) -> FileReview:
    """One file's review; what cannot be read is named, never raised."""
    try:
        after = _version(file.head_path, head, layout)
        before = _version(file.base_path, base, layout)
    except Unfit as error:
        return FileReview(file=file, coverage=Coverage.SKIPPED, reason=str(error))
    except Unreadable as error:
        return FileReview(file=file, coverage=Coverage.FAILED, reason=str(error))
    sides = Sides(
        head=after.text, base=before.text, before=before.analysis.findings, compared=bool(base)
    )
    return hushed(_judged(file, after.analysis, before.analysis), sides)


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
