"""The baseline's file: the same text for the same findings, and nothing wrong in it is believed."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solvet.domain.baseline import Accepted, Baseline
from solvet.policyfile.baseline import (
    MAX_BYTES,
    MAX_ENTRIES,
    baseline_changes,
    read_baseline,
    written,
)
from solvet.policyfile.rules import known_rules
from solvet.policyfile.slither_rules import ALL, SAME_AS, ours

ONE = Accepted(path="src/A.sol", rule="tx-origin", fingerprint="0123456789abcdef")
TWO = Accepted(path="src/A.sol", rule="reentrancy", fingerprint="fedcba9876543210")


def holding(*entries):
    return Baseline(engine="1").with_findings(entries)


def test_each_finding_has_a_line_of_its_own_in_a_fixed_order():
    assert written(holding(ONE, TWO, ONE)) == (
        '{\n  "version": 1,\n  "engine": "1",\n  "findings": [\n'
        '    {"path": "src/A.sol", "rule": "reentrancy", "fingerprint": "fedcba9876543210"},\n'
        '    {"path": "src/A.sol", "rule": "tx-origin", "fingerprint": "0123456789abcdef"}\n'
        "  ]\n}\n"
    )


def test_an_empty_baseline_is_a_file_too():
    assert json.loads(written(Baseline()))["findings"] == []


ENTRIES = st.builds(
    Accepted,
    path=st.text(max_size=20),
    rule=st.text(max_size=9),
    fingerprint=st.text("0123456789abcdef", min_size=16, max_size=16),
)


@given(st.lists(ENTRIES))
def test_what_is_written_is_read(entries):
    reading = read_baseline(written(holding(*entries)))
    assert reading.mistakes == ()
    assert reading.baseline.fingerprints == {each.fingerprint for each in entries}


@given(st.text())
def test_any_text_is_read_or_refused_and_refused_means_nothing_accepted(text):
    reading = read_baseline(text)
    assert reading.baseline == Baseline() or not reading.mistakes


@pytest.mark.parametrize(
    ("text", "line", "key", "message"),
    [
        ("", 1, "", "truncated"),
        ("[]", 1, "", "Expected `object`"),
        ('{\n"version": 1,\n<<<<<<< ours\n', 3, "", "malformed"),
        ('{"version": 2, "findings": []}', 1, "version", "Invalid enum value 2"),
        ('{"version": 1, "findings": [{"path": "a"}]}', 1, "findings[0]", "missing"),
        ("[" * 100_000, 1, "", "nothing is accepted"),
        ('{"version": 1, "findings": [' + " " * MAX_BYTES + "]}", 1, "", "over 2 MB"),
        (
            '{"version": 1, "findings": '
            + json.dumps([{"path": "", "rule": "", "fingerprint": "f" * 16}] * (MAX_ENTRIES + 1))
            + "}",
            1,
            "findings",
            "length <= 20000",
        ),
        (
            '{"version": 1, "findings": [{"path": "", "rule": "", "fingerprint": "NOT"}]}',
            1,
            "findings[0].fingerprint",
            "matching regex",
        ),
    ],
)
def test_what_is_wrong_is_one_mistake_with_its_place(text, line, key, message):
    (mistake,) = read_baseline(text).mistakes
    assert (mistake.origin, mistake.line, mistake.key) == (".solvet-baseline.json", line, key)
    assert message in mistake.message


def test_a_change_is_told_by_numbers_and_rules():
    assert baseline_changes(holding(ONE), holding(TWO)) == (
        "the baseline would accept 1 finding more (1 `reentrancy`)",
        "the baseline would no longer accept 1 finding (1 `tx-origin`)",
    )
    assert baseline_changes(holding(ONE), holding(ONE)) == ()


def test_slithers_detectors_stand_for_rules_that_exist():
    rules = known_rules()
    assert [name for names in SAME_AS.values() for name in names if name not in rules] == []
    assert list(SAME_AS) == sorted(SAME_AS)


def test_slithers_all_stands_for_every_rule_of_the_table_once():
    assert sorted(ours([ALL])) == sorted({rule for rules in SAME_AS.values() for rule in rules})
