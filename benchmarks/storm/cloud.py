"""AWS for many processes: moto in a process of its own, and what waits on its queues."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.storm.clock import Clock

_ROOT = Path(__file__).parents[2]
REGION = "us-east-1"
WAITING = "/storm/waiting"
"""What `benchmarks.storm.aws` tells under."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A queue's messages, however they wait, those that are due, and when the first of them is."""

    count: int
    ready: int
    due: float | None


@contextmanager
def cloud(clock: Clock) -> Iterator[Mapping[str, str]]:
    """A moto server; answers what must be in everybody's environment."""
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.storm.aws", str(port), str(clock.path)]
    server = subprocess.Popen(command, cwd=_ROOT)
    try:
        wait_for(port)
        yield {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "storm",
            "AWS_SECRET_ACCESS_KEY": "storm",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "POWERTOOLS_METRICS_DISABLED": "true",
            "POWERTOOLS_TRACE_DISABLED": "true",
            "LOG_LEVEL": "WARNING",
        }
    finally:
        server.kill()
        server.wait()


def waiting(aws: Mapping[str, str]) -> dict[str, Waiting]:
    """By the queue's name."""
    host = aws["AWS_ENDPOINT_URL"].removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=60)
    try:
        connection.request("GET", WAITING)
        told = json.load(connection.getresponse())
    finally:
        connection.close()
    return {name: Waiting(*numbers) for name, numbers in told.items()}


def free_port() -> int:
    """A port that nobody has at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, seconds: float = 120) -> None:
    """Until somebody listens there."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit(f"nobody listens on port {port}")
