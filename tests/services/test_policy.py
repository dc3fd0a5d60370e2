"""Whose policy holds, and what becomes of a change because of it."""

import pytest

from tests.services.conftest import FLAWED, SAFE

POLICY = ".solvet.yml"
ALL_OFF = "rules: {reentrancy: off}\nfail: off\n"


def changed(road, project, base, head, **how):
    """A reviewed pull request from base to head; files are given without the contract itself."""
    mine = project({"A.sol": SAFE, **base}, {"A.sol": FLAWED, **head})
    road.open(mine, **how)
    return mine


def test_the_policy_of_the_base_holds_and_not_that_of_the_change(road, project):
    mine = changed(road, project, {}, {POLICY: ALL_OFF})
    assert road.check(mine)["conclusion"] == "failure"
    _, _, section = road.comment(mine).partition("### This change edits the policy")
    assert "(no effect until merged)" in section
    assert "rule `reentrancy` would be switched off" in section


def test_what_the_base_switches_off_is_off(road, project):
    mine = changed(road, project, {POLICY: ALL_OFF}, {POLICY: ALL_OFF})
    assert road.check(mine)["conclusion"] == "success"
    assert "switched off" in road.comment(mine)
    assert "edits the policy" not in road.comment(mine)


def test_a_rule_is_as_severe_as_the_policy_says(road, project):
    rated = {POLICY: "rules: {reentrancy: low}\n"}
    mine = changed(road, project, rated, rated)
    assert road.check(mine)["conclusion"] == "success"
    assert "**Low**" in road.comment(mine)
    assert {a["annotation_level"] for a in road.check(mine)["annotations"]} == {"notice"}


def test_the_tip_of_the_base_branch_counts_however_old_the_branch_is(road, project):
    mine = project({"A.sol": SAFE, POLICY: ALL_OFF}, {"A.sol": FLAWED, POLICY: ALL_OFF})
    mine.history.commit("main", {"A.sol": SAFE}, parents=[mine.base])
    road.open(mine)
    assert road.check(mine)["conclusion"] == "failure"
    assert "edits the policy" not in road.comment(mine)


def test_mistakes_are_told_with_line_and_suggestion(road, project):
    wrong = {POLICY: "show: low\nfial: off\n"}
    mine = changed(road, project, wrong, wrong)
    told = "- `.solvet.yml` line 2: `fial` is no key here; did you mean `fail`?"
    assert told in road.comment(mine)
    assert told in road.check(mine)["summary"]


def test_mistakes_that_the_change_brings_are_told_apart(road, project):
    mine = changed(road, project, {}, {POLICY: "fial: off\n"})
    assert "- `.solvet.yml of this change` line 1: `fial` is no key" in road.comment(mine)


@pytest.mark.parametrize(
    ("content", "modes", "reason"),
    [
        (b"\0\1", {}, "it is binary, not text"),
        ("elsewhere/policy.yml", {POLICY: "120000"}, "symbolic link"),
        ("rules: [\n", {}, "cannot be read as YAML"),
        ("#" * 70_000, {}, "over 64 KB"),
    ],
)
def test_a_policy_that_cannot_be_read_is_a_mistake_and_the_defaults_hold(
    road, project, content, modes, reason
):
    files = {POLICY: content}
    mine = project({"A.sol": SAFE, **files}, {"A.sol": FLAWED, **files}, modes=modes)
    road.open(mine)
    assert reason in road.comment(mine)
    assert road.check(mine)["conclusion"] == "failure"


def test_the_owners_defaults_hold_where_the_repository_says_nothing(road, project):
    mine = project({"A.sol": SAFE, POLICY: "show: low\n"}, {"A.sol": FLAWED, POLICY: "show: low\n"})
    defaults(road, project, mine, "fail: off\nshwo: low\n")
    road.open(mine)
    assert road.check(mine)["conclusion"] == "success"
    assert "- `.github/.solvet.yml` line 2: `shwo` is no key" in road.comment(mine)


def test_defaults_that_the_installation_does_not_cover_are_none(road, project):
    mine = project({"A.sol": SAFE}, {"A.sol": FLAWED})
    defaults(road, project, mine, "fail: off\n", installation=mine.installation + 500_000)
    road.open(mine)
    assert road.check(mine)["conclusion"] == "failure"
    assert "Policy" not in road.comment(mine)


def defaults(road, project, mine, text, installation=None):
    theirs = project({POLICY: text})
    owner = mine.repository.full_name.partition("/")[0]
    road.github.add_repository(
        f"{owner}/.github",
        theirs.history.directory,
        installation_id=installation or mine.installation,
    )


