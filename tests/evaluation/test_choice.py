from pathlib import Path

import pytest

from solvet.errors import BadInput
from solvet.evaluation.choice import limited, of_categories
from solvet.evaluation.labels import Label, LabelledSet, Pair


def label(file, category="other"):
    return Label(file=file, category=category, line=1, end_line=1)


def pair(case, category="other"):
    return Pair(case=case, category=category, bug_lines=((1, 1),), fix_lines=((1, 1),))


SINGLE = LabelledSet(
    Path("single"),
    (label("a.sol"), label("a.sol", "gas"), *(label(f"{n}.sol") for n in range(20))),
    (),
    {},
)
PAIRS = LabelledSet(Path("pairs"), (), tuple(pair(str(n)) for n in range(20)), {})


def files(sets):
    return [file for each in sets for file in each.files]


def test_a_category_leaves_only_what_is_labelled_so():
    (left,) = of_categories((SINGLE, PAIRS), ["gas"])
    assert left.labels == (label("a.sol", "gas"),)


def test_no_category_leaves_all():
    assert of_categories((SINGLE, PAIRS), []) == (SINGLE, PAIRS)


def test_a_category_that_nothing_is_labelled_with_is_named():
    with pytest.raises(BadInput, match="nothing is labelled oracle; there are gas, other"):
        of_categories((SINGLE, PAIRS), ["oracle"])


@pytest.mark.parametrize("limit", [1, 2, 7, 60])
def test_there_are_as_many_files_as_fit_and_twins_stay_together(limit):
    chosen = limited((SINGLE, PAIRS), limit, 0)
    assert len(files(chosen)) == limit
    assert all(each.folder != Path("pairs") or len(each.files) % 2 == 0 for each in chosen)


def test_a_chosen_file_keeps_all_its_labels():
    only = LabelledSet(SINGLE.folder, SINGLE.labels[:2], (), {})
    assert limited((only,), 1, 0) == (only,)


def test_the_same_seed_draws_the_same_files_and_another_others():
    draws = [files(limited((SINGLE, PAIRS), 10, seed)) for seed in (1, 1, 2)]
    assert draws[0] == draws[1] != draws[2]


def test_a_pair_does_not_fit_into_one_file():
    with pytest.raises(BadInput, match="one file is too few"):
        limited((PAIRS,), 1, 0)
