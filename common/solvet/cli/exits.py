"""With which code a scan leaves."""

from collections.abc import Sequence
from pathlib import Path

from solvet.cli.scope import Scope
from solvet.domain.review import Coverage, Review
from solvet.domain.verdict import is_incomplete, stops

CLEAN, FOUND, UNUSABLE = 0, 1, 2


def exit_code(review: Review, scope: Scope, paths: Sequence[Path], *, repeated: bool) -> int:
    """`repeated` is False when a review was to be repeated and could not be.

    Files that the policy leaves out may be all there is of a change or of what was named, but not
    of a folder: then its globs are wrong.
    """
    if stops(review):
        return FOUND
    looked_at = any(f.looked_at for f in review.files)
    unread = any(f.coverage is Coverage.FAILED for f in review.files)
    due = scope.files or (scope.excluded and not scope.base and any(p.is_dir() for p in paths))
    missed = is_incomplete(review) and review.policy.fail_incomplete
    if unread or missed or not repeated or (due and not looked_at):
        return UNUSABLE
    return CLEAN
