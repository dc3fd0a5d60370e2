import pytest

from solvet.llm.material import Trait
from solvet.llm.scenarios import OTHER, SCENARIOS, applying, rendered


def test_ids_are_unique_and_in_order():
    ids = [scenario.id for scenario in SCENARIOS]
    assert ids == [f"S{number:02}" for number in range(1, len(ids) + 1)]
    assert OTHER not in ids


def test_every_scenario_says_when_it_applies_what_to_check_and_what_makes_it_harmless():
    silent = [s.id for s in SCENARIOS if not (s.any and "?" in s.check)]
    assert silent == []
    assert [s.id for s in SCENARIOS if not s.harmless or s.harmless.endswith(".")] == []


def test_a_scenario_is_a_line_of_the_fixed_part():
    assert [line[:3] for line in rendered().split("\n")] == [s.id for s in SCENARIOS]


@pytest.mark.parametrize(
    ("traits", "ids"),
    [
        ([], []),
        ([Trait.SHARES], ["S01", "S06"]),
        ([Trait.SIGNATURE], ["S13"]),
        ([Trait.TOKEN], ["S08"]),
        ([Trait.TOKEN, Trait.WRITES_STATE], ["S08", "S10", "S21"]),
        ([Trait.WRITES_STATE], ["S21"]),
        ([Trait.ENTRY_POINT, Trait.WRITES_STATE], ["S14", "S17", "S21"]),
    ],
    ids=str,
)
def test_traits_decide_which_apply(traits, ids):
    assert [scenario.id for scenario in applying(traits)] == ids


def test_every_scenario_applies_to_something_and_code_with_every_trait_calls_for_all():
    assert applying(Trait) == SCENARIOS
