import json
from pathlib import Path

import jsonschema

from solvet.domain.analysis import BlindSpot, DetectorFailure
from solvet.domain.change import ChangeKind
from solvet.domain.finding import Fix, Severity, Span
from solvet.domain.policy import Policy
from solvet.render.machine import machine
from tests.render.samples import FINDING, file_review, judged, review

SCHEMA = json.loads(Path("docs/schema/solvet-scan.schema.json").read_text())


def report(*findings, **changes):
    made = machine(review(file_review(*findings), **changes), left_out=("lib (by default)",))
    text = json.dumps(made)
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(text))
    return json.loads(text)


def test_a_finding_has_its_place_its_change_and_its_fingerprint():
    finding = report(judged())["findings"][0]
    assert finding["start_line"] == 42
    assert finding["end_column"] == 30
    assert finding["change"] == "introduced"
    assert finding["fingerprint"] == FINDING.fingerprint


def test_without_a_base_nothing_is_said_about_change():
    made = report(judged(), base_sha="")
    assert made["base"] is None
    assert made["summary"]["change"] is None
    assert made["findings"][0]["change"] is None


def test_fixed_findings_are_listed_and_do_not_stand():
    made = report(judged(ChangeKind.FIXED))
    assert made["summary"]["findings"] == 0
    assert made["summary"]["change"] == {"introduced": 0, "existing": 0, "fixed": 1}


def test_a_fix_is_an_edit_with_its_place():
    fix = report(judged(fix=Fix("d", Span(1, 2, 3, 4), "new")))["findings"][0]["fix"]
    assert (fix["start_line"], fix["end_column"], fix["replacement"]) == (1, 4, "new")


def test_held_back_findings_are_counted_and_not_listed():
    made = report(judged(severity=Severity.LOW), policy=Policy(show_severity=Severity.HIGH))
    assert made["findings"] == []
    assert made["summary"]["held_back"] == 1


def test_files_tell_what_was_not_understood():
    file = file_review(blind_spots=(BlindSpot(1, 2, "r"),), failures=(DetectorFailure("d", "e"),))
    made = machine(review(file))
    assert made["summary"]["complete"] is False
    assert made["files"][0]["blind_spots"] == [{"start_line": 1, "end_line": 2, "reason": "r"}]
    assert made["files"][0]["failures"] == [{"rule": "d", "error": "e"}]


def test_the_order_of_keys_is_fixed():
    assert list(report(judged())) == [
        "version",
        "engine_version",
        "base",
        "summary",
        "findings",
        "silenced",
        "suppressions",
        "stale_baseline",
        "surface",
        "policy",
        "files",
        "left_out",
        "notes",
    ]
