"""How fast a delivery is received, and what a cold start costs beside importing boto3 alone."""

import hashlib
import hmac
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from http import HTTPStatus
from pathlib import Path
from typing import Any

from botocore.client import BaseClient

from solvet.local.cloud import deploy, local_aws
from solvet.local.functions import LocalFunction
from solvet.local.stack import RECEIVE
from solvet.local.template import Template

ROOT = Path(__file__).parents[1]
SECRET = "a secret that both sides know"  # noqa: S105 - both sides are this process
DELIVERIES, STARTS = 300, 15
PADDING = 400
"""Labels that make the payload as long as GitHub's, which are 20 to 30 kB."""


def main() -> None:
    os.environ["LOG_LEVEL"] = "CRITICAL"
    _told_starts()
    with local_aws():
        template = Template(ROOT / "template.yaml")
        deployed = deploy(template, {"WebhookSecret": {"current": SECRET}}, {})
        receive = next(d for d in deployed if d.spec.name == RECEIVE)
        _told_deliveries(LocalFunction(receive, ROOT))


def _told_starts() -> None:
    """CPU of a fresh interpreter, each import measured in turn so that noise is shared."""
    codes = {"Python": "pass", "boto3": "import boto3", "receive": "import receive"}
    taken: dict[str, list[float]] = {name: [] for name in codes}
    for _ in range(STARTS):
        for name, code in codes.items():
            taken[name].append(_cpu(code))
    medians = {name: statistics.median(values) for name, values in taken.items()}
    for name, seconds in medians.items():
        print(f"  start, {name:<8} {seconds * 1000:6.0f} ms of CPU")
    ratio = medians["receive"] / medians["boto3"]
    print(f"  receive takes {ratio:.2f} times the CPU of importing boto3 alone\n")


def _cpu(code: str) -> float:
    path = f"{ROOT / 'common'}{os.pathsep}{ROOT / 'functions/webhook'}"
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**os.environ, "PYTHONPATH": path}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _told_deliveries(function: LocalFunction) -> None:
    waited = _time_spent_on_aws()
    body = _payload()
    handled = []
    for number in range(DELIVERIES):
        event = _event(body, f"delivery-{number}")
        before, began = waited[0], time.perf_counter()
        reply = function.invoke(event)
        handled.append(time.perf_counter() - began - (waited[0] - before))
        if reply["statusCode"] != HTTPStatus.ACCEPTED:
            raise SystemExit(f"a delivery was answered {reply['statusCode']}: {reply['body']}")
    print(f"  {DELIVERIES} deliveries of {len(body):,} bytes, handler without the calls to AWS")
    print(
        f"  median {statistics.median(handled) * 1000:.2f} ms, worst {max(handled) * 1000:.2f} ms"
    )


def _time_spent_on_aws() -> list[float]:
    """A cell with the seconds that calls have taken so far."""
    spent, really = [0.0], BaseClient._make_api_call  # noqa: SLF001 - all clients pass there

    def call(self: Any, operation: str, arguments: dict[str, Any]) -> Any:
        began = time.perf_counter()
        try:
            return really(self, operation, arguments)
        finally:
            spent[0] += time.perf_counter() - began

    BaseClient._make_api_call = call  # noqa: SLF001 - put back by the end of the process
    return spent


def _payload() -> bytes:
    labels = [{"id": n, "name": f"label {n}", "description": "x" * 20} for n in range(PADDING)]
    payload = {
        "action": "synchronize",
        "number": 7,
        "pull_request": {"number": 7, "labels": labels},
        "repository": {"id": 1, "full_name": "acme/vaults"},
        "installation": {"id": 1},
    }
    return json.dumps(payload).encode()


def _event(body: bytes, guid: str) -> dict[str, Any]:
    signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    headers = {
        "x-github-event": "pull_request",
        "x-github-delivery": guid,
        "x-hub-signature-256": f"sha256={signature}",
    }
    return {"headers": headers, "body": body.decode(), "isBase64Encoded": False}
