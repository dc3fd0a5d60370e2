"""AWS for many processes: moto behind one HTTP port, and the template with shorter waits."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from solvet.local.template import Template

_REGION = "us-east-1"
_WAITS = ("VisibilityTimeout", "DelaySeconds")
_SERVE = """
import logging, sys
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import run_simple
logging.getLogger("werkzeug").setLevel(logging.ERROR)
run_simple("127.0.0.1", int(sys.argv[1]), DomainDispatcherApplication(create_backend_app))
"""
"""One request at a time: moto itself does not keep its conditions among threads."""


class HurriedTemplate(Template):
    """The template with all waits of its queues shortened."""

    def __init__(self, path: Path, hurry: int) -> None:
        super().__init__(path)
        self._hurry = hurry

    @property
    def resources(self) -> dict[str, Any]:
        return {name: self._hurried(resource) for name, resource in super().resources.items()}

    def _hurried(self, resource: dict[str, Any]) -> dict[str, Any]:
        properties = resource.get("Properties", {})
        waits = {w: properties[w] for w in _WAITS if isinstance(properties.get(w), int)}
        shorter = {name: _shorter(seconds, self._hurry) for name, seconds in waits.items()}
        return resource | {"Properties": properties | shorter}


def _shorter(seconds: int, hurry: int) -> int:
    """The model queue's hour would still be minutes."""
    return max(1, min(seconds, 600) // hurry)


@contextmanager
def cloud() -> Iterator[Mapping[str, str]]:
    """A moto server in a process of its own; answers what must be in everybody's environment."""
    port = free_port()
    server = subprocess.Popen([sys.executable, "-c", _SERVE, str(port)])
    try:
        _wait_for(port)
        yield {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
            "AWS_DEFAULT_REGION": _REGION,
            "AWS_REGION": _REGION,
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


def free_port() -> int:
    """A port that nobody has at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("moto did not start")
