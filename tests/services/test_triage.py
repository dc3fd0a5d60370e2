"""Findings that people ignore, for a reason, and take back."""

import re

from tests.services.conftest import FLAWED, SAFE
from tests.services.talking import (
    blocking,
    blocking_ones,
    check_of,
    push,
    reactions,
    replies,
    summary,
)


def test_an_ignored_finding_stays_ignored_until_somebody_takes_it_back(road, reviewed, say):
    mine = reviewed()
    found = blocking(road, mine)
    assert road.check(mine)["conclusion"] == "failure"
    say(mine, f"/solvet ignore {found} only the treasury calls it")
    assert reactions(road, mine) == ["eyes", "+1"]
    assert road.check(mine)["conclusion"] == "success"
    for told in ("ada", "only the treasury calls it"):
        assert told in summary(road, mine)
    push(road, mine, {"src/A.sol": "// moved down\n" + FLAWED})
    assert check_of(road, mine, mine.head)["conclusion"] == "success"
    assert "only the treasury calls it" in summary(road, mine)
    say(mine, f"/solvet unignore {found[:6]}")
    assert check_of(road, mine, mine.head)["conclusion"] == "failure"
    assert "only the treasury calls it" not in summary(road, mine)
    assert replies(road, mine) == []
    assert road.dead_letters() == []


def test_two_that_are_ignored_at_once_are_both_ignored(road, reviewed):
    other = FLAWED.replace("contract A", "contract B")
    mine = reviewed({"src/A.sol": SAFE}, {"src/A.sol": FLAWED, "src/B.sol": other})
    found = blocking_ones(road, mine)
    for each in found:
        road.deliver(*road.github.comment(mine.pull, "ada", f"/solvet ignore {each} known"))
    road.run()
    assert len(found) == 2
    assert road.check(mine)["conclusion"] == "success"


def test_an_older_command_that_comes_late_undoes_nothing(road, reviewed, say):
    mine = reviewed()
    found = blocking(road, mine)
    late = road.github.comment(mine.pull, "ada", f"/solvet ignore {found} first thought")
    say(mine, f"/solvet ignore {found} second thought")
    say(mine, f"/solvet unignore {found}")
    road.deliver(*late)
    road.run()
    assert road.check(mine)["conclusion"] == "failure"
    assert "A later comment" in replies(road, mine)[-1].replace("a later", "A later")


def test_an_unknown_finding_is_answered_with_those_that_are_there(road, reviewed, say):
    mine = reviewed()
    say(mine, "/solvet ignore 000000 because")
    (reply,) = replies(road, mine)
    assert blocking(road, mine) in reply


HOSTILE = (
    "@everyone ![x](https://evil.example/p.png) <img src=x onerror=alert(1)> "
    "<!-- solvet:summary --> </details> | `a` [y](javascript:alert(1)) \u202egnp.exe #1"
)


def test_a_hostile_reason_is_shown_as_plain_text(road, reviewed, say):
    mine = reviewed()
    say(mine, f"/solvet ignore {blocking(road, mine)} {HOSTILE}")
    assert road.check(mine)["conclusion"] == "success"
    body = summary(road, mine)
    for active in (r"!\[x\]\(", r"(?<!\\)<img", "@everyone", "\u202e", r"(?<!\\)\]\(javascript:"):
        assert not re.search(active, body)
    assert body.count("<!-- solvet:summary -->") == 1
    say(mine, "/solvet unignore 000000")
    assert "@everyone" not in replies(road, mine)[-1]


def test_what_people_decided_goes_with_the_installation(road, reviewed, say):
    mine = reviewed()
    say(mine, f"/solvet ignore {blocking(road, mine)} known")
    say(mine, "/solvet pause")
    say(mine, "/solvet help")
    kept = {name.split("#")[2] for name in road.state(mine.installation) if "triage#" in name}
    assert kept == {"finding", "first", "pause", "reply", "shown"}
    gone = road.github.world.installations[mine.installation]
    delivery = road.deliver("installation", road.github.payload_installation(gone, "deleted"))
    road.run()
    assert road.state(mine.installation) == [f"delivery#{delivery.guid}"]
