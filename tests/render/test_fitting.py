from hypothesis import given
from hypothesis import strategies as st

from solvet.render.fitting import Item, cut_plain, fit, fit_lines, size

items = st.lists(
    st.builds(lambda n, m: Item("f" * n, "b" * m), st.integers(0, 60), st.integers(0, 9))
)


@given(items, st.integers(0, 500))
def test_what_fits_is_within_the_budget_and_everything_is_accounted_for(given_items, budget):
    fitted = fit(given_items, budget)
    assert len(fitted.text) <= budget
    assert 0 <= fitted.shortened <= len(given_items) - fitted.left_out


def test_the_first_keep_their_details():
    fitted = fit([Item("A" * 20, "a"), Item("B" * 20, "b"), Item("C" * 20, "c")], 32)
    assert fitted.text == "A" * 20 + "\n\nb\nc"
    assert (fitted.shortened, fitted.left_out) == (2, 0)


def test_lines_are_left_out_from_the_end():
    assert fit_lines(["aa", "bb", "cc"], 8).text == "aa\nbb"
    assert fit_lines(["aa", "bb", "cc"], 8).left_out == 1


@given(st.text(), st.integers(20, 60))
def test_cutting_never_splits_a_character(text, limit):
    made = cut_plain(text, limit)
    assert len(made.encode()) <= limit
    assert size(made) <= limit + 2
