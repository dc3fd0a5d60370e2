"""Whatever is fed to the engine, it ends soon, breaks nothing and says what it did not follow."""

from itertools import islice
from pathlib import Path

import pytest

from benchmarks.fuzz import Tally, feed
from benchmarks.fuzz.monsters import MONSTERS, callers, chain, one_line
from benchmarks.fuzz.mutations import mutated
from solvet.detectors import engine
from solvet.detectors.engine import analyse
from solvet.solidity import source

FIXTURES = Path(__file__).parent / "fixtures"


@pytest.mark.parametrize("size", [1, 70])
@pytest.mark.parametrize("monster", MONSTERS, ids=lambda monster: monster.__name__)
def test_a_monster_breaks_nothing(monster, size):
    tally = Tally()
    feed(monster.__name__, monster(size), tally)
    assert tally.broken == []


@pytest.mark.parametrize("seed", range(3))
def test_noise_and_damaged_files_break_nothing(seed):
    tally = Tally()
    for name, text in islice(mutated([FIXTURES], seed), 40):
        feed(name, text, tally)
    assert tally.broken == []


def test_the_same_seed_makes_the_same_inputs():
    first, second = (list(islice(mutated([FIXTURES], 7), 12)) for _ in range(2))
    assert first == second


@pytest.fixture
def unhurried(monkeypatch):
    """The time that a file may take plays no part, however slow the machine."""
    monkeypatch.setattr(engine, "MAX_SECONDS", 600.0)


@pytest.mark.usefixtures("unhurried")
def test_a_contract_that_inherits_more_than_we_follow_is_a_blind_spot():
    analysis = analyse("a.sol", chain(200))
    assert "this contract inherits more than we follow" in {s.reason for s in analysis.blind_spots}


@pytest.mark.usefixtures("unhurried")
def test_functions_that_do_more_than_we_follow_are_a_blind_spot():
    (spot,) = analyse("a.sol", one_line(200)).blind_spots
    assert spot.reason == "this function does more than we follow; its end was not looked at"


def test_what_stands_behind_the_longest_text_we_read_is_a_blind_spot(monkeypatch):
    monkeypatch.setattr(source, "MAX_LENGTH", 100)
    text = "contract A { function f() external {} }\n" * 5 + "// one more\n"
    analysis = analyse("a.sol", text)
    assert analysis.lines == 6
    assert analysis.blind_spots[-1].end_line == 6


def test_a_file_that_takes_too_long_is_cut_where_time_ran_out(monkeypatch):
    monkeypatch.setattr(engine, "MAX_SECONDS", -1.0)
    (spot,) = analyse("a.sol", callers(3)).blind_spots
    assert (spot.start_line, spot.end_line) == (1, 7)
    assert "took too long" in spot.reason
