"""Two pull requests with one head: neither hides what the other one's check says."""

import re
from contextvars import Context

import boto3
import pytest

from solvet.adapters.github.checks import GitHubChecks
from tests.services.conftest import FLAWED, SAFE
from tests.services.healing import pump

QUIET = {"src/A.sol": FLAWED, "README.md": "Vaults.\n"}


@pytest.fixture
def twins(road, project):
    """A pull request to `main`, and one to a branch that has the flaw already."""
    mine = project({"src/A.sol": SAFE}, {"src/A.sol": FLAWED})
    mine.history.commit("flawed", {"src/A.sol": FLAWED, "x.txt": "x"}, parents=[mine.head])
    mine.head = mine.history.commit("feature", QUIET, parents=[mine.head])
    mine.to_main = road.github.open_pull_request(mine.remote, head="feature")
    mine.to_flawed = road.github.open_pull_request(mine.remote, head="feature", base="flawed")
    mine.pull = mine.to_main
    road.github.set_permission(mine.remote, "ada", "write")
    return mine


def announce(road, *pulls, action="opened"):
    for pull in pulls:
        road.deliver("pull_request", road.github.payload_pull_request(pull, action))
        road.run()


def conclusions(road, mine):
    return [check["conclusion"] for check in road.checks(mine)]


@pytest.mark.parametrize("first", ["to_main", "to_flawed"])
def test_a_second_pull_request_of_a_head_hides_no_flaw(road, twins, first):
    order = sorted((twins.to_main, twins.to_flawed), key=lambda p: p is not getattr(twins, first))
    announce(road, *order)
    assert conclusions(road, twins) == ["failure", "failure"]
    told = next(c for c in road.checks(twins) if c["title"].startswith("No Solidity"))
    assert "pull request 1: 1 high introduced" in told["title"]
    assert "Pull request #1 has the same head" in told["summary"]
    assert len(road.comments(twins)) == 1  # the other one is not commented for it


def test_while_one_is_under_way_the_other_is_not_green(road, twins):
    announce(road, twins.to_flawed)
    assert conclusions(road, twins) == ["skipped"]
    payload = road.github.payload_pull_request(twins.to_main, "opened")
    road.deliver("pull_request", payload)
    pump(road, "PlanFunction").run()
    (number,) = [c["id"] for c in road.checks(twins) if c["conclusion"] == "skipped"]
    road.deliver("check_run", road.github.payload_check_run_rerequested(number))
    for name in ("PlanFunction", "ReporterFunction", "ReporterFunction"):  # the former look first
        pump(road, name).run()
    assert conclusions(road, twins) == ["failure", None]
    road.run()
    assert conclusions(road, twins) == ["failure", "failure"]


def test_a_verdict_that_comes_while_the_other_is_told_is_told_there_too(road, twins, monkeypatch):
    really, meanwhile = GitHubChecks.conclude, ["StaticWorkerFunction", "ReporterFunction"]

    def conclude(self, *told):
        while meanwhile:
            Context().run(pump(road, meanwhile.pop(0)).run)  # as nobody who runs already
        really(self, *told)

    for pull in (twins.to_main, twins.to_flawed):
        road.deliver("pull_request", road.github.payload_pull_request(pull, "opened"))
    pump(road, "PlanFunction").run()
    monkeypatch.setattr(GitHubChecks, "conclude", conclude)
    pump(road, "ReporterFunction").run()
    told = next(c for c in road.checks(twins) if c["title"].startswith("No Solidity"))
    assert not meanwhile
    assert "pull request 1: 1 high introduced" in told["title"]


def test_what_is_decided_in_one_is_told_in_the_check_of_the_other(road, twins):
    announce(road, twins.to_main, twins.to_flawed)
    twins.pull = twins.to_main
    (flaw,) = blocking_ones_of_main(road, twins)
    body = f"/solvet ignore {flaw} paid by the treasury"
    event, payload = road.github.comment(twins.to_main, "ada", body)
    road.deliver(event, payload)
    road.run()
    assert sorted(conclusions(road, twins)) == ["skipped", "success"]


