"""Inline comments of a pull request over its life: said once, taken back, never lost a reply."""

import json

import pytest

from solvet.local.github import Fault
from tests.render.test_inline import applied
from tests.services.conftest import FLAWED, SAFE

SENDING = '(bool sent,) = msg.sender.call{value: held[msg.sender]}("");'
MENDED = FLAWED.replace("        held[msg.sender] = 0;\n", "").replace(
    SENDING,
    "uint256 due = held[msg.sender];\n        held[msg.sender] = 0;\n        "
    + SENDING.replace("held[msg.sender]}", "due}"),
)
PATH = "src/A.sol"


def other(number):
    return FLAWED.replace("contract A ", f"contract C{number} ")


@pytest.fixture
def inline(road):
    """The inline comments that stand, ours and those of people."""
    return lambda project: road._of("review_comments", project)


@pytest.fixture
def reviews(road):
    return lambda project: road._of("reviews", project)


@pytest.fixture
def opened(road, change):
    """A pull request that is reviewed, with a comment at its weakness."""

    def make(**how):
        mine = change(**how)
        road.announce(mine)
        road.run()
        return mine

    return make


@pytest.fixture
def push(road):
    def move(project, files):
        for event, payload in road.move(project, files):
            road.deliver(event, payload)
        road.run()

    return move


def answered(road, project, text="I do not think so"):
    (root,) = [c for c in road.github.world.review_comments.values() if c.pull is project.pull]
    return road.github.answer_inline(root, "ada", text)


def test_a_weakness_is_told_at_its_line(opened, inline, reviews):
    mine = opened()
    (said,) = inline(mine)
    assert (said["path"], said["line"], said["author"]) == (PATH, 5, "solvet[bot]")
    assert "reentrancy" in said["body"]
    (review,) = reviews(mine)
    assert (review["state"], review["commit_id"]) == ("COMMENTED", mine.head)


def test_ten_pushes_leave_one_comment_no_repetition_and_one_check_a_head(
    road, opened, push, inline, reviews
):
    mine = opened()
    heads = {mine.head}
    for number in range(10):
        push(mine, {PATH: f"// push {number}\n{FLAWED}"})
        heads.add(mine.head)
    assert len(road.comments(mine)) == 1
    assert len(inline(mine)) == len(reviews(mine)) == 1
    assert sorted(c["head_sha"] for c in road.checks(mine)) == sorted(heads)


def test_a_comment_is_taken_back_once_its_weakness_is_gone(opened, push, inline):
    mine = opened()
    push(mine, {PATH: MENDED})
    assert inline(mine) == []


def test_a_weakness_that_comes_back_is_not_told_inline_again(road, opened, push, inline):
    mine = opened()
    push(mine, {PATH: MENDED})
    push(mine, {PATH: FLAWED})
    assert inline(mine) == []
    assert "reentrancy" in road.comment(mine)


def test_a_comment_that_somebody_deleted_stays_deleted(road, opened, push, inline):
    mine = opened()
    (said,) = inline(mine)
    del road.github.world.review_comments[said["id"]]
    push(mine, {PATH: f"// again\n{FLAWED}"})
    assert inline(mine) == []


def test_a_comment_that_somebody_answered_stays(road, opened, push, inline):
    mine = opened()
    answered(road, mine)
    push(mine, {PATH: MENDED})
    assert [c["author"] for c in inline(mine)] == ["solvet[bot]", "ada"]


def test_only_comments_of_ours_are_taken_back(road, opened, push, inline):
    mine = opened()
    (root,) = [c for c in road.github.world.review_comments.values() if c.pull is mine.pull]
    root.author = road.github.world.account("ada")
    push(mine, {PATH: MENDED})
    assert len(inline(mine)) == 1


def test_no_more_comments_a_push_than_the_policy_says_and_the_rest_is_counted(
    road, opened, inline, reviews
):
    policy = {".solvet.yml": "inline: {most: 2}\n", PATH: SAFE}
    files = {f"src/C{n}.sol": other(n) for n in range(5)}
    mine = opened(base=policy, head=policy | files)
    assert len(inline(mine)) == 2
    (review,) = reviews(mine)
    assert "2 findings beside the code" in review["body"]
    assert "3 further findings" in review["body"]
    assert all(f"C{n}.take" in road.comment(mine) for n in range(5))


