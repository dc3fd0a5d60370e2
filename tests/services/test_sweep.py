"""The sweep itself: two at once, faults, outages, no time."""

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from solvet.adapters.aws.state import DynamoState
from solvet.domain.delivery import Delivery, Trigger
from solvet.domain.scan import Job, Report, ReportKind, Stage
from solvet.local.github import Fault
from solvet.services.letters import put_off
from solvet.services.sweep import UNCERTAIN
from tests.services.healing import (
    LETTER_WAIT,
    OPEN_LOOK,
    assert_reviewed_once,
    due,
    listens,
    lose,
    pump,
    survive,
    sweep_after,
)


def test_two_sweeps_at_once_take_up_each_thing_once(calm, change):
    mine = change()
    calm.announce(mine)
    pump(calm, "PlanFunction").run()
    lose(calm, "StaticWorkerFunction")
    calm._later += OPEN_LOOK
    first = calm.stack.sweep()
    second = calm.stack.sweep()
    assert (first["Resumed"], second.get("Resumed")) == (1, None)


def test_a_fault_of_ours_in_one_action_stops_no_other_and_is_raised(
    calm, change, in_vain, monkeypatch
):
    def broken(_):
        raise RuntimeError("a bug of ours")
        yield

    monkeypatch.setattr("solvet.services.sweep.ACTIONS", (broken, *_actions()))
    mine = change()
    in_vain(mine)
    listens(calm)
    with pytest.raises(ExceptionGroup, match="in part"):
        calm.stack.sweep()
    survive(calm)
    assert_reviewed_once(calm, mine)


def _actions():
    from solvet.services import sweep

    return sweep.ACTIONS


def test_an_outage_of_github_stops_only_what_needs_github(calm, change):
    mine = change()
    calm.announce(mine)
    pump(calm, "PlanFunction").run()
    lose(calm, "StaticWorkerFunction")
    down = Fault(path=".*", status=503, times=1)
    calm.github.set_fault_hook(lambda _: down)
    calm._later += OPEN_LOOK
    done = calm.stack.sweep()
    calm.github.set_fault_hook(None)
    assert done["Resumed"] == 1
    assert done["Stopped"] >= 1
    survive(calm)
    assert_reviewed_once(calm, mine)


NOBODYS = {"installation": 9, "scan_id": "none"}
LETTERS = {
    "PlanFunction": Delivery(id="d", trigger=Trigger.FORGET, installation=9),
    "StaticWorkerFunction": Job(**NOBODYS, path="A.sol", stage=Stage.STATIC),
    "ModelWorkerFunction": Job(**NOBODYS, path="A.sol", stage=Stage.MODEL),
    "ReporterFunction": Report(**NOBODYS, group="g", kind=ReportKind.FINAL),
}


def test_a_letter_goes_back_to_the_queue_that_it_died_on(calm):
    for message in LETTERS.values():
        put_off(message, DynamoState(calm._table))
    calm._later += LETTER_WAIT
    assert calm.stack.sweep() == {"SentAgain": 4}
    assert {name: pump(calm, name).waiting() for name in LETTERS} == dict.fromkeys(LETTERS, 1)
    survive(calm)


def test_a_letter_that_no_queue_takes_is_kept_and_sent_when_its_sender_is_surely_gone(
    calm, monkeypatch
):
    def down(client, operation, arguments):
        if operation.startswith("SendMessage"):
            raise ClientError({"Error": {"Code": "ServiceUnavailable"}}, operation)
        return really(client, operation, arguments)

    really = BaseClient._make_api_call
    put_off(LETTERS["ReporterFunction"], DynamoState(calm._table))
    calm._later += LETTER_WAIT
    with monkeypatch.context() as outage:
        outage.setattr(BaseClient, "_make_api_call", down)
        assert calm.stack.sweep() == {"Stopped": 1}
    assert calm.stack.sweep() == {}, "its sender may be at it still"
    assert sweep_after(calm, UNCERTAIN + 1) == {"SentAgain": 1}
    assert due(calm, "letter", 9) == []


def test_a_sweep_without_time_begins_nothing(calm, change, in_vain, monkeypatch):
    in_vain(change())
    listens(calm)
    monkeypatch.setattr("solvet.services.healer.RESERVE", 1e9)
    assert sweep_after(calm, 0) == {}
