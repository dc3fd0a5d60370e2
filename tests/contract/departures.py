"""Where GitHub itself does not keep to its description, one line each with the reason."""

import re
from collections.abc import Iterable, Iterator

from tests.contract.recording import Complaint

_KNOWN = (
    # A fork that was deleted is null; the description of `labeled` says so, the others forget it.
    (r".*\bpull.*", r".*\.head\.repo: None is not of type 'object'"),
    # An account is described as a user and an enterprise at once, and the client id is forgotten.
    (r"GET /app/installations", r".*\$\[\d+\]\.(account|client_id): .*"),
    # This one event's list of an App's events is older than merge queues.
    (r"check_suite rerequested", r".*\.app\.events\[\d+\]: 'merge_group' is not one of .*"),
)


def unknown(complaints: Iterable[Complaint]) -> Iterator[Complaint]:
    """Without those that are GitHub's own."""
    for where, wrong, test in complaints:
        if not any(
            re.fullmatch(place, where) and re.fullmatch(said, wrong, re.DOTALL)
            for place, said in _KNOWN
        ):
            yield where, wrong, test