def test_what_had_no_room_is_told_at_the_next_push(opened, push, inline):
    policy = {".solvet.yml": "inline: {most: 2}\n", PATH: SAFE}
    files = policy | {f"src/C{n}.sol": other(n) for n in range(3)}
    mine = opened(base=policy, head=files)
    push(mine, files | {PATH: f"// more\n{SAFE}"})
    assert len(inline(mine)) == 3


@pytest.mark.parametrize("policy", ["inline: off\n", "inline: critical\n", "inline: {most: 0}\n"])
def test_a_policy_may_want_none(opened, inline, policy):
    base = {".solvet.yml": policy, PATH: SAFE}
    assert inline(opened(base=base, head=base | {PATH: FLAWED})) == []


def test_a_weakness_in_a_line_that_the_diff_does_not_show_is_in_the_summary_only(
    road, opened, inline
):
    road.github.world.limits.patch_characters = 10
    mine = opened()
    assert inline(mine) == []
    assert "reentrancy" in road.comment(mine)


def test_a_push_without_a_pull_request_has_no_inline_comment(road, change, inline):
    mine = change()
    road.github.world.pulls.remove(mine.pull)
    payload = road.github.payload_push(mine.remote, "refs/heads/feature", mine.base, mine.head)
    road.deliver("push", payload)
    road.run()
    assert road.checks(mine)
    assert inline(mine) == []


@pytest.mark.parametrize("how", [{"dropped": True}, {"status": 502}])
def test_a_lost_answer_doubles_no_inline_comment(road, opened, inline, reviews, how):
    road.github.fail_next(method="POST", path="/pulls/.*/reviews", done=True, **how)
    mine = opened()
    assert len(inline(mine)) == len(reviews(mine)) == 1
    assert len(road.comments(mine)) == 1


def test_a_review_that_github_refuses_costs_nothing_but_itself(road, opened, inline):
    refused = {"status": 422, "body": json.dumps({"message": "Line could not be resolved"})}
    road.github.faults.add(Fault(method="POST", path="/pulls/.*/reviews", times=9, **refused))
    mine = opened()
    assert inline(mine) == []
    assert "reentrancy" in road.comment(mine)
    assert road.check(mine)["conclusion"] == "failure"


def test_a_head_that_moves_meanwhile_is_not_commented_on(road, change, inline, reviews):
    """GitHub knows of the push, we do not yet; its diff has the same line."""
    mine = change()

    def moves(request):
        if request.path.endswith(f"/pulls/{mine.pull.number}/files"):
            road.github.set_fault_hook(None)
            road.move(mine, {PATH: FLAWED + "// moved\n"})

    road.announce(mine)
    road.stack._pumps[0].run()
    road.github.set_fault_hook(moves)
    road.run()
    assert mine.former != mine.head, "it has moved"
    assert (inline(mine), reviews(mine)) == ([], [])
    assert mine.former[:7] in road.comment(mine)


def test_a_models_claim_is_told_when_it_comes_and_kept_until_a_model_looks_again(
    road, opened, push, inline
):
    claim = {
        "scenario": "other",
        "since": "change",
        "fix": "",
        "category": "access_control",
        "severity": "high",
        "confidence": "high",
        "title": "Anybody may take",
        "explanation": "No check of the caller.",
        "recommendation": "Check the caller.",
        "quote": "function take() external {",
        "start_line": 4,
    }
    road.providers.policy = lambda _: {"claims": [claim], "judgements": []}
    mine = opened()
    assert [" model -->" in c["body"] for c in inline(mine)] == [False, True]
    road.stack.drain()
    push(mine, {PATH: FLAWED.replace("require(sent);", "require(sent); // checked")})
    assert len(inline(mine)) == 2


def test_a_suggestion_is_the_edit_of_the_file(opened, inline):
    text = SAFE.replace("}\n", "    function check(uint256 a) external { assert(a > 1); }\n}\n")
    base = {".solvet.yml": "inline: info\nshow: info\n", PATH: SAFE}
    mine = opened(base=base, head=base | {PATH: text})
    (said,) = [c for c in inline(mine) if "suggestion" in c["body"] and "assert" in c["body"]]
    edited = applied(said["body"], text, said["start_line"] or said["line"], said["line"])
    assert edited == text.replace("assert(", "require(")
