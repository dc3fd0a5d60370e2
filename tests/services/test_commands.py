"""Commands in comments and buttons on check runs: who may use them, and what they leave behind."""

import re

import pytest

from solvet.services import whole

SAFE = "pragma solidity 0.8.28;\ncontract A {\n    uint256 private total;\n}\n"
FLAWED = """pragma solidity 0.8.28;
contract A {
    mapping(address => uint256) private held;
    function take() external {
        (bool sent,) = msg.sender.call{value: held[msg.sender]}("");
        require(sent);
        held[msg.sender] = 0;
    }
}
"""
ORIGIN = """pragma solidity 0.8.28;
contract Old {
    address private owner = msg.sender;
    function stop() external {
        require(tx.origin == owner);
        delete owner;
    }
}
"""


@pytest.fixture
def reviewed(road, change):
    """A pull request that was reviewed, with a writer (ada), a reader (bob) and a triager (tim)."""

    def make(*files, **how):
        mine = change(*files, **how)
        for login, level in (("ada", "write"), ("bob", "read"), ("tim", "triage")):
            road.github.set_permission(mine.remote, login, level)
        road.announce(mine)
        road.run()
        return mine

    return make


@pytest.fixture
def say(road):
    def say(mine, body, login="ada", *, guid=None):
        event, payload = road.github.comment(mine.pull, login, body)
        delivery = road.deliver(event, payload, guid=guid)
        road.run()
        return delivery

    return say


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


def blocking(road, mine):
    """The fingerprint of the finding that the check fails on."""
    (found,) = {
        a["raw_details"].partition("fingerprint ")[2][:16]
        for a in road.check(mine)["annotations"]
        if "eentrancy" in a["title"]
    }
    return found


def reactions(road, mine):
    """What we put under the newest comment of a person."""
    comment = [c for c in road.comments(mine) if c["author"] != "solvet[bot]"][-1]
    return [reaction["content"] for reaction in comment["reactions"]]


def replies(road, mine):
    ours = [c["body"] for c in road.comments(mine) if c["author"] == "solvet[bot]"]
    return [body.partition("\n")[2] for body in ours if body.startswith("<!-- solvet:reply:")]


def summary(road, mine):
    (body,) = [c["body"] for c in road.comments(mine) if c["body"].startswith("<!-- solvet:summ")]
    return body


def move(road, mine, files):
    for event, payload in road.move(mine, files):
        road.deliver(event, payload)
    road.run()


def check_of(road, mine, sha):
    (check,) = [c for c in road.checks(mine) if c["head_sha"] == sha]
    return check


def test_an_ignored_finding_stays_ignored_until_somebody_takes_it_back(road, reviewed, say):
    mine = reviewed()
    found = blocking(road, mine)
    assert road.check(mine)["conclusion"] == "failure"
    say(mine, f"/solvet ignore {found} only the treasury calls it")
    assert reactions(road, mine) == ["eyes", "+1"]
    assert road.check(mine)["conclusion"] == "success"
    for told in ("ada", "only the treasury calls it"):
        assert told in summary(road, mine)
    move(road, mine, {"src/A.sol": "// moved down\n" + FLAWED})
    assert check_of(road, mine, mine.head)["conclusion"] == "success"
    assert "only the treasury calls it" in summary(road, mine)
    say(mine, f"/solvet unignore {found[:6]}")
    assert check_of(road, mine, mine.head)["conclusion"] == "failure"
    assert "only the treasury calls it" not in summary(road, mine)
    assert replies(road, mine) == []
    assert road.dead_letters() == []


def test_a_merge_queue_follows_the_decisions(road, reviewed, say):
    mine = reviewed()
    say(mine, f"/solvet ignore {blocking(road, mine)} known")
    head = mine.history.commit("queue", {"src/A.sol": FLAWED + "\n"}, parents=[mine.base])
    payload = road.github.payload_merge_group(mine.remote, "main", mine.base, head)
    road.deliver("merge_group", payload)
    road.run()
    assert check_of(road, mine, head)["conclusion"] == "success"


def test_two_that_are_ignored_at_once_are_both_ignored(road, reviewed):
    other = FLAWED.replace("contract A", "contract B")
    mine = reviewed({"src/A.sol": SAFE}, {"src/A.sol": FLAWED, "src/B.sol": other})
    found = {
        a["raw_details"].partition("fingerprint ")[2][:16]
        for a in road.check(mine)["annotations"]
        if "eentrancy" in a["title"]
    }
    for each in found:
        road.deliver(*road.github.comment(mine.pull, "ada", f"/solvet ignore {each} known"))
    road.run()
    assert len(found) == 2
    assert road.check(mine)["conclusion"] == "success"


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


def test_a_paused_pull_request_is_reviewed_again_once_it_is_resumed(road, reviewed, say):
    mine = reviewed()
    say(mine, "/solvet pause")
    assert "paused by ada" in summary(road, mine)
    assert road.check(mine)["conclusion"] == "failure"
    move(road, mine, {"src/A.sol": FLAWED + "\n"})
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
    move(road, mine, {"src/A.sol": FLAWED + "\n"})
    say(mine, "/solvet review")
    assert check_of(road, mine, mine.head)["conclusion"] == "failure"
    assert "paused by ada" in summary(road, mine)


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


def test_what_people_decided_goes_with_the_installation(road, reviewed, say):
    mine = reviewed()
    say(mine, f"/solvet ignore {blocking(road, mine)} known")
    say(mine, "/solvet pause")
    say(mine, "/solvet help")
    kept = {name.split("#")[2] for name in road.state(mine.installation) if "triage#" in name}
    assert kept == {"finding", "first", "pause", "reply"}
    gone = road.github.world.installations[mine.installation]
    delivery = road.deliver("installation", road.github.payload_installation(gone, "deleted"))
    road.run()
    assert road.state(mine.installation) == [f"delivery#{delivery.guid}"]
