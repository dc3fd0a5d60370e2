"""Jobs that may kill their process: they are done alone, and end before they kill for ever.

Whoever dies tells nothing. So an attempt that failed is noted when it was survived, and one whose
predecessor left no note is noted before it begins.
"""

from contextlib import suppress

from solvet.domain.scan import Job
from solvet.errors import Retry
from solvet.ports.watch import Suspects

MOST_DEATHS = 2
"""Processes that a file may take with it, not counting the first: that one tells nothing yet."""


def unheard(job: Job, attempt: int, suspects: Suspects) -> bool:
    """Did the attempt before this one end without a word? Also where that cannot be read."""
    if attempt == 1:
        return False
    try:
        return suspects.survived_last(job) != attempt - 1
    except Retry:
        return True


def is_deadly(job: Job, suspects: Suspects) -> bool:
    """Note that it begins once more; has it taken too many processes with it?"""
    return suspects.begun(job) > MOST_DEATHS


def survived(job: Job, attempt: int, suspects: Suspects) -> None:
    """What cannot be noted is no reason to fail: the next attempt is made alone."""
    with suppress(Retry):
        suspects.survived(job, attempt=attempt)
