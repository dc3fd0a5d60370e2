"""Pragmas as ranges."""

import pytest

from solvet.solidity.versions import narrowed, version_range


@pytest.mark.parametrize(
    ("pragma", "lowest", "below"),
    [
        ("0.8.19", (0, 8, 19), (0, 8, 20)),
        ("=0.8.19", (0, 8, 19), (0, 8, 20)),
        ("^0.8.4", (0, 8, 4), (0, 9, 0)),
        ("^0.4", (0, 4, 0), (0, 5, 0)),
        ("^1.2.3", (1, 2, 3), (2, 0, 0)),
        ("~0.8.4", (0, 8, 4), (0, 9, 0)),
        (">=0.6.0 <0.8.0", (0, 6, 0), (0, 8, 0)),
        (">0.6.0 <=0.8.0", (0, 6, 1), (0, 8, 1)),
        ("0.6.0 - 0.8.0", (0, 6, 0), (0, 8, 1)),
        ("^0.5.0 || ^0.8.0", (0, 5, 0), (0, 9, 0)),
        ("0.8", (0, 8, 0), (0, 9, 0)),
        ("0.8.x", (0, 8, 0), (0, 9, 0)),
        ('"0.8.1"', (0, 8, 1), (0, 8, 2)),
    ],
)
def test_a_pragma_is_a_range(pragma, lowest, below):
    found = version_range(pragma)
    assert (found.lowest, found.below) == (lowest, below)


def test_only_one_version_is_pinned():
    assert version_range("0.8.19").pinned
    assert not version_range("^0.8.19").pinned


def test_arithmetic_is_checked_if_no_accepted_compiler_is_older():
    assert version_range("^0.8.0").checks_arithmetic
    assert not version_range(">=0.7.0 <0.9.0").checks_arithmetic
    assert version_range("").checks_arithmetic


def test_several_pragmas_hold_together():
    found = narrowed([">=0.6.0", "<0.8.0"])
    assert (found.lowest, found.below) == ((0, 6, 0), (0, 8, 0))


@pytest.mark.parametrize("pragma", ["", "nonsense", "^", "|| ||", "0.", "99999999999999999999.1"])
def test_a_strange_pragma_is_a_range_too(pragma):
    found = version_range(pragma)
    assert found.lowest <= (found.lowest if found.known else found.below)
