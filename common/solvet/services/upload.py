"""Findings as alerts of code scanning, where a repository has it."""

import gzip
from dataclasses import dataclass, field
from time import monotonic
from typing import Protocol

from solvet import wire
from solvet.domain.change import ChangeKind
from solvet.domain.receipt import ModelState
from solvet.domain.review import Review
from solvet.domain.scan import ReportKind, Scan, TargetKind, report
from solvet.errors import Denied, GitHubThrottled, Gone, Retry
from solvet.ports.github import GitHub
from solvet.ports.state import State
from solvet.render.sarif import sarif
from solvet.services.letters import put_off

MOST_RESULTS = 5_000
"""GitHub shows no more of one upload, and refuses 25,000.

https://docs.github.com/en/code-security/code-scanning/troubleshooting-sarif-uploads/results-exceed-limit
"""
MOST_BYTES = 10_000_000
ASK_AGAIN = 3_600.0
"""Seconds until a repository without code scanning is tried once more."""

_STANDING = (ChangeKind.INTRODUCED, ChangeKind.EXISTING)


@dataclass(slots=True)
class Unscanned:
    """Repositories that were found to have no code scanning, for as long as this process lives."""

    _until: dict[int, float] = field(default_factory=dict)

    def holds(self, repository: int) -> bool:
        return self._until.get(repository, 0.0) > monotonic()

    def add(self, repository: int) -> None:
        self._until[repository] = monotonic() + ASK_AGAIN


class UploadParts(Protocol):
    """What an upload needs besides GitHub."""

    @property
    def state(self) -> State: ...

    @property
    def unscanned(self) -> Unscanned: ...


def upload_or_later(
    scan: Scan, review: Review, kind: ReportKind, github: GitHub, parts: UploadParts
) -> str:
    """Upload; what cannot be uploaded now is asked for later, for the verdict stands already."""
    try:
        return upload(scan, review, kind, github, parts.unscanned)
    except Retry as error:
        if isinstance(error, GitHubThrottled):
            parts.state.rest(scan.installation, seconds=error.after)
        wait = put_off(report(scan, ReportKind.UPLOAD), parts.state)
        return f"upload to code scanning tried again in {wait} s: {error}"


def upload(
    scan: Scan, review: Review, kind: ReportKind, github: GitHub, unscanned: Unscanned
) -> str:
    """Upload what the review shows of a pull request's head; answers what came of it, for the log.

    Once for each head, when nothing more is to come, and again when people decide something. A
    repository without code scanning, or an App without the permission, is no failure.
    """
    if not is_due(scan, review, kind) or unscanned.holds(scan.repository.id):
        return ""
    log = sarif(review, changes=_STANDING, most=MOST_RESULTS)
    packed = gzip.compress(wire.encode(log), mtime=0)
    if len(packed) > MOST_BYTES:
        return "no upload to code scanning: it would be too large"
    ref = f"refs/pull/{scan.target.number}/head"
    try:
        github.upload_sarif(scan.repository, commit=scan.head_sha, ref=ref, packed=packed)
    except (Denied, Gone) as error:
        unscanned.add(scan.repository.id)
        return f"no upload to code scanning: {error}"
    return "uploaded to code scanning"


def is_due(scan: Scan, review: Review, kind: ReportKind) -> bool:
    """Is there something to upload now?

    A push is not uploaded: it is a part of its branch, and alerts elsewhere would be closed.
    """
    model = review.model.state
    last = model is ModelState.OFF or (
        kind is not ReportKind.STATIC and model is not ModelState.PENDING
    )
    seen = any(file.looked_at for file in review.files)
    return review.policy.sarif and scan.target.kind is TargetKind.PULL and last and seen
