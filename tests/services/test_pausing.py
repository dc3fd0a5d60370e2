"""Pull requests whose pushes are not reviewed until somebody resumes."""

from tests.services.conftest import FLAWED
from tests.services.talking import check_of, push, reactions, replies, summary


def test_a_paused_pull_request_is_reviewed_again_once_it_is_resumed(road, reviewed, say):
    mine = reviewed()
    say(mine, "/solvet pause")
    assert "paused by ada" in summary(road, mine)
    assert road.check(mine)["conclusion"] == "failure"
    push(road, mine, {"src/A.sol": FLAWED + "\n"})
    check = check_of(road, mine, mine.head)
    assert (check["conclusion"], check["title"]) == ("skipped", "Paused by ada: not reviewed")
    say(mine, "/solvet resume")
    assert reactions(road, mine) == ["eyes", "rocket"]
    check = check_of(road, mine, mine.head)
    assert (check["conclusion"], len(road.checks(mine))) == ("failure", 2)
    assert "paused" not in summary(road, mine)
    say(mine, "/solvet resume")
    assert "not paused" in replies(road, mine)[-1]


def test_a_pause_takes_no_verdict_away_and_a_review_may_be_asked_for(road, reviewed, say):
    mine = reviewed()
    say(mine, "/solvet pause")
    road.announce(mine, "reopened")
    road.run()
    assert road.check(mine)["conclusion"] == "failure"
    push(road, mine, {"src/A.sol": FLAWED + "\n"})
    say(mine, "/solvet review")
    assert check_of(road, mine, mine.head)["conclusion"] == "failure"
    assert "paused by ada" in summary(road, mine)
