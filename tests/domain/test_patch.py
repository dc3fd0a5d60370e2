"""The lines that a diff shows, and none besides."""

from difflib import unified_diff

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solvet.domain.patch import hunk_with, hunks_of

CHANGED = "@@ -3,4 +3,5 @@ contract A {\n same\n-old\n+new\n+more\n same too\n last"
text_lines = st.lists(st.sampled_from(["a", "b", "@@ -1 +1 @@", "", "+x", "-y", "\\ z"]))


def patch_of(base, head, around=3):
    """As GitHub gives it: without the lines that name the files."""
    drawn = list(unified_diff(base, head, n=around, lineterm=""))
    return "\n".join(drawn[2:])


def test_lines_of_a_hunk_are_numbered_as_in_the_head():
    (hunk,) = hunks_of(CHANGED)
    assert (hunk.first, hunk.lines) == (3, ("same", "new", "more", "same too", "last"))
    assert hunk.added == {4, 5}


def test_a_removed_line_breaks_the_stretch_behind_it():
    (hunk,) = hunks_of(CHANGED)
    assert hunk.unbroken(4, 6)
    assert not hunk.unbroken(3, 4)


@given(text_lines, text_lines, st.integers(0, 4))
def test_every_line_that_is_shown_is_a_line_of_the_head(base, head, around):
    for hunk in hunks_of(patch_of(base, head, around)):
        last = hunk.first + len(hunk.lines) - 1
        assert hunk.text(hunk.first, last) == tuple(head[hunk.first - 1 : last])


@given(text_lines, text_lines)
def test_every_added_line_is_shown(base, head):
    drawn = patch_of(base, head).split("\n")
    count = sum(line.startswith("+") for line in drawn)
    assert sum(len(hunk.added) for hunk in hunks_of("\n".join(drawn))) == count


@given(st.text() | st.lists(st.sampled_from(["@@ -1,2 +1,2 @@", "+a", "-b", " c", "\\", "x", ""])))
def test_whatever_a_patch_says_no_line_stands_outside_of_its_headers(patch):
    patch = patch if isinstance(patch, str) else "\n".join(patch)
    for hunk in hunks_of(patch):
        assert hunk.lines
        assert len(hunk.lines) <= 2 or not patch.startswith("@@ -1,2 +1,2 @@")


@pytest.mark.parametrize(
    ("patch", "lines"),
    [
        ("", []),
        ("Binary files differ", []),
        ("@@ -1,2 +0,0 @@\n-a\n-b", []),
        ("@@ -0,0 +1 @@\n+a\n\\ No newline at end of file", [("a",)]),
        ("@@ -1 +1,2 @@\n a\n+b\n+not counted", [("a", "b")]),
        ("@@ -1,3 +1,3 @@\n a\n? strange\n b", [("a",)]),
        ("@@ -1 +1 @@\n a\n@@ -9 +9 @@\n b", [("a",), ("b",)]),
        ("@@ -1 +1 @@\n a\r", [("a\r",)]),
    ],
)
def test_what_does_not_fit_its_header_ends_the_hunk(patch, lines):
    assert [hunk.lines for hunk in hunks_of(patch)] == lines


def test_lines_of_two_hunks_are_in_no_hunk_together():
    hunks = hunks_of("@@ -1 +1 @@\n a\n@@ -2 +2 @@\n b")
    assert hunk_with(hunks, 1, 1) is hunks[0]
    assert hunk_with(hunks, 1, 2) is None
    assert hunk_with(hunks, 0, 1) is None
