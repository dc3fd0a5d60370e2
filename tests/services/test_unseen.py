"""Heads of open pull requests that nobody told us of."""

from datetime import timedelta

import pytest

from tests.services.conftest import FLAWED, SAFE
from tests.services.healing import (
    OPEN_LOOK,
    due,
    survive,
    sweep_after,
)


def unannounced(calm, mine, minutes=20):
    """A second pull request of a repository that is known; nobody announces it."""
    mine.head = mine.history.commit("other", {"src/A.sol": FLAWED + "\n"}, parents=[mine.base])
    pull = calm.github.open_pull_request(mine.remote, head="other")
    pull.updated_at -= timedelta(minutes=minutes)
    return pull


def heads(calm, mine):
    return [check["head_sha"] for check in calm.checks(mine)]


def test_an_open_pull_request_without_a_check_is_found_and_reviewed_once(calm, known):
    pull = unannounced(calm, known)
    assert sweep_after(calm, OPEN_LOOK)["Planned"] == 1
    for _ in range(2):
        assert "Planned" not in sweep_after(calm, OPEN_LOOK)
    assert heads(calm, known).count(pull.head_sha) == 1


def test_a_pull_request_is_found_although_its_commit_was_checked_for_something_else(calm, known):
    """The branch was pushed before, and the same head is offered to another branch as well."""
    mine, road = known, calm
    head = mine.history.commit("other", {"src/A.sol": FLAWED + "\n"}, parents=[mine.base])
    (event, payload), *_ = road.github.push(mine.remote, "other", head)
    road.deliver(event, payload)
    survive(road)
    pull = road.github.open_pull_request(mine.remote, head="other")
    again = road.github.open_pull_request(mine.remote, head="feature")
    for each in (pull, again):
        each.updated_at -= timedelta(minutes=20)
    assert sweep_after(road, OPEN_LOOK)["Planned"] == 2
    names = sorted((check["head_sha"], check["name"]) for check in road.checks(mine))
    assert names.count((head, "Solvet")) == 1
    assert names.count((again.head_sha, "Solvet")) == 2
    assert "Planned" not in sweep_after(road, OPEN_LOOK)


@pytest.mark.parametrize("minutes", [0, 73 * 60], ids=["just opened", "long untouched"])
def test_a_change_on_its_way_and_one_long_untouched_are_left(calm, known, minutes):
    unannounced(calm, known, minutes)
    assert "Planned" not in sweep_after(calm, OPEN_LOOK)


def test_a_head_with_a_check_that_our_books_forgot_is_left(calm, known):
    for name in calm.state(known.installation):
        if name.startswith(("head#", "scan#", "delivery#")):
            calm._table.delete_item(Key={"pk": f"installation#{known.installation}", "sk": name})
    known.pull.updated_at -= timedelta(minutes=20)
    assert "Planned" not in sweep_after(calm, OPEN_LOOK)


def test_a_head_for_which_nothing_was_due_is_found_once(calm, known):
    unannounced(calm, known)
    refused = '{"message": "Resource not accessible by integration"}'
    calm.github.fail_next(path="/pulls/", status=403, body=refused)
    done = [sweep_after(calm, OPEN_LOOK).get("Planned", 0) for _ in range(3)]
    assert done == [1, 0, 0]


def test_a_repository_that_vanished_is_looked_at_no_more(calm, known, vanish):
    vanish(known)
    sweep_after(calm, OPEN_LOOK)
    assert due(calm, "repository", known.installation) == []


def test_a_limit_rests_all_repositories_of_its_installation(calm, known, project):
    other = project({"A.sol": SAFE}, {"A.sol": FLAWED}, installation=known.installation)
    calm.open(other)
    limit = {"status": 403, "headers": {"Retry-After": "3000"}, "body": '{"message": "rate limit"}'}
    calm.github.fail_next(path="/pulls$", **limit)
    assert sweep_after(calm, OPEN_LOOK)["Stopped"] == 1
    assert (
        sum(
            f"/repos/{r.repository.full_name}/pulls" == q.path
            for r in (known, other)
            for q in calm.github.requests[-5:]
        )
        <= 1
    )
    assert due(calm, "repository", known.installation)
