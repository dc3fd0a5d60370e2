"""Merge groups, from the signed delivery to the check run that the queue waits for."""

import pytest

from tests.services.conftest import FLAWED, SAFE
from tests.services.healing import OPEN_LOOK, lose, pump, sweep_after
from tests.services.talking import blocking, check_of

POLICY = ".solvet.yml"
SILENCED = FLAWED.replace(
    "    function take()",
    "    // solvet-ignore-next-line reentrancy -- see the audit\n    function take()",
)


@pytest.fixture
def queue(road):
    """Puts the pull request in the queue behind `base`; answers the group's commit."""

    def enqueue(mine, files, base=None, *, deliver=True):
        base = base or mine.base
        group = mine.history.commit("queue", files, parents=[base, mine.head])
        if deliver:
            tell(road, mine, group, base)
        return group

    return enqueue


def tell(road, mine, group, base=None, *, reason=""):
    """Delivers what GitHub says of the group; answers the delivery."""
    payload = road.github.payload_merge_group(
        mine.remote, "main", base or mine.base, group, reason=reason
    )
    return road.deliver("merge_group", payload)


def test_a_group_is_judged_by_what_its_base_has_and_what_people_decided(road, reviewed, say, queue):
    """The pull request's decision holds, the group's base rules, and nobody is written to."""
    mine = reviewed({"src/A.sol": SAFE}, {"src/A.sol": FLAWED})
    say(mine, f"/solvet ignore {blocking(road, mine)} only the treasury calls it")
    said = road.comments(mine)
    policy = {POLICY: "exclude: gen/\n", "src/B.sol": SAFE}
    tip = mine.history.commit("main", {"src/A.sol": SAFE, **policy}, parents=[mine.base])
    own = {POLICY: "rules: {reentrancy: off}\n", "gen/C.sol": FLAWED}
    group = queue(mine, {"src/A.sol": FLAWED, **policy, **own}, tip)
    road.run()
    check = check_of(road, mine, group)
    assert (check["name"], check["status"], check["conclusion"]) == (
        "Solvet",
        "completed",
        "success",
    )
    assert "only the treasury calls it" in check["summary"]
    assert "**Excluded by the policy** (1)" in check["summary"]
    assert road.comments(mine) == said
    assert road.dead_letters() == []


def test_a_group_fails_for_what_nobody_decided_and_no_comment_of_the_change_silences(
    road, reviewed, queue
):
    mine = reviewed({"src/A.sol": SAFE}, {"src/A.sol": SILENCED})
    group = queue(mine, {"src/A.sol": SILENCED})
    road.run()
    assert check_of(road, mine, group)["conclusion"] == "failure"


def test_what_the_queue_holds_before_the_group_is_no_news(road, reviewed, queue):
    """The second group's base is the first group: each answers for its own pull request."""
    mine = reviewed({"src/A.sol": SAFE}, {"src/A.sol": FLAWED})
    first = queue(mine, {"src/A.sol": FLAWED})
    second = queue(mine, {"src/A.sol": FLAWED, "src/B.sol": SAFE}, first)
    road.run()
    assert check_of(road, mine, first)["conclusion"] == "failure"
    assert check_of(road, mine, second)["conclusion"] == "success"


def test_the_check_of_a_group_is_run_again_on_request(road, reviewed, say, queue):
    mine = reviewed()
    found = blocking(road, mine)
    group = queue(mine, {"src/A.sol": FLAWED})
    road.run()
    before = check_of(road, mine, group)
    say(mine, f"/solvet ignore {found} known")
    road.deliver("check_run", road.github.payload_check_run_rerequested(before["id"]))
    road.run()
    after = check_of(road, mine, group)
    assert (before["conclusion"], after["conclusion"]) == ("failure", "success")
    assert after["id"] == before["id"]


@pytest.mark.parametrize("reason", ["dequeued", "invalidated"])
def test_a_group_that_comes_to_nothing_costs_nothing_more(road, reviewed, queue, reason):
    mine = reviewed()
    asked = len(road.providers.received)
    group = queue(mine, {"src/A.sol": FLAWED + "// other\n", "src/B.sol": FLAWED})
    pump(road, "PlanFunction").run()
    tell(road, mine, group, reason=reason)
    road.run()
    check = check_of(road, mine, group)
    assert (check["status"], check["conclusion"]) == ("completed", "cancelled")
    assert check["title"] == "The merge group is gone"
    assert len(road.providers.received) == asked
    assert road.dead_letters() == []


def test_a_group_that_was_merged_keeps_its_verdict(road, reviewed, queue):
    mine = reviewed()
    group = queue(mine, {"src/A.sol": FLAWED})
    assert tell(road, mine, group, reason="merged").status_code == 204
    road.run()
    assert check_of(road, mine, group)["conclusion"] == "failure"


def test_a_group_that_is_gone_before_it_is_announced_is_not_reviewed(road, reviewed, queue):
    mine = reviewed()
    group = queue(mine, {"src/A.sol": FLAWED}, deliver=False)
    tell(road, mine, group, reason="dequeued")
    road.run()
    late = tell(road, mine, group)
    road.run()
    assert len(road.checks(mine)) == 1
    assert road.outcome(mine.installation, late.guid) == (
        "nothing to review: the merge group is gone"
    )


def test_a_group_whose_jobs_were_lost_is_taken_up_again(road, reviewed, queue):
    mine = reviewed()
    group = queue(mine, {"src/A.sol": FLAWED})
    pump(road, "PlanFunction").run()
    lose(road, "StaticWorkerFunction")
    sweep_after(road, OPEN_LOOK)
    assert check_of(road, mine, group)["conclusion"] == "failure"
