import json
from dataclasses import replace
from pathlib import Path

import jsonschema

from solvet.domain.analysis import BlindSpot, DetectorFailure
from solvet.domain.change import ChangeKind
from solvet.domain.finding import Fix, Severity, Span
from solvet.domain.policy import Mistake, Policy
from solvet.domain.surface_diff import compare
from solvet.render.machine import machine
from solvet.solidity.surface import surface_of
from tests.render.samples import FINDING, file_review, judged, review

SCHEMA = json.loads(Path("docs/schema/solvet-scan.schema.json").read_text())


def report(*findings, **changes):
    made = machine(review(file_review(*findings), **changes), left_out=("lib (by default)",))
    return validate(made)


def validate(made):
    read = json.loads(json.dumps(made))
    jsonschema.Draft202012Validator(SCHEMA).validate(read)
    return read


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


def test_the_attack_surface_is_told_with_its_layout():
    base = "contract Initializable {} contract A is Initializable { uint128 a; uint128 b; }"
    head = base.replace("uint128 a; uint128 b", "uint128 b; uint128 a")
    changes = compare(surface_of(base, {}), surface_of(head, {}))
    file = replace(file_review(path="A.sol"), surface=changes)
    made = machine(review(file))
    validate(made)
    (told,) = made["surface"]
    assert (told["path"], told["aspect"], told["weight"]) == (
        "A.sol",
        "storage layout broken",
        "worse",
    )
    assert machine(review(file, base_sha=""))["surface"] is None


def test_the_policy_that_held_is_told_with_its_mistakes_and_changes():
    mistake = Mistake(origin=".solvet.yml", line=2, column=1, key="fail", message="m")
    policy = Policy(fail_severity=None, show_severity=Severity.MEDIUM)
    told = report(policy=policy, mistakes=(mistake,), policy_changes=("`fail` would change",))
    assert told["policy"] == {
        "file": None,
        "show": {"severity": "medium", "confidence": "low"},
        "fail": {"severity": None, "confidence": "medium"},
        "mistakes": [
            {
                "origin": ".solvet.yml",
                "line": 2,
                "column": 1,
                "key": "fail",
                "message": "m",
                "suggestion": "",
            }
        ],
        "changes": ["`fail` would change"],
    }


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
