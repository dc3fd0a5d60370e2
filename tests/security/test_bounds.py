"""Inputs made to be slow or large: each has a limit, and what lies beyond it is said."""

from random import Random
from time import process_time

import pytest

from solvet.domain.diff import changed_lines

random = Random(7)
DISTINCT = [f"line {n};" for n in range(4_000)]
REPEATED = [random.choice("abcdefghijklmnopqrstuvwxyz{}") for _ in range(3_300)]
SHUFFLED = random.sample(REPEATED, len(REPEATED))


@pytest.mark.parametrize(
    ("base", "head"),
    [
        ("\n" * 300_000 + "x", "y\n" + "\n" * 300_000),
        ("\n".join(DISTINCT), "\n".join(DISTINCT[i ^ 1] for i in range(4_000))),
        ("\n".join(DISTINCT), "\n".join(reversed(DISTINCT))),
        ("\n".join(REPEATED), "\n".join(SHUFFLED)),
        ("a\nb\n" * 20_000, "b\na\n" * 20_000),
    ],
    ids=["blank lines", "neighbours swapped", "back to front", "shuffled", "two lines in turn"],
)
def test_no_pair_of_texts_takes_long_to_compare(base, head):
    before = process_time()
    found = changed_lines(base, head)
    assert process_time() - before < 30
    assert found


def test_a_small_edit_of_a_huge_file_is_told_exactly():
    base = "}\n" * 100_000 + "old;\n" + "{\n" * 100_000
    assert changed_lines(base, base.replace("old;", "new;")) == {100_001}


def test_what_is_too_large_to_compare_counts_as_changed():
    assert changed_lines("first\n" + "a\n" * 9_000, "first\nb\n" + "a\n" * 9_000 + "c\n") == {
        *range(2, 9_004)
    }
