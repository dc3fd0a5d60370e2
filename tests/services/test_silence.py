"""Comments and baselines on the road: what the base holds counts, what a change brings does not."""

from solvet.detectors.engine import analyse
from solvet.domain.baseline import Accepted, Baseline
from solvet.domain.scan import NO_COMMIT
from solvet.policyfile.baseline import written

FLAWED = """pragma solidity 0.8.28;
contract A {
    mapping(address => uint256) private held;
    function take() external {
        // a remark
        (bool sent,) = msg.sender.call{value: held[msg.sender]}("");
        require(sent);
        held[msg.sender] = 0;
    }
}
"""
SAFE = "pragma solidity 0.8.28;\ncontract A {\n    uint256 private total;\n}\n"
SILENCED = FLAWED.replace("// a remark", "// solvet-ignore-next-line reentrancy -- see the audit")
MORE = "contract B { }\n"
BASELINE = ".solvet-baseline.json"
EDITS = "### This change edits suppressions (no effect until merged)"


def accepting(**texts):
    """A baseline's text for what is found in these contracts, by the names of their files."""
    found = [f for name, text in texts.items() for f in analyse(f"{name}.sol", text).findings]
    entries = (Accepted(path=f.path, rule=f.rule, fingerprint=f.fingerprint) for f in found)
    return written(Baseline(engine="1").with_findings(entries))


def test_a_comment_of_the_change_silences_nothing_and_is_told(road, project):
    mine = project({"A.sol": SAFE}, {"A.sol": SILENCED})
    road.open(mine)
    assert road.check(mine)["conclusion"] == "failure"
    for text in (road.comment(mine), road.check(mine)["summary"]):
        assert f"{EDITS}\n\n- `A.sol`: adds `solvet-ignore-next-line` for `reentrancy`" in text
        assert "It would silence reentrancy on line 6. Reason: see the audit" in text


def test_a_comment_of_the_base_silences_and_is_counted_with_its_reason(road, project):
    mine = project({"A.sol": SILENCED}, {"A.sol": SILENCED + MORE})
    road.open(mine)
    assert road.check(mine)["conclusion"] == "success"
    assert road.check(mine)["annotations"] == []
    assert "1 finding silenced: 1 by a comment in the code" in road.comment(mine)
    assert "high `reentrancy`, a comment in the code: see the audit" in road.comment(mine)
    assert EDITS not in road.comment(mine)


def test_the_baseline_of_the_base_holds_back_what_was_there(road, project):
    held = {BASELINE: accepting(A=FLAWED)}
    mine = project({"A.sol": FLAWED, **held}, {"A.sol": FLAWED + MORE, **held})
    road.open(mine)
    assert road.check(mine)["conclusion"] == "success"
    assert "1 finding silenced: 1 by the baseline" in road.comment(mine)
    assert "Already in the base" not in road.comment(mine)


def test_the_baseline_follows_a_file_that_moves(road, project):
    held = {BASELINE: accepting(A=FLAWED)}
    mine = project({"A.sol": FLAWED, **held}, {"B.sol": FLAWED, **held})
    road.open(mine)
    assert road.check(mine)["conclusion"] == "success"
    assert "1 finding silenced: 1 by the baseline" in road.comment(mine)


def test_a_baseline_of_the_change_accepts_nothing_and_is_told(road, project):
    mine = project({"A.sol": SAFE}, {"A.sol": FLAWED, BASELINE: accepting(A=FLAWED)})
    road.open(mine)
    assert road.check(mine)["conclusion"] == "failure"
    _, _, section = road.comment(mine).partition("(no effect until merged)")
    assert "- the baseline would accept 1 finding more (1 `reentrancy`)" in section


def test_what_was_mended_and_comes_back_fails_although_the_baseline_has_it(road, project):
    held = {BASELINE: accepting(A=FLAWED)}
    mine = project({"A.sol": SAFE, **held}, {"A.sol": FLAWED, **held})
    road.open(mine)
    assert road.check(mine)["conclusion"] == "failure"


def test_a_baseline_that_cannot_be_read_is_a_mistake_and_accepts_nothing(road, project):
    held = {BASELINE: '{"version": 1,\n"findings": 7}'}
    mine = project({"A.sol": FLAWED, **held}, {"A.sol": FLAWED + MORE, **held})
    road.open(mine)
    told = "- `.solvet-baseline.json` line 1, `findings`: nothing is accepted: Expected `array`"
    assert told in road.comment(mine)
    assert "Already in the base (1)" in road.comment(mine)


def pushed(road, mine, branch, before, sha):
    (event, payload), *_ = road.github.push(mine.remote, branch, sha)
    road.deliver(event, payload | {"before": before})
    road.run()
    return road.check(mine)


def test_the_first_push_of_a_default_branch_fails_for_nothing_that_is_there(road, project):
    mine = project({"A.sol": FLAWED})
    check = pushed(road, mine, "main", NO_COMMIT, mine.base)
    assert check["conclusion"] == "success"
    assert check["title"].startswith("First review: 1 finding")
    assert "there is nothing to compare with" in check["summary"]
    assert "compared with base" not in check["summary"]


def test_comments_count_at_once_in_the_first_push_of_a_default_branch(road, project):
    mine = project({"A.sol": SILENCED})
    check = pushed(road, mine, "main", NO_COMMIT, mine.base)
    assert "1 finding silenced: 1 by a comment in the code" in check["summary"]
    assert EDITS not in check["summary"]


def test_a_branch_without_common_history_is_all_new(road, project):
    mine = project({"README.md": "hello"})
    lone = mine.history.commit("lone", {"A.sol": FLAWED}, parents=[])
    assert pushed(road, mine, "lone", NO_COMMIT, lone)["conclusion"] == "failure"


def test_the_first_review_stays_the_first_when_it_is_run_again(road, project):
    mine = project({"A.sol": FLAWED})
    first = pushed(road, mine, "main", NO_COMMIT, mine.base)
    road.deliver("check_run", road.github.payload_check_run_rerequested(first["id"]))
    road.run()
    again = road.check(mine)
    assert again["external_id"] != first["external_id"]
    assert (again["conclusion"], again["title"]) == ("success", first["title"])
