"""A small storm, whatever it brings; `make storm` blows the large one."""

from contextlib import ExitStack

import pytest

from benchmarks.storm.run import storm
from benchmarks.storm.scale import Scale


@pytest.mark.storm
def test_every_promise_holds_in_a_small_storm(tmp_path):
    scale = Scale(deliveries=16, repositories=2, pulls=5, files=2, hosts=2)
    with ExitStack() as stack:
        result = storm(scale, tmp_path, stack)
    assert result.broken == []
    assert result.counts["deliveries sent"] >= scale.deliveries
    assert result.faults.total() > 0
    assert result.counts["check runs"]
