"""From files on this machine to a review, without any service."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from solvet.cli.files import Unfit, Unreadable
from solvet.cli.trees import Tree, context_of, layout_in, text_in
from solvet.domain.change import ChangedFile
from solvet.domain.policy import Policy
from solvet.domain.review import Coverage, FileReview
from solvet.domain.scan import Snapshot, Source
from solvet.services.rejudging import Side, judged_again
from solvet.services.static import static_review
from solvet.solidity.paths import PLAIN, Layout

FILES_PER_JOB = 100
"""So many files keep one process busy longer than it takes to start."""


def reviewed(
    files: Sequence[ChangedFile], head: Tree, base: Tree | None, policy: Policy, jobs: int
) -> Iterator[FileReview]:
    """The files' reviews in their order, as they are done; `jobs` is the number of processes.

    The attack surface is compared where the policy speaks.
    """
    sides = _Sides(head, base, layout_in(head), layout_in(base) if base else PLAIN)
    review = partial(_reviewed, sides=sides, policy=policy)
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


def _reviewed(file: ChangedFile, sides: _Sides, policy: Policy) -> FileReview:
    """One file's review; what cannot be read is named, never raised."""
    try:
        if file.via and sides.base:
            return _again(file, sides, sides.base, policy)
        snapshot = _snapshot(file, sides)
    except Unreadable as error:
        return FileReview(file=file, coverage=Coverage.FAILED, reason=str(error))
    return static_review(file, snapshot, policy, adopting=sides.base is None)


def _again(file: ChangedFile, sides: _Sides, before: Tree, policy: Policy) -> FileReview:
    base = Side(partial(text_in, before), sides.base_layout)
    head = Side(partial(text_in, sides.head), sides.head_layout)
    text, spoken_of = sides.head.read(file.path).text, policy.speaks_of(file.path)
    return judged_again(file, text, base, head, with_surface=spoken_of)


def _snapshot(file: ChangedFile, sides: _Sides) -> Snapshot:
    """Both versions of the file, each with what it imports."""
    head, head_imports = _version(file.head_path, sides.head, sides.head_layout)
    base, base_imports = _version(file.base_path, sides.base, sides.base_layout)
    return Snapshot(head=head, base=base, head_imports=head_imports, base_imports=base_imports)


def _version(
    path: str | None, tree: Tree | None, layout: Layout
) -> tuple[dict[str, Source], dict[str, str]]:
    if path is None or tree is None:
        return {}, {}
    try:
        file = tree.read(path)
    except Unfit as error:
        return {path: Source(problem=str(error))}, {}
    source = Source(text=file.text, replaced=file.replaced)
    return {path: source}, context_of(path, file.text, tree, layout)
