"""`solvet scan --models auto` on a terminal, and when it is interrupted."""

import os
import pty
import signal
import subprocess
import sys
from threading import Event

import pytest

from solvet.local.providers import demo
from tests.cli.contracts import SETTER, priced, write

LONGEST = 60
FILES = 40


@pytest.fixture
def interruptible():
    """Whoever runs the tests in the background of a shell ignores interrupts, and so would we."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def started(providers, solvet):
    """Starts a scan of forty files in a process of its own; a terminal is its standard error."""
    for number in range(FILES):
        write(f"f{number}.sol", SETTER.replace("Fees", f"Fees{number}"))
    running = []

    def start(*arguments):
        above, below = pty.openpty()
        running.append(above)
        command = [sys.executable, "-m", "solvet", "scan", ".", "--models", "auto", *arguments]
        with os.fdopen(below, "wb") as terminal:
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=terminal)
        running.append(process)
        return process, above

    yield start
    for each in running:
        if isinstance(each, int):
            os.close(each)
        else:
            each.kill()
            each.communicate(timeout=LONGEST)


def all_of(terminal):
    """What was written until nobody can write any more, which Linux says by an error."""
    written = b""
    while True:
        try:
            part = os.read(terminal, 65_536)
        except OSError:
            return written.decode()
        if not part:
            return written.decode()
        written += part


def test_a_terminal_shows_how_far_it_is_and_what_it_has_cost(providers, started):
    providers.policy = priced
    process, terminal = started()
    shown = all_of(terminal)
    out, _ = process.communicate(timeout=LONGEST)
    assert process.returncode == 0
    assert "Models: 40 files, 40 questions" in shown
    assert "Asking, $0.00" in shown
    assert b"Asking" not in out


def test_an_interrupted_scan_asks_nothing_more(providers, interruptible, started):
    asked, over = Event(), Event()

    def slowly(question):
        asked.set()
        over.wait(LONGEST)
        return demo.reply(question)

    providers.policy = slowly
    process, terminal = started()
    assert asked.wait(LONGEST)
    process.send_signal(signal.SIGINT)
    over.set()
    shown = all_of(terminal)
    out, _ = process.communicate(timeout=LONGEST)
    assert (process.returncode, out) == (130, b"")
    assert len(providers.received) < FILES
    assert "solvet: interrupted" in shown
