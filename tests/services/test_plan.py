"""From a delivery to exactly one check run and one comment, whatever comes twice or in between."""

import json

import pytest

from tests.services.conftest import SAFE

FLAWED = """pragma solidity 0.8.28;
contract A {
    mapping(address => uint256) private held;
    function take(address from) external {
        (bool sent,) = msg.sender.call{value: held[msg.sender]}("");
        require(sent);
        held[msg.sender] = 0;
    }
}
"""


def test_a_change_gets_one_completed_check_and_one_comment(road, change):
    mine = change()
    road.announce(mine)
    road.run()
    check = road.check(mine)
    assert (check["status"], check["conclusion"]) == ("completed", "failure")
    assert "introduced" in road.comment(mine)
    assert road.dead_letters() == []


def test_a_redelivered_delivery_plans_once(road, change):
    mine = change()
    first = road.announce(mine)
    road.run()
    written = len(road.github.requests)
    again = road.announce(mine, guid=first.guid)
    road.run()
    assert (again.status_code, len(road.github.requests)) == (202, written)


def test_different_deliveries_of_one_head_are_one_review(road, change):
    mine = change()
    for action in ("opened", "reopened", "ready_for_review"):
        road.announce(mine, action)
    road.run()
    assert len(road.checks(mine)) == len(road.comments(mine)) == 1
    assert len(road.providers.received) == 1


def test_a_draft_is_reviewed_like_any_other(road, project):
    mine = project({"A.sol": SAFE}, {"A.sol": FLAWED})
    road.open(mine, draft=True)
    assert road.check(mine)["status"] == "completed"


def test_a_closed_pull_request_is_not_reviewed(road, change):
    mine = change()
    road.github.close_pull_request(mine.pull)
    delivery = road.announce(mine)
    road.run()
    assert road.checks(mine) == []
    assert "closed" in road.outcome(mine.installation, delivery.guid)


def test_without_solidity_the_check_is_skipped_and_nothing_is_said(road, change):
    mine = change({"A.sol": SAFE}, {"A.sol": SAFE, "README.md": "hello"})
    road.announce(mine)
    road.run()
    assert road.check(mine)["conclusion"] == "skipped"
    assert road.comments(mine) == []


def test_a_removed_file_is_reviewed_as_removed(road, change):
    mine = change({"A.sol": FLAWED, "B.sol": SAFE}, {"B.sol": SAFE})
    road.announce(mine)
    road.run()
    check = road.check(mine)
    assert check["conclusion"] == "success"
    assert "fixed" in check["title"]


def test_a_repository_that_vanished_leaves_a_recorded_reason(road, change, vanish):
    mine = change()
    vanish(mine)
    delivery = road.announce(mine)
    road.run()
    assert road.outcome(mine.installation, delivery.guid).startswith("nothing to review:")
    assert road.dead_letters() == []


def test_a_superseded_head_is_closed_as_cancelled_and_posts_no_verdict(road, change):
    mine = change()
    road.announce(mine)
    plan = next(pump for pump in road.stack._pumps if pump.name == "PlanFunction")
    plan.run()
    for event, payload in road.move(mine, {"src/A.sol": SAFE + "\n"}):
        road.deliver(event, payload)
    road.run()
    checks = {check["head_sha"]: check for check in road.checks(mine)}
    assert checks[mine.former]["conclusion"] == "cancelled"
    assert checks[mine.former]["annotations"] == []
    assert checks[mine.head]["conclusion"] == "success"
    assert len(checks) == len(road.checks(mine))
    assert mine.head[:7] in road.comment(mine)


def test_a_head_that_died_while_it_was_planned_is_closed_when_a_newer_one_comes(road, change):
    mine = change()
    road.announce(mine)
    road.github.fail_next(path="/graphql", status=503, times=3)
    plan = next(pump for pump in road.stack._pumps if pump.name == "PlanFunction")
    plan.run()
    assert road.check(mine)["status"] == "in_progress"
    for event, payload in road.move(mine, {"src/A.sol": SAFE + "\n"}):
        road.deliver(event, payload)
    road.run()
    checks = {check["head_sha"]: check for check in road.checks(mine)}
    assert checks[mine.former]["conclusion"] == "cancelled"
    assert checks[mine.head]["conclusion"] == "success"


def test_a_branch_that_is_pushed_back_gets_its_verdict_back(road, change):
    mine = change()
    road.announce(mine)
    road.run()
    first = mine.head
    for event, payload in road.move(mine, {"src/A.sol": SAFE + "\n"}):
        road.deliver(event, payload)
    road.run()
    mine.head = first
    for event, payload in road.github.push(mine.remote, "feature", first):
        road.deliver(event, payload)
    road.run()
    assert len(road.checks(mine)) == 2
    assert first[:7] in road.comment(mine)
    checks = {check["head_sha"]: check for check in road.checks(mine)}
    assert (checks[first]["status"], checks[first]["conclusion"]) == ("completed", "failure")


def test_what_cannot_be_planned_closes_its_check_and_says_so(road, change):
    mine = change()
    delivery = road.announce(mine)
    refused = '{"message": "Resource not accessible by integration"}'
    road.github.fail_next(path="/graphql", status=403, body=refused)
    road.run()
    check = road.check(mine)
    assert (check["status"], check["conclusion"]) == ("completed", "failure")
    assert "not accessible" not in json.dumps(check)
    assert "not accessible" in road.outcome(mine.installation, delivery.guid)


