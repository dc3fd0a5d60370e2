"""The nursery's process, from the side of whoever started it."""

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.storm import nursery
from benchmarks.storm.cloud import wait_for
from benchmarks.storm.nursery import Order

_PATIENCE = 10


@contextmanager
def fleet(order: Order) -> Iterator[None]:
    """Functions run, and time passes, until the end of this."""
    process = multiprocessing.get_context("spawn").Process(target=nursery.run, args=(order,))
    process.start()
    try:
        wait_for(order.port)
        yield
    finally:
        order.clock.end()
        process.join(_PATIENCE)
        process.kill()
        process.join()
