"""What a change does to findings, and the identity that a finding keeps."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solvet.detectors.engine import analyse
from solvet.domain.analysis import BlindSpot, DetectorFailure, FileAnalysis
from solvet.domain.change import (
    ChangedFile,
    ChangeKind,
    FileStatus,
    compare,
    compared,
    solidity_part,
)
from solvet.domain.diff import changed_lines
from solvet.domain.finding import (
    Category,
    Confidence,
    Finding,
    Severity,
    Span,
    normalised,
    numbered,
)

CODES = st.sampled_from(["a.call(b);", "x = y;", "send(1);"])


def finding(code="a.call(b);", line=1, symbol="A.f", path="A.sol", rule="some-rule"):
    return Finding(
        rule=rule,
        title="Something",
        category=Category.OTHER,
        severity=Severity.HIGH,
        confidence=Confidence.HIGH,
        path=path,
        span=Span(line, 1, line, 9),
        symbol=symbol,
        message="",
        recommendation="",
        code=code,
    )


LISTS = st.lists(
    st.builds(finding, code=CODES, line=st.integers(1, 99), symbol=st.sampled_from(["A.f", "A.g"])),
    max_size=8,
)


def kinds(judged):
    return {j.change for j in judged}


@given(LISTS)
def test_what_did_not_change_is_existing(findings):
    assert kinds(compare(findings, findings)) <= {ChangeKind.EXISTING}


def seen(*findings, spots=(), failures=()):
    return FileAnalysis(
        path="A.sol", lines=99, findings=findings, blind_spots=spots, failures=failures
    )


UNREAD = BlindSpot(7, 8, "the parser does not understand this code")


@pytest.mark.parametrize(
    ("then", "now", "fixed"),
    [
        ({}, {}, ["one", "two"]),
        ({}, {"failures": (DetectorFailure("one", "ValueError: odd"),)}, ["two"]),
        ({}, {"spots": (UNREAD,)}, []),
        ({"spots": (replace(UNREAD, start_line=8),)}, {"spots": (UNREAD,)}, []),
        ({"spots": (replace(UNREAD, reason="too deep"),)}, {"spots": (UNREAD,)}, []),
        ({"spots": (UNREAD,)}, {"spots": (UNREAD,)}, ["one", "two"]),
        ({"spots": (UNREAD,)}, {}, ["one", "two"]),
    ],
)
def test_what_the_engine_sees_no_more_is_not_fixed(then, now, fixed):
    before = seen(finding(rule="one"), finding(rule="two"), **then)
    judged = compared(seen(**now), before)
    assert [j.finding.rule for j in judged if j.change is ChangeKind.FIXED] == fixed


@given(LISTS)
def test_what_was_not_there_is_introduced_and_what_is_not_there_is_fixed(findings):
    assert kinds(compare(findings, [])) <= {ChangeKind.INTRODUCED}
    assert kinds(compare([], findings)) <= {ChangeKind.FIXED}
    assert len(compare(findings, [])) == len(compare([], findings)) == len(findings)


@given(LISTS, st.integers(0, 500))
def test_a_rename_alone_changes_nothing_wherever_the_lines_went(findings, offset):
    moved = [replace(f, path="lib/B.sol", span=replace_lines(f.span, offset)) for f in findings]
    judged = compare(moved, findings, moved_to="lib/B.sol")
    assert kinds(judged) <= {ChangeKind.EXISTING}
    assert len(judged) == len(findings)


@given(LISTS, LISTS)
def test_every_finding_of_the_head_is_judged_once(head, base):
    judged = compare(head, base)
    assert sum(j.change is not ChangeKind.FIXED for j in judged) == len(head)
    fingerprints = [j.finding.fingerprint for j in judged]
    assert len(set(fingerprints)) == len(fingerprints)


@given(LISTS, LISTS)
def test_going_back_fixes_what_going_forth_introduced(head, base):
    forth, back = compare(head, base), compare(base, head)
    assert [j.finding.fingerprint for j in forth if j.change is ChangeKind.INTRODUCED] == [
        j.finding.fingerprint for j in back if j.change is ChangeKind.FIXED
    ]


def replace_lines(span, offset):
    return replace(span, start_line=span.start_line + offset, end_line=span.end_line + offset)


def test_equal_findings_are_told_apart_by_their_order():
    first, second = numbered([finding(line=9), finding(line=3)])
    assert (first.index, first.span.start_line) == (0, 3)
    assert (second.index, second.span.start_line) == (1, 9)
    assert first.fingerprint != second.fingerprint


@pytest.mark.parametrize(
    "change", [{"rule": "other"}, {"path": "B.sol"}, {"symbol": "A.g"}, {"code": "a.call(c);"}]
)
def test_another_finding_has_another_fingerprint(change):
    assert finding(**change).fingerprint != finding().fingerprint


SOURCE = """pragma solidity 0.8.28;
contract A {
    function take(address from) external { require(tx.origin == from); }
    function give(address to) external { require(tx.origin == to); }
}
"""
REWRITTEN = """// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// A contract.
contract A {
    uint256 private total;

    function take(
        address from
    ) external {
        // who asks?
        require(tx.origin /* the signer */ ==
                from);
    }
    function give(address to)   external { require(tx.origin == to); }
}
"""


def fingerprints(text):
    return {f.fingerprint for f in analyse("A.sol", text).findings if f.rule == "tx-origin"}


def test_lines_above_reformatting_and_comments_leave_the_identity():
    assert fingerprints(SOURCE) == fingerprints(REWRITTEN) != set()


@given(st.text(alphabet=st.characters(exclude_characters="/")))
def test_normalising_twice_is_normalising_once(code):
    assert normalised(normalised(code)) == normalised(code)


@pytest.mark.parametrize(
    ("status", "path", "previous", "expected"),
    [
        (FileStatus.MODIFIED, "A.sol", None, ("A.sol", FileStatus.MODIFIED, None)),
        (FileStatus.ADDED, "A.sol", None, ("A.sol", FileStatus.ADDED, None)),
        (FileStatus.REMOVED, "A.sol", None, ("A.sol", FileStatus.REMOVED, None)),
        (FileStatus.RENAMED, "B.sol", "A.sol", ("B.sol", FileStatus.RENAMED, "A.sol")),
        (FileStatus.RENAMED, "B.sol", "A.txt", ("B.sol", FileStatus.ADDED, None)),
        (FileStatus.RENAMED, "B.txt", "A.sol", ("A.sol", FileStatus.REMOVED, None)),
        (FileStatus.RENAMED, "B.txt", "A.txt", None),
        (FileStatus.MODIFIED, "A.txt", None, None),
        (FileStatus.MODIFIED, "A.sol.md", None, None),
    ],
)
def test_only_the_solidity_part_of_a_change_counts(status, path, previous, expected):
    part = solidity_part(ChangedFile(path, status, previous))
    assert (part and (part.path, part.status, part.previous_path)) == expected


@pytest.mark.parametrize(
    ("base", "head", "lines"),
    [
        ("a\nb\n", "a\nb\n", set()),
        ("", "a\nb\n", {1, 2}),
        ("a\nb\n", "", set()),
        ("a\nb\n", "a\nx\nb\n", {2}),
        ("a\nb\nc\n", "a\nc\n", set()),
        ("a\nb\n", "a\nB\n", {2}),
        ("a\nb", "a\nb\n", set()),
        ("a\nb\n", "a\r\nb\r\n", set()),
        ("a // x\ry\fz\u2028\nb\n", "a // x\ry\fz\u2028\nB\n", {2}),
    ],
)
def test_changed_lines_are_those_of_the_head(base, head, lines):
    assert changed_lines(base, head) == lines


@given(st.text(alphabet="ab\n"), st.text(alphabet="ab\n"))
def test_changed_lines_stand_in_the_head(base, head):
    assert changed_lines(base, head) <= set(range(1, len(head.split("\n")) + 1))


def test_nothing_is_fixed_where_another_finding_takes_its_place_at_the_same_statement():
    silent, open_to_all = finding(rule="missing-event"), finding(rule="unprotected-setter")
    elsewhere = finding(rule="missing-event", code="send(1);", line=9)
    kinds = {
        (j.finding.rule, j.finding.code): j.change
        for j in compare([open_to_all], [silent, elsewhere])
    }
    assert kinds == {
        ("unprotected-setter", "a.call(b);"): ChangeKind.INTRODUCED,
        ("missing-event", "send(1);"): ChangeKind.FIXED,
    }
