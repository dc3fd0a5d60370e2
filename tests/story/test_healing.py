"""A webhook is lost, and nobody has to do anything about it."""

import pytest

from solvet.local.demo import Models, staged
from solvet.local.repositories import sample


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    """The sample's pull request was opened while nobody listened; then the clock struck twice."""
    repository = sample(tmp_path_factory.mktemp("sample"))
    with staged(repository, Models(), port=0) as running:
        listening = running.stack.webhook_url
        running.github.webhook_url = "http://127.0.0.1:9/webhook"
        assert running.open_pull().status_code == 502
        running.github.webhook_url = listening
        done = [running.stack.sweep()]
        running.settle()
        done.append(running.stack.sweep())
        running.settle()
        yield running, done


def test_the_first_sweep_asks_for_it_again_and_the_second_for_nothing(stage):
    assert stage[1] == [{"Redelivered": 1}, {}]


def test_the_change_is_reviewed_exactly_once(stage):
    (check,), (comment,) = stage[0].checks(), stage[0].comments()
    assert (check["status"], check["conclusion"]) == ("completed", "failure")
    assert check["head_sha"][:7] in comment["body"]


def test_both_attempts_are_one_delivery(stage):
    first, second = stage[0].github.deliveries
    assert (first.guid, second.status_code) == (second.guid, 202)
