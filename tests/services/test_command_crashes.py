"""Processes die and answers get lost while a command is obeyed; it is obeyed once all the same."""

import itertools

import pytest
from botocore.client import BaseClient

from solvet.local.github import Fault

OF_OTHERS = {
    "ReceiveMessage",
    "DeleteMessageBatch",
    "GetQueueAttributes",
    "ChangeMessageVisibility",
    "ListQueues",
}
"""What the poller and the test ask."""
AWS_STEPS = 35
GITHUB_STEPS = 20


class Died(BaseException):
    """The process is gone."""


@pytest.fixture
def mine(road, change):
    it = change()
    road.github.set_permission(it.remote, "ada", "write")
    road.announce(it)
    road.run()
    (it.found,) = {
        a["raw_details"].partition("fingerprint ")[2][:16]
        for a in road.check(it)["annotations"]
        if "eentrancy" in a["title"]
    }
    return it


def obey(road, mine, body, trouble=None):
    """Trouble begins once the comment's delivery is on its queue."""
    road.deliver(*road.github.comment(mine.pull, "ada", body))
    if trouble:
        trouble()
    try:
        road.run()
    except Died:
        road.wait()
        road.run()


def hang_up(answer):
    """A process that ends closes its connections."""
    if "Body" in answer:
        answer["Body"].close()


@pytest.fixture
def dying(monkeypatch):
    """Lets the process die after its n-th call to AWS; answers which calls were made."""

    def arrange(step):
        calls, really, made = itertools.count(1), BaseClient._make_api_call, []

        def call(self, operation, arguments):
            answer = really(self, operation, arguments)
            if operation not in OF_OTHERS:
                made.append(operation)
                if next(calls) == step:
                    hang_up(answer)
                    raise Died
            return answer

        monkeypatch.setattr(BaseClient, "_make_api_call", call)
        return made

    return arrange


def assert_ignored_once(road, mine):
    check = road.check(mine)
    assert (check["status"], check["conclusion"]) == ("completed", "success")
    bodies = [c["body"] for c in road.comments(mine) if c["author"] == "solvet[bot]"]
    assert len(bodies) == 1
    assert "paid by the treasury" in bodies[0]
    assert road.dead_letters() == []


@pytest.mark.parametrize("step", range(1, AWS_STEPS + 1, 3))
def test_a_death_after_any_step_ignores_all_the_same(road, mine, dying, step):
    obey(road, mine, f"/solvet ignore {mine.found} paid by the treasury", lambda: dying(step))
    assert_ignored_once(road, mine)


@pytest.mark.parametrize("step", range(1, GITHUB_STEPS + 1, 2))
def test_a_lost_answer_at_any_step_ignores_all_the_same(road, mine, step):
    requests, lost = itertools.count(1), Fault(done=True, dropped=True)
    road.github.set_fault_hook(lambda _: lost if next(requests) == step else None)
    obey(road, mine, f"/solvet ignore {mine.found} paid by the treasury")
    assert_ignored_once(road, mine)


def test_the_steps_above_are_all_there_are(road, mine, dying):
    made, asked = dying(0), len(road.github.requests)
    obey(road, mine, f"/solvet ignore {mine.found} paid by the treasury")
    assert len(made) <= AWS_STEPS
    assert len(road.github.requests) - asked <= GITHUB_STEPS


@pytest.mark.parametrize("step", range(1, 15, 2))
def test_a_reply_is_written_once_whatever_gets_lost(road, mine, step):
    requests, lost = itertools.count(1), Fault(done=True, dropped=True)
    road.github.set_fault_hook(lambda _: lost if next(requests) == step else None)
    obey(road, mine, f"/solvet explain {mine.found}")
    replies = [c for c in road.comments(mine) if "solvet:reply:explain" in c["body"]]
    assert len(replies) == 1


@pytest.mark.parametrize("step", range(1, 40, 5))
def test_a_resume_that_dies_reviews_all_the_same(road, mine, dying, step):
    obey(road, mine, "/solvet pause")
    for event, payload in road.move(mine, {"src/A.sol": "contract A {}\n"}):
        road.deliver(event, payload)
    road.run()
    obey(road, mine, "/solvet resume", lambda: dying(step))
    (check,) = [c for c in road.checks(mine) if c["head_sha"] == mine.head]
    assert (check["status"], check["conclusion"]) == ("completed", "success")
    assert "paused" not in road.comments(mine)[0]["body"]
