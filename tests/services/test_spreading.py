"""A decision in one pull request reaches the others that have the finding."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from botocore.client import BaseClient

from solvet.services import spreading
from tests.services.conftest import FLAWED, SAFE
from tests.services.healing import pump
from tests.services.talking import blocking, check_of, reactions, replies


@pytest.fixture
def reports(monkeypatch):
    """By what SQS tells the reports apart that are asked for."""
    really, ids = BaseClient._make_api_call, []

    def call(client, operation, arguments):
        if "MessageDeduplicationId" in arguments:
            ids.append(arguments["MessageDeduplicationId"])
        return really(client, operation, arguments)

    monkeypatch.setattr(BaseClient, "_make_api_call", call)
    return ids


@pytest.fixture
def another(road):
    """Opens a further pull request of the same repository with the same finding."""

    def make(mine, branch, files=None, *, announced=True):
        files = files or {"src/A.sol": f"{FLAWED}// {branch}\n"}
        head = mine.history.commit(branch, files, parents=[mine.base])
        pull = road.github.open_pull_request(mine.remote, head=branch)
        other = SimpleNamespace(**vars(mine) | {"pull": pull, "head": head})
        if announced:
            road.announce(other)
            road.run()
        return other

    return make


def told_on(road, other):
    """The bodies of our comments on that pull request."""
    comments = [c for c in road.comments(other) if c["number"] == other.pull.number]
    return [c["body"] for c in comments if c["author"] == "solvet[bot]"]


def test_the_other_pull_requests_follow_without_a_model_or_a_further_comment(
    road, reviewed, say, another, reports
):
    mine = reviewed()
    found = blocking(road, mine)
    other = another(mine, "other")
    clean = another(mine, "clean", {"src/B.sol": "contract B {}\n"})
    asked, unmoved = len(road.providers.received), told_on(road, clean)
    assert check_of(road, mine, other.head)["conclusion"] == "failure"
    say(mine, f"/solvet ignore {found} only the treasury calls it")
    for each in (mine, other):
        assert check_of(road, mine, each.head)["conclusion"] == "success"
        (body,) = told_on(road, each)
        assert "only the treasury calls it" in body
    say(other, f"/solvet unignore {found}")
    for each in (mine, other):
        assert check_of(road, mine, each.head)["conclusion"] == "failure"
    say(mine, f"/solvet ignore {found} only the treasury calls it")
    assert check_of(road, mine, other.head)["conclusion"] == "success"
    assert len(set(reports)) == len(reports), "SQS drops what is asked for twice in five minutes"
    assert len(road.providers.received) == asked
    assert told_on(road, clean) == unmoved
    assert replies(road, mine) == []


def test_one_whose_newer_head_is_being_reviewed_is_not_told_of_its_former_one(
    road, reviewed, say, another
):
    mine = reviewed()
    found = blocking(road, mine)
    moved = another(mine, "moved")
    head = mine.history.commit("moved", {"src/A.sol": SAFE}, parents=[moved.head])
    road.github.push(mine.remote, "moved", head)
    road.announce(moved, "synchronize")
    pump(road, "PlanFunction").run()
    delivery = say(mine, f"/solvet ignore {found} known")
    assert "other pull request" not in road.outcome(mine.installation, delivery.guid)


def test_closed_ones_and_those_that_moved_on_are_left_as_they_are(road, reviewed, say, another):
    mine = reviewed()
    found = blocking(road, mine)
    closed, mended = another(mine, "closed"), another(mine, "mended")
    road.github.close_pull_request(closed.pull)
    before = told_on(road, closed)
    delivery = say(mine, f"/solvet ignore {found} known")
    assert told_on(road, closed) == before
    assert "also in 1 other pull request" in road.outcome(mine.installation, delivery.guid)
    assert check_of(road, mine, mended.head)["conclusion"] == "success"


def test_more_than_can_be_told_at_once_is_said(road, reviewed, say, another, monkeypatch):
    monkeypatch.setattr(spreading, "MOST", 1)
    mine = reviewed()
    found = blocking(road, mine)
    first, second = another(mine, "first"), another(mine, "second")
    second.pull.updated_at -= timedelta(minutes=1)
    say(mine, f"/solvet ignore {found} known")
    conclusions = [check_of(road, mine, each.head)["conclusion"] for each in (first, second)]
    assert conclusions == ["success", "failure"]
    (reply,) = replies(road, mine)
    assert "2 other open pull requests: the reports of the 1 that were touched last" in reply
    assert reactions(road, mine) == ["eyes", "+1"]
