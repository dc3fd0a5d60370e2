"""Buttons on check runs: what they offer, to whom, and what they do."""

import pytest

from tests.services.talking import replies


@pytest.fixture
def press(road):
    def press(mine, identifier, login="ada"):
        run = road.github.world.check_runs[road.check(mine)["id"]]
        payload = road.github.payload_check_run(run, "requested_action", identifier)
        payload["sender"] = {"login": login, "type": "User"}
        delivery = road.deliver("check_run", payload)
        road.run()
        return delivery

    return press


def test_a_check_run_offers_three_buttons_within_githubs_limits(road, reviewed):
    buttons = road.check(reviewed())["actions"]
    assert [b["identifier"] for b in buttons] == ["review", "full", "explain"]


def test_a_button_reviews_again_on_the_same_check_run(road, reviewed, press):
    mine = reviewed()
    before = road.check(mine)
    press(mine, "review")
    after = road.check(mine)
    assert (after["id"], after["status"]) == (before["id"], "completed")
    assert after["external_id"] != before["external_id"]


def test_a_button_explains_the_worst_in_one_comment(road, reviewed, press):
    mine = reviewed()
    for _ in range(2):
        press(mine, "explain")
    (reply,) = replies(road, mine)
    assert "About this rule" in reply


def test_a_button_is_for_writers_too(road, reviewed, press):
    mine = reviewed()
    before = road.check(mine)
    delivery = press(mine, "full", "mallory")
    assert road.check(mine) == before
    assert road.outcome(mine.installation, delivery.guid) == "refused: no write access"
    assert "mallory" in replies(road, mine)[0]


def test_a_button_that_nobody_made_does_nothing(road, reviewed, press):
    mine = reviewed()
    delivery = press(mine, "delete-everything")
    assert "no button" in road.outcome(mine.installation, delivery.guid)
