"""Findings and reviews to render."""

from dataclasses import replace

from solvet.domain.change import ChangedFile, ChangeKind, FileStatus, JudgedFinding
from solvet.domain.finding import Category, Confidence, Finding, Severity, Span, Step
from solvet.domain.review import Coverage, FileReview, Review
from solvet.render.context import ReportContext

BLOB = "https://github.com/o/r/blob/" + "a" * 40
CONTEXT = ReportContext(repository="o/r", blob_url=BLOB)

FINDING = Finding(
    rule="reentrancy",
    title="State changes after a call",
    category=Category.REENTRANCY,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    path="contracts/Vault.sol",
    span=Span(42, 9, 42, 30),
    symbol="Vault.withdraw",
    message="`balances` is written after the call.",
    recommendation="Write `balances` first.",
    code='msg.sender.call{value: amount}("");',
    trace=(Step(40, "entry"), Step(42, "call")),
    references=("SWC-107",),
)


def finding(**changes):
    return replace(FINDING, **changes)


def judged(kind=ChangeKind.INTRODUCED, **changes):
    return JudgedFinding(finding(**changes), kind)


def file_review(*findings, path="contracts/Vault.sol", coverage=Coverage.ANALYSED, **rest):
    file = ChangedFile(path, FileStatus.MODIFIED)
    return FileReview(file=file, coverage=coverage, lines=100, findings=findings, **rest)


def review(*files, **changes):
    base = Review(
        head_sha="a" * 40,
        base_sha="b" * 40,
        files=files,
        engine_version="7",
        models_off_because="no key is configured",
    )
    return replace(base, **changes)


def many(count, **changes):
    return tuple(judged(symbol=f"Vault.f{n}", **changes) for n in range(count))
