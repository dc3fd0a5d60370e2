"""Commands in pull request comments: who may use them, and what they are answered with."""

import re

import pytest

from solvet.services import whole
from tests.services.conftest import FLAWED, SAFE
from tests.services.talking import blocking, reactions, replies, summary

ORIGIN = """pragma solidity 0.8.28;
contract Old {
    address private owner = msg.sender;
    function stop() external {
        require(tx.origin == owner);
        delete owner;
    }
}
"""


@pytest.mark.parametrize("login", ["bob", "tim", "mallory"])
def test_without_write_access_nothing_happens_but_one_reply(road, reviewed, say, login):
    mine = reviewed()
    found, asked = blocking(road, mine), len(road.providers.received)
    for body in (f"/solvet ignore {found} trust me", "/solvet full", "/solvet help"):
        say(mine, body, login)
    assert road.check(mine)["conclusion"] == "failure"
    assert reactions(road, mine) == []
    (reply,) = replies(road, mine)
    assert login in reply
    assert "write access" in reply
    assert len(road.providers.received) == asked


def test_a_redelivered_command_is_obeyed_once(road, reviewed, say):
    mine = reviewed()
    delivery = say(mine, "/solvet explain 000000")
    written = len(road.github.requests)
    road.deliver("issue_comment", delivery.payload, guid=delivery.guid)
    road.run()
    assert len(road.github.requests) == written
    road.deliver("issue_comment", delivery.payload)
    road.run()
    assert len(replies(road, mine)) == 1
    assert reactions(road, mine) == ["eyes", "confused"]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("/solvet ignore ID", "Why?"),
        ("/solvet ignore", "Which finding?"),
        ("/solvet ignore zz9 because", "is no ID"),
        ("/solvet revew", "Did you mean"),
        ("/solvet", "Which command?"),
        ("/solvet pause until Monday", "stands alone"),
    ],
)
def test_what_is_not_understood_is_answered_with_the_commands_once(road, reviewed, say, body, told):
    mine = reviewed()
    for _ in range(2):
        say(mine, body.replace("ID", blocking(road, mine)))
    (reply,) = replies(road, mine)
    assert told in reply
    assert "`/solvet ignore ID reason`" in reply
    assert reactions(road, mine) == ["eyes", "confused"]
    assert road.check(mine)["conclusion"] == "failure"


@pytest.mark.parametrize("body", ["nice work", "> /solvet review", "/solvetreview", "see /solvet"])
def test_other_comments_are_none_of_our_business(road, reviewed, say, body):
    mine = reviewed()
    assert say(mine, body).status_code == 204
    assert reactions(road, mine) == []


def test_our_own_comments_and_those_of_bots_command_nothing(road, reviewed):
    mine = reviewed()
    road.github.world.account("helper[bot]", "Bot")
    for login in ("helper[bot]", "solvet[bot]"):
        event, payload = road.github.comment(mine.pull, login, "/solvet full")
        assert road.deliver(event, payload).status_code == 204


def test_a_comment_that_is_edited_or_deleted_before_it_is_read_counts_no_more(road, reviewed):
    mine = reviewed()
    found = blocking(road, mine)
    edited, deleted = (
        road.github.comment(mine.pull, "ada", f"/solvet ignore {found} {n}") for n in (1, 2)
    )
    road.github.world.comments[edited[1]["comment"]["id"]].body = "never mind"
    del road.github.world.comments[deleted[1]["comment"]["id"]]
    outcomes = []
    for event, payload in (edited, deleted):
        delivery = road.deliver(event, payload)
        road.run()
        outcomes.append(road.outcome(mine.installation, delivery.guid))
    assert outcomes[0] == "the comment is no command any more"
    assert outcomes[1].startswith("nothing to review:")
    assert road.check(mine)["conclusion"] == "failure"


