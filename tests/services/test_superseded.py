"""Heads that a newer one overtook: what their check runs say from then on."""

from tests.services.conftest import FLAWED
from tests.services.healing import pump
from tests.services.talking import check_of, push

UNTIL_STATIC = ("PlanFunction", "StaticWorkerFunction", "ReporterFunction")


def step(road, *functions):
    for name in functions:
        pump(road, name).run()


def test_a_verdict_that_waited_for_the_model_says_what_superseded_it(road, change):
    mine = change()
    road.announce(mine)
    step(road, *UNTIL_STATIC)
    former = mine.head
    assert "model review under way" in check_of(road, mine, former)["title"]
    push(road, mine, {"src/A.sol": FLAWED + "\n"})
    old = check_of(road, mine, former)
    assert (old["status"], old["conclusion"]) == ("completed", "failure")
    assert old["title"].endswith(f"static only · superseded by {mine.head[:7]}")
    assert "under way" not in old["summary"]
    assert "it was superseded first" in old["summary"]
    assert check_of(road, mine, mine.head)["title"] == "1 high introduced · 1 fixed"


def test_a_verdict_that_was_final_stays_as_it_is(road, change):
    mine = change()
    road.announce(mine)
    road.run()
    before = check_of(road, mine, mine.head)
    push(road, mine, {"src/A.sol": FLAWED + "\n"})
    assert check_of(road, mine, mine.former) == before


def test_a_fresh_look_is_not_closed_with_the_review_that_it_follows(road, change):
    mine = change()
    road.announce(mine)
    step(road, *UNTIL_STATIC)
    number = check_of(road, mine, mine.head)["id"]
    road.deliver("check_run", road.github.payload_check_run_rerequested(number))
    step(road, "PlanFunction", "ReporterFunction")
    check = check_of(road, mine, mine.head)
    assert (check["id"], check["status"]) == (number, "in_progress")
    road.run()


def test_a_head_without_a_verdict_is_cancelled_and_says_by_what(road, change):
    mine = change()
    road.announce(mine)
    step(road, "PlanFunction")
    push(road, mine, {"src/A.sol": FLAWED + "\n"})
    old = check_of(road, mine, mine.former)
    assert (old["conclusion"], old["title"]) == ("cancelled", f"Superseded by {mine.head[:7]}")
