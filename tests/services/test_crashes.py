"""Processes die between any two lines and answers get lost; every review ends all the same."""

import itertools

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from solvet.local.github import Fault

OF_THE_POLLER = {
    "ReceiveMessage",
    "DeleteMessageBatch",
    "GetQueueAttributes",
    "ChangeMessageVisibility",
}
OF_THE_TEST = {"ListQueues"}
AWS_STEPS = 66
GITHUB_STEPS = 32


class Died(BaseException):
    """The process is gone: nothing after this line runs, no handler, no cleaning up."""


@pytest.fixture
def after_aws_call(monkeypatch):
    """Does something after the n-th call to AWS that a function makes; answers how many came."""

    def arrange(step, action):
        calls, really = itertools.count(1), BaseClient._make_api_call
        made = []

        def call(self, operation, arguments):
            answer = really(self, operation, arguments)
            if operation not in OF_THE_POLLER | OF_THE_TEST:
                made.append(operation)
                if next(calls) == step:
                    action(operation, answer)
            return answer

        monkeypatch.setattr(BaseClient, "_make_api_call", call)
        return made

    return arrange


def die(_, answer):
    hang_up(answer)
    raise Died


def hang_up(answer):
    """A process that ends closes its connections."""
    if "Body" in answer:
        answer["Body"].close()


def lose_the_answer(operation, answer):
    hang_up(answer)
    raise ClientError({"Error": {"Code": "InternalServerError", "Message": "lost"}}, operation)


def announced(road, change):
    mine = change()
    road.announce(mine)
    return mine


def review(road, mine):
    """Who dies is started again once the lease is over."""
    try:
        road.run()
    except Died:
        road.wait()
        road.run()


def assert_reviewed_once(road, mine):
    check = road.check(mine)
    assert (check["status"], check["conclusion"]) == ("completed", "failure")
    assert "model review under way" not in check["title"]
    places = [(a["path"], a["start_line"], a["title"]) for a in check["annotations"]]
    assert len(places) == len(set(places)) > 0
    assert mine.head[:7] in road.comment(mine)
    assert len(road._of("review_comments", mine)) == 1
    assert road.dead_letters() == []


@pytest.mark.parametrize("step", range(1, AWS_STEPS + 1, 3))
def test_a_death_after_any_step_is_made_good(road, change, after_aws_call, step):
    mine = announced(road, change)
    after_aws_call(step, die)
    review(road, mine)
    assert_reviewed_once(road, mine)


@pytest.mark.parametrize("step", range(2, AWS_STEPS + 1, 7))
def test_a_lost_answer_of_aws_at_any_step_is_made_good(road, change, after_aws_call, step):
    mine = announced(road, change)
    after_aws_call(step, lose_the_answer)
    review(road, mine)
    assert_reviewed_once(road, mine)


@pytest.mark.parametrize("step", range(1, GITHUB_STEPS + 1, 2))
def test_a_lost_answer_of_github_at_any_step_is_made_good(road, change, step):
    mine, requests = announced(road, change), itertools.count(1)
    lost = Fault(done=True, dropped=True)
    road.github.set_fault_hook(lambda _: lost if next(requests) == step else None)
    review(road, mine)
    assert_reviewed_once(road, mine)


def test_the_steps_above_are_all_there_are(road, change, after_aws_call):
    mine, asked = announced(road, change), len(road.github.requests)
    made = after_aws_call(0, die)
    review(road, mine)
    assert len(made) <= AWS_STEPS
    assert len(road.github.requests) - asked <= GITHUB_STEPS