def test_excluded_files_are_named_and_neither_analysed_nor_asked_about(road, project):
    policy = {POLICY: "exclude: [gen/**]\n"}
    mine = changed(road, project, policy, {**policy, "gen/B.sol": FLAWED, "A.sol": SAFE + "\n"})
    assert road.check(mine)["conclusion"] == "success"
    assert "**Excluded by the policy** (1)\n\n- `gen/B.sol`" in road.comment(mine)
    assert "gen/B.sol" not in str(road.providers.received)


def test_a_change_of_excluded_files_only_is_skipped_and_says_why(road, project):
    policy = {POLICY: "exclude: ['*.sol']\n"}
    mine = changed(road, project, policy, policy)
    check = road.check(mine)
    assert (check["conclusion"], check["title"]) == (
        "skipped",
        "The policy excludes every changed file",
    )
    assert road.comments(mine) == []


def test_a_change_of_the_policy_alone_is_told_in_a_comment(road, project):
    mine = project({"A.sol": SAFE}, {"A.sol": SAFE, POLICY: ALL_OFF})
    road.open(mine)
    assert road.check(mine)["conclusion"] == "skipped"
    assert "`fail.severity` would change from high to off" in road.comment(mine)


def test_a_draft_waits_where_the_policy_says_so_and_is_reviewed_once_ready(road, project):
    policy = {POLICY: "drafts: skip\n"}
    mine = changed(road, project, policy, policy, draft=True)
    check = road.check(mine)
    assert (check["conclusion"], check["title"]) == ("skipped", "Draft: not reviewed")
    assert road.comments(mine) == []
    mine.pull.draft = False
    road.announce(mine, "ready_for_review")
    road.run()
    assert road.check(mine)["conclusion"] == "failure"
    assert "introduced" in road.comment(mine)


def test_a_draft_that_somebody_asks_a_review_for_gets_one(road, project):
    policy = {POLICY: "drafts: skip\n"}
    mine = changed(road, project, policy, policy, draft=True)
    payload = road.github.payload_check_run_rerequested(road.check(mine)["id"])
    road.deliver("check_run", payload)
    road.run()
    assert road.check(mine)["conclusion"] == "failure"


def test_a_pull_request_from_a_fork_is_reviewed_without_models(road, project):
    mine = changed(road, project, {}, {}, head_repo="stranger/vaults")
    assert road.check(mine)["conclusion"] == "failure"
    assert "a pull request from a fork is reviewed without models" in road.comment(mine)
    assert road.providers.received == []


def test_a_fork_that_is_gone_is_one_still(road, project):
    mine = project({"A.sol": SAFE}, {"A.sol": FLAWED})
    mine.pull = road.github.open_pull_request(
        mine.remote, head="feature", head_repo="stranger/vaults"
    )
    road.github.delete_fork(mine.pull)
    road.announce(mine)
    road.run()
    assert "a pull request from a fork" in road.comment(mine)


def test_a_fork_is_reviewed_as_any_other_where_the_policy_says_so(road, project):
    policy = {POLICY: "forks: review\n"}
    mine = changed(road, project, policy, policy, head_repo="stranger/vaults")
    assert "static only" not in road.check(mine)["title"]
    assert road.providers.received


def test_models_may_be_switched_off(road, project):
    policy = {POLICY: "models: off\n"}
    mine = changed(road, project, policy, policy)
    assert "switched off by the policy" in road.comment(mine)
    assert road.providers.received == []


@pytest.mark.parametrize(
    ("mode", "head", "comments"),
    [
        ("off", FLAWED, 0),
        ("findings", FLAWED, 1),
        ("findings", SAFE + "\n", 0),
        ("always", SAFE + "\n", 1),
    ],
)
def test_a_comment_is_made_as_the_policy_says(road, project, mode, head, comments):
    policy = {POLICY: f"comment: {mode}\n"}
    mine = changed(road, project, policy, {**policy, "A.sol": head})
    assert len(road.comments(mine)) == comments
    assert road.check(mine)["status"] == "completed"


def test_a_push_is_judged_by_the_policy_before_it(road, project):
    mine = project({"A.sol": SAFE})
    second = mine.history.commit("topic", {"A.sol": FLAWED, POLICY: ALL_OFF}, parents=[mine.base])
    for event, payload in road.github.push(mine.remote, "topic", second):
        road.deliver(event, payload)
    road.run()
    assert road.check(mine)["conclusion"] == "failure"