def test_a_review_that_is_asked_for_goes_to_the_same_check_and_asks_no_model_again(
    road, reviewed, say
):
    mine = reviewed()
    before, asked = road.check(mine), len(road.providers.received)
    say(mine, "/solvet review")
    after = road.check(mine)
    assert after["id"] == before["id"]
    assert after["external_id"] != before["external_id"]
    assert len(road.providers.received) == asked
    assert reactions(road, mine) == ["eyes", "rocket"]


def test_a_full_review_looks_at_unchanged_files_too_and_asks_models_about_the_change(
    road, reviewed, say, monkeypatch
):
    rest = {"src/Old.sol": ORIGIN, "lib/x/X.sol": SAFE, "test/A.t.sol": SAFE, "note.txt": ""}
    policy = {".solvet.yml": "exclude: lib/"}
    mine = reviewed({"src/A.sol": SAFE} | rest | policy, {"src/A.sol": FLAWED} | rest | policy)
    assert "src/Old.sol" not in summary(road, mine)
    asked = len(road.providers.received)
    monkeypatch.setattr(whole, "MOST_UNCHANGED", 1)
    say(mine, "/solvet full")
    assert reactions(road, mine) == ["eyes", "rocket"]
    body = summary(road, mine)
    assert "tx.origin" in body.partition("Already in the base")[2]
    assert "left out 1 unchanged Solidity file" in body
    assert "lib/x/X.sol" not in body
    assert len(road.providers.received) == asked
    say(mine, "/solvet review")
    assert "src/Old.sol" not in summary(road, mine)


def test_a_closed_pull_request_is_not_reviewed_on_command(road, reviewed, say):
    mine = reviewed()
    road.github.close_pull_request(mine.pull)
    say(mine, "/solvet review")
    assert replies(road, mine) == ["This pull request is closed, so there is nothing to review."]
    assert reactions(road, mine) == ["eyes", "confused"]


def test_an_explanation_is_written_once_and_tells_all(road, reviewed, say):
    mine = reviewed()
    found = blocking(road, mine)
    for _ in range(2):
        say(mine, f"/solvet explain {found[:8]}")
    (reply,) = replies(road, mine)
    for told in ("What to do", "About this rule", "Why it matters", f"/solvet ignore {found}"):
        assert told in reply
    assert reactions(road, mine) == ["eyes", "+1"]


def test_the_policy_is_told_with_its_origins_and_mistakes(road, reviewed, say):
    policy = "fail: critical\nrules: {tx-origin: off}\nshwo: low\n"
    files = {".solvet.yml": policy, "src/A.sol": SAFE}
    mine = reviewed(files, files | {"src/A.sol": FLAWED})
    say(mine, "/solvet config")
    (reply,) = replies(road, mine)
    assert "| `fail.severity` | critical | .solvet.yml |" in reply
    assert "| `fail.confidence` | medium | default |" in reply
    assert "| `rules.tx-origin` | off | .solvet.yml |" in reply
    assert "`show`" in reply.partition("What is wrong")[2]


def test_help_lists_the_commands_and_is_edited_in_place(road, reviewed, say):
    mine = reviewed()
    say(mine, "/solvet nonsense")
    say(mine, "/Solvet HELP")
    (reply,) = replies(road, mine)
    assert "nonsense" not in reply
    assert len(re.findall(r"^\| `/solvet", reply, re.MULTILINE)) == 9


def test_a_command_without_any_review_says_how_to_get_one(road, change, say):
    mine = change()
    road.github.set_permission(mine.remote, "ada", "write")
    say(mine, "/solvet ignore 0123456789abcdef because")
    assert "/solvet review" in replies(road, mine)[0]
    say(mine, "/solvet review")
    assert road.check(mine)["conclusion"] == "failure"


def test_without_the_permission_to_react_commands_work(road, change, say):
    mine = change()
    granted = road.github.world.installations[mine.installation]
    granted.permissions = {k: v for k, v in granted.permissions.items() if k != "issues"}
    road.github.set_permission(mine.remote, "ada", "write")
    road.announce(mine)
    road.run()
    say(mine, f"/solvet ignore {blocking(road, mine)} known")
    assert road.check(mine)["conclusion"] == "success"
    assert reactions(road, mine) == []
