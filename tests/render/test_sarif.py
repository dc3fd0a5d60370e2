import json

import jsonschema
import pytest
from hypothesis import given, settings

from solvet.domain.analysis import BlindSpot
from solvet.domain.change import ChangeKind
from solvet.domain.finding import Category, Fix, Severity, Span
from solvet.domain.policy import Mistake
from solvet.render.rules import RuleInfo
from solvet.render.sarif import sarif
from tests.render.samples import FINDING, file_review, judged, review
from tests.render.sarif_schema import SCHEMA
from tests.render.test_markdown import hostile_text


def run_of(*findings, rules=None, **changes):
    log = sarif(review(file_review(*findings), **changes), rules=rules)
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(json.dumps(log)))
    return log["runs"][0]


@pytest.mark.parametrize(
    ("severity", "level", "number"),
    [
        (Severity.CRITICAL, "error", "9.5"),
        (Severity.HIGH, "error", "8.0"),
        (Severity.MEDIUM, "warning", "5.5"),
        (Severity.LOW, "note", "3.0"),
    ],
)
def test_severity_sets_level_and_security_severity(severity, level, number):
    run = run_of(judged(severity=severity))
    assert run["results"][0]["level"] == level
    assert run["tool"]["driver"]["rules"][0]["properties"]["security-severity"] == number


def test_the_only_partial_fingerprint_is_the_findings_own():
    result = run_of(judged())["results"][0]
    assert result["partialFingerprints"] == {"primaryLocationLineHash": FINDING.fingerprint}


def test_a_comparison_gives_the_baseline_state():
    kinds = run_of(*(judged(kind, symbol=kind) for kind in ChangeKind))["results"]
    assert [r["baselineState"] for r in kinds] == ["new", "unchanged", "absent"]


def test_without_a_base_there_is_no_baseline_state():
    assert "baselineState" not in run_of(judged(), base_sha="")["results"][0]


def test_columns_and_lines_are_the_spans():
    location = run_of(judged())["results"][0]["locations"][0]["physicalLocation"]
    assert location["region"] == {
        "startLine": 42,
        "startColumn": 9,
        "endLine": 42,
        "endColumn": 30,
    }


def test_paths_are_percent_encoded_and_relative():
    result = run_of(judged(path="con tracts/Ä#1.sol"))["results"][0]
    artifact = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert artifact == {"uri": "con%20tracts/%C3%84%231.sol", "uriBaseId": "%SRCROOT%"}


def test_rules_are_described_by_what_is_passed_in():
    info = RuleInfo(
        name="reentrancy",
        title="A title",
        category=Category.REENTRANCY,
        severity=Severity.HIGH,
        help="# Help",
        references=("SWC-107", "CWE-841"),
    )
    rule = run_of(judged(), rules={"reentrancy": info})["tool"]["driver"]["rules"][0]
    assert rule["help"]["markdown"] == "# Help"
    assert rule["helpUri"] == "https://swcregistry.io/docs/SWC-107"
    assert "external/cwe/cwe-841" in rule["properties"]["tags"]


def test_a_rule_that_nobody_describes_is_described_by_its_finding():
    rule = run_of(judged(), rules={})["tool"]["driver"]["rules"][0]
    assert rule["shortDescription"]["text"] == FINDING.title


def test_what_was_not_looked_at_makes_the_run_unsuccessful():
    spots = (BlindSpot(3, 5, "not understood"),)
    log = sarif(review(file_review(blind_spots=spots)))
    invocation = log["runs"][0]["invocations"][0]
    assert invocation["executionSuccessful"] is False
    message = invocation["toolExecutionNotifications"][0]["message"]["text"]
    assert message == "Lines not understood: lines 3 to 5: not understood"


def test_mistakes_of_the_policy_are_notices_about_the_configuration():
    mistake = Mistake(origin=".solvet.yml", line=3, column=1, key="fail", message="`x` is no key")
    (invocation,) = run_of(mistakes=(mistake,))["invocations"]
    (notice,) = invocation["toolConfigurationNotifications"]
    assert notice["message"]["text"] == ".solvet.yml line 3, fail: `x` is no key"
    assert invocation["executionSuccessful"]


def test_a_fix_is_an_edit():
    fix = Fix("Use it", Span(1, 2, 1, 5), "new")
    change = run_of(judged(fix=fix))["results"][0]["fixes"][0]["artifactChanges"][0]
    assert change["replacements"][0]["insertedContent"] == {"text": "new"}


@settings(max_examples=50)
@given(hostile_text, hostile_text)
def test_whatever_a_contract_says_the_log_is_valid_and_links_nothing(one, two):
    run = run_of(judged(message=one, title=two, path=f"p{one}", symbol=two, recommendation=two))
    assert "](" not in run["results"][0]["message"]["text"]
