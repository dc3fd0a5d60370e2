"""SARIF 2.1.0, as GitHub's code scanning and other viewers read it.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from solvet.domain.change import ChangeKind, JudgedFinding, Provenance
from solvet.domain.finding import Finding, Severity, Span
from solvet.domain.receipt import ModelState
from solvet.domain.review import Review
from solvet.domain.silence import Silence, Silencer
from solvet.render import reach, receipt
from solvet.render.markdown import JOINER, clipped, one_line, visible
from solvet.render.policy import mistake_text
from solvet.render.provenance import stated
from solvet.render.rules import RuleInfo, from_findings, reference_url
from solvet.render.ways import caused

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_LEVELS = {Severity.CRITICAL: "error", Severity.HIGH: "error", Severity.MEDIUM: "warning"}
_SECURITY_SEVERITIES = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "3.0",
    Severity.INFO: "0.0",
}
_BASELINE = {
    ChangeKind.INTRODUCED: "new",
    ChangeKind.EXISTING: "unchanged",
    ChangeKind.FIXED: "absent",
}
_LONGEST_REASON = 1_000

Json = dict[str, Any]


def sarif(
    review: Review,
    *,
    rules: Mapping[str, RuleInfo] | None = None,
    automation_id: str = "solvet/",
    silenced: bool = False,
    changes: Iterable[ChangeKind] = tuple(ChangeKind),
    most: int | None = None,
) -> Json:
    """The shown findings as a SARIF log; without a base in the review no state is given.

    With `silenced` those that somebody silenced, too, and their `suppressions`: GitHub's code
    scanning does not heed these (https://github.com/github/codeql-action/issues/1230).

    Rules that `rules` does not name are described by their findings. `most` keeps the first ones
    only: of each of `changes` the worst come first.
    """
    judged = [j for kind in changes for j in review.shown(kind)][:most]
    judged += review.silenced if silenced else ()
    known = from_findings(j.finding for j in judged) | dict(rules or {})
    used = sorted({j.finding.rule for j in judged})
    run = {
        "tool": {"driver": _driver([known[name] for name in used], review.engine_version)},
        "automationDetails": {"id": automation_id},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(review)],
        "results": [_result(j, used.index(j.finding.rule), review) for j in judged],
        **_receipt(review),
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def level(severity: Severity) -> str:
    """`error` from high on, `warning` for medium, `note` below."""
    return _LEVELS.get(severity, "note")


def _driver(rules: list[RuleInfo], version: str) -> Json:
    versioned = {"version": version} if version else {}
    return {"name": "Solvet", **versioned, "rules": [_rule(rule) for rule in rules]}


def _rule(rule: RuleInfo) -> Json:
    title = _plain(rule.title) or rule.name
    text = visible(rule.help) or title
    urls = [url for url in map(reference_url, rule.references) if url]
    return {
        "id": rule.name,
        "name": rule.name,
        "shortDescription": {"text": title},
        "help": {"text": text, "markdown": text},
        **({"helpUri": urls[0]} if urls else {}),
        "defaultConfiguration": {"level": level(rule.severity)},
        "properties": {
            "security-severity": _SECURITY_SEVERITIES[rule.severity],
            "category": rule.category,
            "tags": ["security", "solidity", rule.category, *_tags(rule.references)],
        },
    }


def _tags(references: tuple[str, ...]) -> Iterator[str]:
    """GitHub reads CWE numbers from tags of this form."""
    for reference in references:
        kind, _, number = reference.partition("-")
        if reference_url(reference):
            yield f"external/{kind.lower()}/{kind.lower()}-{number}"


def _result(judged: JudgedFinding, rule_index: int, review: Review) -> Json:
    finding = judged.finding
    result: Json = {
        "ruleId": finding.rule,
        "ruleIndex": rule_index,
        "level": level(finding.severity),
        "message": {"text": _message(judged)},
        "locations": [_location(finding.path, _region(finding.span), finding.symbol)],
        "partialFingerprints": {"primaryLocationLineHash": finding.fingerprint},
        "properties": {
            "severity": finding.severity,
            "confidence": finding.confidence,
            "engine": finding.engine,
            "provenance": judged.provenance,
            **({"cause": list(judged.cause)} if judged.cause else {}),
            **_opinion(judged),
        },
    }
    if review.base_sha:
        result["baselineState"] = _BASELINE[judged.change]
    return result | _code_flows(finding) | _fixes(finding) | _suppressions(judged.silence)


def _opinion(judged: JudgedFinding) -> Json:
    opinion = judged.opinion
    if opinion is None:
        return {}
    reason = clipped(one_line(opinion.reason), _LONGEST_REASON)
    return {"opinion": {"stance": opinion.stance, "reason": reason, "by": opinion.by}}


def _message(judged: JudgedFinding) -> str:
    finding = judged.finding
    alone = judged.provenance is Provenance.RULE and judged.opinion is None
    source = "" if alone else clipped(stated(judged), _LONGEST_REASON)
    texts = (finding.message, caused(judged.cause), finding.recommendation, source)
    return " ".join(filter(None, map(_plain, texts))) or "?"


def _suppressions(silence: Silence | None) -> Json:
    if silence is None:
        return {}
    kind = "inSource" if silence.by is Silencer.COMMENT else "external"
    why = _plain(silence.reason)
    told = {"justification": clipped(why, _LONGEST_REASON)} if why else {}
    return {"suppressions": [{"kind": kind, "status": "accepted", **told}]}


def _plain(text: str) -> str:
    """Text in which no bracket makes a link (section 3.11.6 of the standard)."""
    return one_line(text).replace("](", f"]{JOINER}(")


def _location(path: str, region: Json, symbol: str = "") -> Json:
    physical = {"artifactLocation": _artifact(path), "region": region}
    named = {"logicalLocations": [{"fullyQualifiedName": visible(symbol)}]} if symbol else {}
    return {"physicalLocation": physical, **named}


def _artifact(path: str) -> Json:
    uri = quote(path, errors="replace")
    if path.startswith("/"):
        return {"uri": f"file://{uri}"}
    return {"uri": uri, "uriBaseId": "%SRCROOT%"}


def _region(span: Span) -> Json:
    return {
        "startLine": max(1, span.start_line),
        "startColumn": max(1, span.start_column),
        "endLine": max(1, span.start_line, span.end_line),
        "endColumn": max(1, span.end_column),
    }


def _code_flows(finding: Finding) -> Json:
    if not finding.trace:
        return {}
    steps = [
        {
            "location": {
                **_location(finding.path, {"startLine": max(1, step.line)}),
                "message": {"text": _plain(step.text) or "?"},
            }
        }
        for step in finding.trace
    ]
    return {"codeFlows": [{"threadFlows": [{"locations": steps}]}]}


def _fixes(finding: Finding) -> Json:
    if not finding.fix or _hides_something(finding.fix.replacement):
        return {}
    edit = {
        "deletedRegion": _region(finding.fix.span),
        "insertedContent": {"text": finding.fix.replacement},
    }
    change = {"artifactLocation": _artifact(finding.path), "replacements": [edit]}
    description = {"text": _plain(finding.fix.description) or "?"}
    return {"fixes": [{"description": description, "artifactChanges": [change]}]}


def _receipt(review: Review) -> Json:
    if review.model.state is ModelState.OFF:
        return {}
    return {"properties": {"model": receipt.model_fields(review.model)}}


def _hides_something(replacement: str) -> bool:
    """A viewer applies an edit without writing out what cannot be seen in it."""
    text = replacement.replace("\r\n", "\n")
    return visible(text) != text


def _invocation(review: Review) -> Json:
    """What was not looked at goes here, so that an empty list of results is no all-clear."""
    notices = [
        {
            "level": "warning",
            "message": {"text": _plain(f"{group.title}: {entry.note}")},
            "locations": [{"physicalLocation": {"artifactLocation": _artifact(entry.path)}}],
        }
        for group in receipt.trouble(review)
        for entry in group.entries
    ]
    notices += [
        {"level": "note", "message": {"text": _plain(note)}} for note in reach.notes(review)
    ]
    complete = not review.unlisted and not review.submodules and not receipt.trouble(review)
    return {
        "executionSuccessful": complete,
        "toolExecutionNotifications": notices,
        "toolConfigurationNotifications": [
            {"level": "warning", "message": {"text": _plain(mistake_text(each))}}
            for each in review.mistakes
        ],
    }
