"""The upload bucket: what is dropped there is unpacked, and its files are handed out."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from time import time

from solvet.domain.metrics import Outcome
from solvet.domain.scan import Source, Target, TargetKind
from solvet.domain.submission import NOWHERE, AnalysisType, Submission
from solvet.domain.texts import decoded
from solvet.errors import BadInput, Gone
from solvet.ports.uploads import Uploaded, Uploads
from solvet.services.analyses.archive import Unpacked, unpacked
from solvet.services.analyses.begin import AnalysisParts, hand_out, prepare, scan_of, told_apart
from solvet.services.analyses.counting import Step, counted
from solvet.services.analyses.result import FAILED, refuse

LARGEST = {".sol": 1_000_000, ".zip": 10_000_000}
"""Bytes of an upload, by the ending of its name."""
MOST_BYTES = 5_000_000
MOST_FILES = 500
LONGEST_NAME = 1_000
"""Bytes; S3's names and the table's have 1,024, and results' are longer."""
BINARY = "the file is binary, not text"


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadParts:
    """What it takes to begin; `tenant` is the bucket as an installation."""

    analyses: AnalysisParts
    uploads: Uploads
    tenant: int
    now: Callable[[], float] = time


def take(name: str, parts: UploadParts, *, last: bool = False) -> Outcome:
    """Begin the analysis of an upload as it is now; answers what became of it.

    On the last attempt the failure is written first: should the process die of the upload, that
    is what stands beside it.
    """
    if reason := _why_not(name):
        return Outcome(reason)
    state, target = parts.analyses.state, Target(kind=TargetKind.UPLOAD, ref=name)
    seen = state.head(parts.tenant, NOWHERE, target)
    try:
        upload = parts.uploads.read(name, most=LARGEST[_ending(name)])
    except Gone:
        return Outcome("is gone")
    scan_id = _scan_id(parts.tenant, name, upload)
    if state.handed_out(parts.tenant, scan_id):
        return _told(Step.REPEATED, f"scan {scan_id} is under way or done")
    fence = state.advance(parts.tenant, NOWHERE, target, seen, scan_id)
    if last:
        refuse(name, "failed", FAILED, parts.uploads)
    try:
        submission = _submission(name, upload)
    except BadInput as error:
        refuse(name, "refused", str(error), parts.uploads)
        return _told(Step.REFUSED, f"refused: {error}")
    _begin(submission, scan_id, target, fence, parts)
    return _told(Step.ACCEPTED, f"scan {scan_id}: {len(submission.sources)} Solidity files")


def _told(step: Step, words: str) -> Outcome:
    return Outcome(words, counted(TargetKind.UPLOAD, step))


def _begin(
    submission: Submission, scan_id: str, target: Target, fence: int, parts: UploadParts
) -> None:
    scan = scan_of(
        submission,
        scan_id=scan_id,
        tenant=parts.tenant,
        target=target,
        now=parts.now(),
        fence=fence,
    )
    prepare(scan, submission, parts.analyses)
    hand_out(scan, list(submission.sources), parts.analyses)


def _why_not(name: str) -> str:
    """Why an object is no upload: results, and whatever else is there, are none."""
    if _ending(name) not in LARGEST:
        return "is neither .sol nor .zip"
    if len(name.encode()) > LONGEST_NAME:
        return "has a name so long that no result can stand beside it"
    return ""


def _ending(name: str) -> str:
    return name[-4:]


def _scan_id(tenant: int, name: str, upload: Uploaded) -> str:
    """Each upload has a scan of its own, however often it is told of."""
    parts = (str(tenant), name, upload.version)
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()[:24]


def _submission(name: str, upload: Uploaded) -> Submission:
    ending = _ending(name)
    if upload.size > LARGEST[ending]:
        raise BadInput(f"{ending} files may have {LARGEST[ending]:,} bytes")
    if ending == ".sol":
        found = Unpacked({name.rpartition("/")[2]: upload.raw}, others=0)
    else:
        found = unpacked(upload.raw)
    _check(found.files)
    return Submission(
        kind=AnalysisType.FULL,
        sources=told_apart({path: _source(raw) for path, raw in found.files.items()}),
        notes=_notes(found.others),
    )


def _check(solidity: dict[str, bytes]) -> None:
    if not solidity:
        raise BadInput("there is no .sol file in it")
    if len(solidity) > MOST_FILES:
        raise BadInput(f"there are more than {MOST_FILES} .sol files in it")
    if sum(map(len, solidity.values())) > MOST_BYTES:
        raise BadInput(f"its .sol files have more than {MOST_BYTES:,} bytes")


def _source(raw: bytes) -> Source:
    text = decoded(raw)
    if text is None:
        return Source(problem=BINARY)
    return Source(text=text.text, replaced=text.replaced)


def _notes(others: int) -> tuple[str, ...]:
    if not others:
        return ()
    what = "file that is" if others == 1 else "files that are"
    return (f"{others:,} {what} no Solidity: not looked at.",)
