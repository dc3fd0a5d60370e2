"""Big and odd changes: each has an outcome that tells the truth about what was looked at."""

import pytest

from tests.services.conftest import FLAWED, SAFE


def outcome(road, mine):
    """The check of the newest head."""
    (check,) = (c for c in road.checks(mine) if c["head_sha"] == mine.head)
    return check["conclusion"], check["title"]


def test_more_files_than_github_lists_leave_no_verdict(road, project, monkeypatch):
    for limit in ("MOST_PULL_FILES", "MOST_COMPARED_FILES"):
        monkeypatch.setattr(f"solvet.adapters.github.changes.{limit}", 5)
    monkeypatch.setattr(road.github.limits, "pull_request_files", 5)
    mine = project({"A.sol": SAFE}, {"A.sol": SAFE, **{f"B{n}.sol": SAFE for n in range(9)}})
    road.open(mine)
    conclusion, title = outcome(road, mine)
    assert conclusion == "failure"
    assert "not every changed file could be listed" in title
    assert "GitHub lists at most 5 files of a pull request" in road.comment(mine)


def test_a_generated_file_is_read_up_to_a_limit_and_the_rest_named(road, project):
    generated = "contract G {\n" + "    uint256 constant A = 1;\n" * 37_000 + "}\n"
    mine = project({"A.sol": SAFE}, {"A.sol": SAFE, "Generated.sol": generated})
    road.open(mine)
    conclusion, title = outcome(road, mine)
    assert conclusion == "neutral"
    assert "1 of 1 file not fully analysed" in title
    assert "`Generated.sol`: line" in road.comment(mine)


@pytest.mark.parametrize("folder", ["lib/pool/src", "node_modules/pool"])
def test_vendored_code_is_analysed_and_kept_quiet(road, project, folder):
    path = f"{folder}/A.sol"
    mine = project({path: SAFE}, {path: FLAWED})
    road.open(mine)
    assert outcome(road, mine)[0] == "success"
    assert "in tests, mocks, scripts or vendored code" in road.comment(mine)
    assert f"`{path}`" in road.comment(mine)


@pytest.mark.parametrize(
    ("before", "mode"), [("lib/Other.sol", "120000"), (b"\0\1\2", None), (b"x" * 5_000_001, None)]
)
def test_a_file_is_judged_although_what_was_there_before_cannot_be_read(
    road, project, before, mode
):
    mine = project({"src/A.sol": before, "B.sol": SAFE}, modes={"src/A.sol": mode})
    mine.head = mine.history.commit("feature", {"src/A.sol": FLAWED}, parents=[mine.base])
    road.open(mine)
    assert outcome(road, mine)[0] == "failure"
    assert "the version before could not be read" in road.comment(mine)


def test_a_nul_byte_in_a_comment_hides_no_flaw(road, project):
    mine = project({"src/A.sol": SAFE}, {"src/A.sol": b"// \0\n" + FLAWED.encode()})
    road.open(mine)
    assert outcome(road, mine)[0] == "failure"
    assert "a NUL byte" in road.comment(mine)


def test_a_branch_that_was_rewritten_is_reviewed_as_it_is_now(road, change):
    mine = change()
    road.announce(mine)
    road.run()
    for event, payload in road.move(mine, {"src/A.sol": SAFE + "\n"}, parents=[mine.base]):
        road.deliver(event, payload)
    road.run()
    assert outcome(road, mine)[0] == "success"
    assert len(road.comments(mine)) == 1
    assert mine.head[:7] in road.comment(mine)


def test_a_base_that_changes_under_the_pull_request_is_compared_with_anew(road, change):
    mine = change()
    road.announce(mine)
    road.run()
    assert outcome(road, mine)[0] == "failure"
    mine.history.commit("release", {"src/A.sol": FLAWED}, parents=[mine.base])
    mine.base = mine.history.commit("release", {"src/A.sol": FLAWED + "\n"}, parents=[mine.head])
    mine.pull.base, mine.pull.base_sha = "release", mine.base
    payload = road.github.payload_pull_request(mine.pull, "edited")
    payload["changes"] = {"base": {"ref": {"from": "main"}, "sha": {"from": "0" * 40}}}
    road.deliver("pull_request", payload)
    road.run()
    assert len(road.comments(mine)) == 1
    assert {c["conclusion"] for c in road.checks(mine)} == {"skipped"}


def test_files_are_those_of_the_head_that_is_judged_whoever_pushes_meanwhile(road, change):
    """A pull request's own list is that of its head by then, and the head may come back."""
    mine = change({"src/A.sol": SAFE}, {"src/A.sol": SAFE + "\n", "src/B.sol": FLAWED})
    harmless = mine.history.commit("feature", {"src/A.sol": SAFE + "\n"}, parents=[mine.base])

    def push_once_the_head_was_read(request):
        if "/compare/" in request.path:
            mine.pull.head_sha = harmless

    road.github.faults.hook = push_once_the_head_was_read
    road.announce(mine)
    road.run()
    assert {c["conclusion"] for c in road.checks(mine) if c["head_sha"] == mine.head} == {"failure"}


def test_a_pull_request_that_gets_another_base_is_judged_by_the_policy_of_that(road, change):
    """The branches part at the same commit, so head and merge base are the same for both."""
    mine = change()
    lax = mine.history.commit(
        "lax", {"src/A.sol": SAFE, ".solvet.yml": "fail: off\n"}, parents=[mine.base]
    )
    seen = []
    for name, tip in (("lax", lax), ("main", mine.base), ("lax", lax), ("main", mine.base)):
        mine.pull.base, mine.pull.base_sha = name, tip
        payload = road.github.payload_pull_request(mine.pull, "edited" if seen else "opened")
        payload["changes"] = {"base": {"ref": {"from": "another"}, "sha": {"from": "0" * 40}}}
        road.deliver("pull_request", payload)
        road.run()
        seen.append(outcome(road, mine)[0])
    assert seen == ["success", "failure", "success", "failure"]
    assert len(road.comments(mine)) == 1
