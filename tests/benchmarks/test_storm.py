"""A small storm, `make storm-check`; `make storm` blows the large one."""

from contextlib import ExitStack

import pytest

from benchmarks.storm.command import storm
from benchmarks.storm.scale import Scale


@pytest.mark.storm
def test_every_promise_holds_in_a_small_storm(tmp_path):
    scale = Scale(deliveries=16, repositories=2, pulls=4, files=2, hosts=1, kill_every=6.0)
    with ExitStack() as stack:
        broken, counts = storm(scale, tmp_path, stack)
    assert broken == []
    assert counts["check runs"]["completed/success"] + counts["check runs"]["completed/failure"]
    assert counts["processes killed"] > 0