def blocking_ones_of_main(road, mine):
    found = [a for check in road.checks(mine) for a in check["annotations"]]
    details = [a["raw_details"] for a in found if "eentrancy" in a["title"]]
    return {raw.partition("fingerprint ")[2][:16] for raw in details}


def test_of_equal_verdicts_each_tells_its_own(road, twins):
    twins.history.commit("copy", {"x.txt": "x"}, parents=[twins.base])
    other = road.github.open_pull_request(twins.remote, head="feature", base="copy")
    announce(road, twins.to_main, other)
    assert {check["title"] for check in road.checks(twins)} == {"1 high introduced · 1 fixed"}


def again(road, mine):
    """Has the check run without Solidity looked at anew; answers what it says then."""
    skipped = next(c for c in road.checks(mine) if c["title"].startswith("No Solidity"))
    road.deliver("check_run", road.github.payload_check_run_rerequested(skipped["id"]))
    road.run()
    return next(c for c in road.checks(mine) if c["id"] == skipped["id"])


def test_of_a_verdict_whose_results_are_gone_its_check_run_speaks(road, twins):
    announce(road, twins.to_main, twins.to_flawed)
    for key in road.objects(twins.installation):
        boto3.client("s3").delete_object(Bucket=road._bucket, Key=key)
    told = again(road, twins)
    assert told["conclusion"] == "failure"
    assert told["title"] == "No Solidity changed · pull request 1: failure"


@pytest.mark.parametrize("how", ["closed", "moved"])
def test_one_that_is_gone_counts_no_more(road, twins, how):
    announce(road, twins.to_main, twins.to_flawed)
    if how == "closed":
        road.deliver(*road.github.close_pull_request(twins.to_main))
    else:
        moved = twins.history.commit("mended", {"src/A.sol": SAFE + "\n"}, parents=[twins.head])
        twins.to_main.head, twins.to_main.head_sha = "mended", moved
        announce(road, twins.to_main, action="synchronize")
    road.run()
    old = [c for c in road.checks(twins) if c["head_sha"] == twins.head]
    told = next(c for c in old if c["title"].startswith("No Solidity"))
    assert (told["title"], told["conclusion"]) == ("No Solidity changed", "skipped")


def test_one_that_is_opened_again_counts_again(road, twins):
    announce(road, twins.to_main, twins.to_flawed)
    road.deliver(*road.github.close_pull_request(twins.to_main))
    road.run()
    assert sorted(conclusions(road, twins)) == ["failure", "skipped"]
    road.deliver(*road.github.reopen_pull_request(twins.to_main))
    road.run()
    assert conclusions(road, twins) == ["failure", "failure"]


def test_a_verdict_on_one_that_was_closed_meanwhile_is_no_others(road, twins):
    announce(road, twins.to_flawed)
    opened = road.github.payload_pull_request(twins.to_main, "opened")
    road.deliver("pull_request", opened)
    pump(road, "PlanFunction").run()
    road.github.close_pull_request(twins.to_main)
    road.run()
    assert sorted(conclusions(road, twins)) == ["failure", "skipped"]


@pytest.mark.parametrize("then", ["closed", "closed and opened again"])
def test_nothing_is_written_anew_about_one_without_twins(road, twins, then):
    announce(road, twins.to_main)
    before = len(road.github.requests)
    road.deliver(*road.github.close_pull_request(twins.to_main))
    if "again" in then:
        road.run()
        road.deliver(*road.github.reopen_pull_request(twins.to_main))
    road.run()
    asked = road.github.requests[before:]
    assert {r.method for r in asked if "/access_tokens" not in r.path} == {"GET"}


def test_many_pull_requests_of_one_head_are_asked_about_in_one_request(road, twins):
    announce(road, twins.to_main)
    for number in range(5):
        twins.remote.git.set_reference(f"refs/heads/same{number}", twins.head)
        announce(road, road.github.open_pull_request(twins.remote, head=f"same{number}"))
    before = len(road.github.requests)
    announce(road, twins.to_flawed)
    asked = [r.path for r in road.github.requests[before:] if re.search(r"/pulls/\d+$", r.path)]
    assert conclusions(road, twins) == ["failure"] * 7
    assert set(asked) == {f"/repos/{twins.remote.full_name}/pulls/{twins.to_flawed.number}"}
