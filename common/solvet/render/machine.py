"""The JSON that other programs read; described by docs/schema/solvet-scan.schema.json."""

from dataclasses import asdict
from typing import Any

from solvet.domain.change import ChangeKind, JudgedFinding
from solvet.domain.finding import Finding, Fix, Severity
from solvet.domain.review import Coverage, FileReview, Review
from solvet.domain.suppression import Suppression
from solvet.render import reach, receipt, surface

VERSION = 1
"""Rises when a key changes its meaning or goes; new keys may come without notice."""

Json = dict[str, Any]


def machine(review: Review, *, left_out: tuple[str, ...] = (), policy: str = "") -> Json:
    """The shown findings, worst first, every file, and the counts, with keys in a fixed order.

    `left_out` names folders and files that were found and not scanned, with the reason; `policy`
    names the file that the policy comes from, if there is one.
    """
    findings = [j for j in review.judged if review.shows(j)]
    compared = bool(review.base_sha)
    return {
        "version": VERSION,
        "engine_version": review.engine_version,
        "base": review.base_sha or None,
        "summary": _summary(review, findings, compared=compared),
        "findings": [_finding(j, compared=compared) for j in findings],
        "silenced": [_silenced(j, compared=compared) for j in review.silenced],
        "suppressions": _suppressions(review),
        "stale_baseline": [asdict(each) for each in review.stale],
        "surface": surface.as_json(review.surface) if compared else None,
        "policy": _policy(review, policy),
        "files": [_file(file) for file in review.files],
        "left_out": list(left_out),
        "notes": list(reach.notes(review)),
    }


def _summary(review: Review, findings: list[JudgedFinding], *, compared: bool) -> Json:
    standing = [j.finding for j in findings if j.change is not ChangeKind.FIXED]
    changes = {kind: sum(j.change is kind for j in findings) for kind in ChangeKind}
    return {
        "files": {c: sum(f.coverage is c for f in review.files) for c in Coverage},
        "lines": sum(file.lines for file in review.files),
        "complete": not (review.unfinished or review.unlisted or review.submodules),
        "findings": len(standing),
        "severity": {s: sum(f.severity is s for f in standing) for s in Severity},
        "change": changes if compared else None,
        "held_back": len(review.held_back),
        "silenced": len(review.silenced),
        "model": _model(review),
    }


def _model(review: Review) -> Json:
    """The model's part in the whole scan; why there is none, when there is none."""
    part = receipt.model_fields(review.model)
    return part | {"reason": part["reason"] or review.models_off_because or None}


def _finding(judged: JudgedFinding, *, compared: bool) -> Json:
    finding = judged.finding
    return {
        "rule": finding.rule,
        "title": finding.title,
        "category": finding.category,
        "severity": finding.severity,
        "confidence": finding.confidence,
        "path": finding.path,
        **asdict(finding.span),
        "symbol": finding.symbol,
        "message": finding.message,
        "recommendation": finding.recommendation,
        "code": finding.code,
        "trace": [asdict(step) for step in finding.trace],
        "references": list(finding.references),
        "fingerprint": finding.fingerprint,
        "engine": finding.engine,
        "change": judged.change if compared else None,
        "provenance": judged.provenance,
        "cause": list(judged.cause) or None,
        "opinion": asdict(judged.opinion) if judged.opinion else None,
        "fix": _fix(finding),
    }


def _silenced(judged: JudgedFinding, *, compared: bool) -> Json:
    """The finding, and who keeps it quiet: `comment`, `triage` or `baseline`."""
    why = judged.silence
    by = {"by": why.by.name.lower(), "reason": why.reason, "who": why.who} if why else {}
    return _finding(judged, compared=compared) | {"silence": by}


def _suppressions(review: Review) -> Json:
    """What a change does to the comments that silence, and what is wrong with them."""
    edits = [
        {"path": path, "added": edit.added, "waiting": list(edit.waiting)}
        | _suppression(edit.suppression)
        for path, edit in review.suppression_edits
    ]
    notes = [{"path": path, **asdict(note)} for path, note in review.suppression_notes]
    return {"edits": edits, "notes": notes}


def _suppression(suppression: Suppression) -> Json:
    return {
        "line": suppression.line,
        "marker": suppression.marker,
        "rules": list(suppression.rules),
        "first_line": suppression.first,
        "last_line": suppression.last,
        "reason": suppression.reason,
    }


def _policy(review: Review, file: str) -> Json:
    """What held, what is wrong with its files, and what the change would make of them."""
    held = review.policy
    return {
        "file": file or None,
        "show": {"severity": held.show_severity, "confidence": held.show_confidence},
        "fail": {"severity": held.fail_severity, "confidence": held.fail_confidence},
        "mistakes": [asdict(each) for each in review.mistakes],
        "changes": list(review.policy_changes),
    }


def _fix(finding: Finding) -> Json | None:
    fix: Fix | None = finding.fix
    if fix is None:
        return None
    return {
        "description": fix.description,
        **asdict(fix.span),
        "replacement": fix.replacement,
    }


def _file(file: FileReview) -> Json:
    return {
        "path": file.file.path,
        "previous_path": file.file.previous_path,
        "status": file.file.status,
        "via": list(file.file.via) or None,
        "coverage": file.coverage,
        "reason": file.reason or None,
        "lines": file.lines,
        "blind_spots": [asdict(spot) for spot in file.blind_spots],
        "failures": [asdict(failure) for failure in file.failures],
        "opaque": list(file.opaque),
        "model": receipt.model_fields(file.model),
    }
