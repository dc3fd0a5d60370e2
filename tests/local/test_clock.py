"""The clock of the local stack, and what the template may say of it."""

import threading

import pytest

from solvet.errors import ConfigError
from solvet.local import template
from solvet.local.stack import ROOT, Clocked, LocalStack


class Function:
    """Counts its calls, and stops the stack at the third."""

    name = "SweepFunction"

    def __init__(self, stack):
        self.calls, self._stack = 0, stack

    def invoke(self, event):
        self.calls += 1
        if self.calls == 3:
            self._stack._stop.set()
        return {"Resumed": 1}


@pytest.fixture
def stack():
    bare = LocalStack.__new__(LocalStack)
    bare._pumps, bare._threads, bare._stop = (), [], threading.Event()
    return bare


def test_a_started_stack_sweeps_again_and_again_until_it_stops(stack):
    function = Function(stack)
    stack._clocked = (Clocked(function, 0.001),)
    stack.start()
    stack._stop.wait(30)
    stack.stop()
    assert function.calls == 3


def test_a_sweep_by_hand_tells_what_was_done(stack):
    stack._clocked = (Clocked(Function(stack), 300), Clocked(Function(stack), 300))
    assert stack.sweep() == {"Resumed": 2}


def test_the_template_says_how_often():
    every = {spec.name: spec.every for spec in template.Template(ROOT / "template.yaml").functions}
    assert {name: seconds for name, seconds in every.items() if seconds} == {"SweepFunction": 300}


def test_a_schedule_that_is_no_rate_in_minutes_is_named():
    with pytest.raises(ConfigError, match="cron"):
        template._seconds("cron(0 * * * ? *)")


def test_the_last_resort_is_fed_by_four_queues():
    functions = template.Template(ROOT / "template.yaml").functions
    fed = [spec.queue for spec in functions if spec.name == "LastResortFunction"]
    assert len(set(fed)) == len(fed) == 4
