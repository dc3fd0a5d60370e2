import json
from dataclasses import replace
from math import isclose, isfinite
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solvet.cli.main import main
from solvet.cli.pricing.bill import bill
from solvet.cli.pricing.tables import measured, prices
from solvet.cli.pricing.usage import month
from solvet.cli.pricing.workload import Workload

PAGE = Path(__file__).parents[2] / "docs/cost.md"
TWENTIETH = 1 / 20
LOADS = st.builds(
    Workload,
    reviews=st.floats(1, 1e9),
    files=st.floats(1, 3_000),
    others=st.floats(0, 1e6),
    models=st.booleans(),
    asking=st.floats(0, 1),
    answer_seconds=st.floats(0, 600),
)


@pytest.fixture
def cost(capfd):
    """Exit code, output and errors of the command."""

    def run(*arguments):
        with pytest.raises(SystemExit) as stop:
            main(["cost", *arguments])
        return stop.value.code, *capfd.readouterr()

    return run


def estimate(load=None):
    return bill(load or Workload(), measured(), prices())


def test_ten_thousand_reviews_cost_at_most_a_twentieth_of_the_naive_way():
    found = estimate()
    assert found.load.reviews == 10_000
    assert found.of_reviews <= found.naive * TWENTIETH


@pytest.mark.parametrize("files", [2, 4, 10, 100])
def test_so_they_do_when_a_delivery_has_two_files_or_more(files):
    found = estimate(Workload(files=files))
    assert found.of_reviews <= found.naive * TWENTIETH


@given(LOADS)
def test_every_line_is_a_number_of_dollars(load):
    found = estimate(load)
    lines = [line.dollars for line in (*found.reviews, *found.standing)]
    assert all(isfinite(dollars) and dollars >= 0 for dollars in lines)


@given(LOADS, st.floats(1, 1000))
def test_more_reviews_of_the_same_kind_cost_proportionally_more(load, times):
    more = replace(load, reviews=load.reviews * times)
    once, often = estimate(load), estimate(more)
    assert isclose(often.of_reviews, once.of_reviews * times, rel_tol=1e-6)
    assert often.of_standing == once.of_standing


@given(LOADS)
def test_without_models_nothing_is_paid_to_them(load):
    names = {line.name for line in estimate(replace(load, models=False)).reviews}
    assert not any("model" in name for name in names)


@pytest.mark.parametrize("files", [1, 10])
def test_a_delivery_as_it_was_measured_takes_what_was_measured(files):
    load = Workload(reviews=files, files=files, others=0, models=False)
    taken = month(measured(), load)
    shape = measured().deliveries[f"static-{files}"]
    assert {name: used.cpu for name, used in taken.items() if name in shape} == pytest.approx(
        {name: used.cpu for name, used in shape.items()}
    )


def test_the_share_that_asks_is_the_one_that_was_counted():
    assert Workload().asking == measured().questions.asking


def test_every_price_says_where_it_is_from():
    assert all(each.source.startswith("https://aws.") for each in prices().prices.values())
    assert all(each.unit and each.dollars > 0 for each in prices().prices.values())


def test_the_text_names_total_comparison_and_assumptions(cost):
    code, out, err = cost()
    assert (code, err) == (0, "")
    for part in ("a month", "a review", "The naive way", "To pay less", "Assumed", "us-east-1"):
        assert part in out
    assert max(map(len, out.splitlines())) <= 100


def test_json_adds_up(cost):
    said = json.loads(cost("--json", "--reviews", "500", "--no-models")[1])
    lines = [line["dollars"] for part in ("reviews", "standing") for line in said[part]]
    assert said["total"] == pytest.approx(sum(lines))
    assert said["per_review"] == pytest.approx(said["reviews_total"] / 500)
    assert said["workload"]["models"] is False


def test_the_page_shows_what_the_command_says(cost):
    shown = PAGE.read_text("utf-8").partition("$ solvet cost\n")[2].partition("…")[0]
    assert shown
    assert cost()[1].startswith(shown)


@pytest.mark.parametrize(
    "wrong",
    [("--files", "0"), ("--files", "nan"), ("--reviews", "inf"), ("--asking", "2"), ("--x",)],
)
def test_a_number_that_makes_no_sense_is_refused(cost, wrong):
    code, out, err = cost(*wrong)
    assert (code, out) == (2, "")
    assert wrong[0] in err