def test_a_rerun_reuses_the_check_run(road, change):
    mine = change()
    road.announce(mine)
    road.run()
    first = road.check(mine)
    payload = road.github.payload_check_run_rerequested(first["id"])
    road.deliver("check_run", payload)
    road.run()
    second = road.check(mine)
    assert (second["id"], second["status"]) == (first["id"], "completed")
    assert second["external_id"] != first["external_id"]
    assert len(second["annotations"]) == len(first["annotations"])
    assert len(road.comments(mine)) == 1


def test_a_rerun_of_an_old_head_reviews_the_current_one(road, change):
    mine = change()
    road.announce(mine)
    road.run()
    old = road.check(mine)
    for event, payload in road.move(mine, {"src/A.sol": SAFE + "\n"}):
        road.deliver(event, payload)
    road.run()
    road.deliver("check_run", road.github.payload_check_run_rerequested(old["id"]))
    road.run()
    assert sorted(c["head_sha"] for c in road.checks(mine)) == sorted([mine.former, mine.head])
    assert {c["status"] for c in road.checks(mine)} == {"completed"}
    assert mine.head[:7] in road.comment(mine)


def test_a_rerequested_suite_runs_every_check_of_its_commit_again(road, change):
    mine = change()
    road.announce(mine)
    road.run()
    before = road.check(mine)
    road.deliver("check_suite", road.github.payload_check_suite_rerequested(before["id"]))
    road.run()
    after = road.check(mine)
    assert (after["id"], after["status"]) == (before["id"], "completed")
    assert after["external_id"] != before["external_id"]


def test_a_rerun_of_a_check_that_nobody_remembers_is_recorded(road, change):
    mine = change()
    road.announce(mine)
    road.run()
    payload = road.github.payload_check_run_rerequested(road.check(mine)["id"])
    payload["check_run"]["external_id"] = "forgotten"
    delivery = road.deliver("check_run", payload)
    road.run()
    assert "older than" in road.outcome(mine.installation, delivery.guid)


def test_a_merge_group_is_reviewed(road, change):
    mine = change()
    payload = road.github.payload_merge_group(mine.remote, "main", mine.base, mine.head)
    road.deliver("merge_group", payload)
    road.run()
    check = road.check(mine)
    assert (check["name"], check["head_sha"], check["conclusion"]) == (
        "Solvet",
        mine.head,
        "failure",
    )
    assert road.comments(mine) == []


def push(road, mine, branch, sha):
    (event, payload), *_ = road.github.push(mine.remote, branch, sha)
    delivery = road.deliver(event, payload)
    road.run()
    return delivery


def test_a_push_that_an_open_pull_request_covers_is_left_to_it(road, change):
    mine = change()
    third = mine.history.commit("feature", {"src/A.sol": FLAWED + "\n"}, parents=[mine.head])
    delivery = push(road, mine, "feature", third)
    assert road.checks(mine) == []
    assert road.outcome(mine.installation, delivery.guid).startswith("covered by")


def test_a_push_to_a_branch_is_compared_with_what_it_was(road, project):
    mine = project({"A.sol": SAFE})
    second = mine.history.commit("main", {"A.sol": FLAWED}, parents=[mine.base])
    push(road, mine, "main", second)
    check = road.check(mine)
    assert check["name"] == "Solvet (push)"
    assert "introduced" in check["title"]


def test_a_push_of_a_new_branch_is_compared_with_the_default_branch(road, project):
    mine = project({"A.sol": SAFE})
    second = mine.history.commit("topic", {"A.sol": FLAWED}, parents=[mine.base])
    mine.remote.branches.pop("refs/heads/topic", None)
    push(road, mine, "topic", second)
    assert "introduced" in road.check(mine)["title"]


def test_a_forced_push_whose_former_head_is_gone_is_reviewed(road, project):
    mine = project({"A.sol": SAFE})
    second = mine.history.commit("topic", {"A.sol": FLAWED}, parents=[mine.base])
    (event, payload), *_ = road.github.push(mine.remote, "topic", second)
    payload["before"] = "0123456789" * 4
    road.deliver(event, payload)
    road.run()
    assert "introduced" in road.check(mine)["title"]


@pytest.mark.parametrize(
    ("files", "modes", "reason"),
    [
        ({"Bad.sol": "A.sol"}, {"Bad.sol": "120000"}, "symbolic link"),
        ({"Bad.sol": "1" * 40}, {"Bad.sol": "160000"}, ""),
        ({"Bad.sol": b"\0\1\2"}, {}, "binary"),
        ({"Bad.sol": b"x" * 5_000_001}, {}, "5,000,001 bytes"),
    ],
)
def test_one_bad_file_is_named_and_hurts_no_neighbour(road, project, files, modes, reason):
    mine = project({"A.sol": SAFE}, {"A.sol": FLAWED, **files}, modes=modes)
    road.open(mine)
    comment = road.comment(mine)
    assert "introduced" in road.check(mine)["title"]
    assert "`Bad.sol`" in comment
    assert reason in comment


def test_a_deleted_installation_leaves_nothing_and_the_others_everything(road, change):
    mine, other = change(), change()
    for each in (mine, other):
        road.announce(each)
    road.run()
    kept = road.state(other.installation), road.objects(other.installation)
    assert road.objects(mine.installation)
    gone = road.github.world.installations[mine.installation]
    delivery = road.deliver("installation", road.github.payload_installation(gone, "deleted"))
    road.run()
    assert road.state(mine.installation) == [f"delivery#{delivery.guid}"]
    assert road.objects(mine.installation) == []
    assert (road.state(other.installation), road.objects(other.installation)) == kept
