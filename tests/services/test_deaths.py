"""Who may have died of a file works on it alone; who only waited does not."""

from threading import Barrier

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from solvet.adapters.aws.state import DynamoState
from solvet.domain.scan import Job, Stage
from solvet.local.providers.answers import Http
from solvet.services.deaths import survived, unheard
from tests.services.conftest import NOTHING_TO_ADD
from tests.services.test_bursts import numbers, one

JOB = Job(installation=1, scan_id="s1", path="src/A.sol", stage=Stage.MODEL)


@pytest.fixture
def state(calm):
    return DynamoState(calm._table)


def test_files_that_a_limit_stopped_are_asked_about_side_by_side_again(calm, change):
    together = Barrier(3, timeout=20)

    def policy(_):
        if len(calm.providers.received) <= together.parties:
            return Http(429)
        together.wait()
        return NOTHING_TO_ADD

    calm.providers.policy = policy
    mine = change({"README.md": "x"}, {f"src/C{n}.sol": one(next(numbers)) for n in range(3)})
    calm.announce(mine)
    calm.run()
    assert calm.check(mine)["title"] == "Nothing new found"
    assert len(calm.providers.received) == 6


def test_attempts_are_heard_of_over_all_lives_of_a_job(state):
    assert not unheard(JOB, 1, state)
    assert unheard(JOB, 2, state)
    state.survived(JOB, attempt=5)
    assert not unheard(JOB, 6, state), "the first attempt of its second life"
    assert unheard(JOB, 7, state)
    assert unheard(JOB, 2, state), "a fresh job of the same file"


def test_where_nothing_can_be_read_a_file_is_taken_to_be_dangerous(state, monkeypatch):
    def call(client, operation, arguments):
        raise ClientError({"Error": {"Code": "InternalServerError"}}, operation)

    monkeypatch.setattr(BaseClient, "_make_api_call", call)
    assert unheard(JOB, 2, state)
    survived(JOB, 2, state)  # raises nothing, so that the job fails of what it failed of
