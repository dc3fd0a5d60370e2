"""The sweep itself: two at once, faults, outages, no time."""

import pytest

from solvet.local.github import Fault
from tests.services.healing import (
    OPEN_LOOK,
    assert_reviewed_once,
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


def test_a_sweep_without_time_begins_nothing(calm, change, in_vain, monkeypatch):
    in_vain(change())
    listens(calm)
    monkeypatch.setattr("solvet.services.healer.RESERVE", 1e9)
    assert sweep_after(calm, 0) == {}
