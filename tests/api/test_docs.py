"""docs/api.md and what `solvet serve` shows, tried as a reader would."""

import json
import re
import shlex
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from solvet.domain.finding import Confidence, Severity
from solvet.domain.score import WEIGHTS
from solvet.local.settings import local_settings
from solvet.services.analyses.description import description

DOCUMENT = (Path(__file__).parents[2] / "docs/api.md").read_text("utf-8")


def curl(text):
    """The first curl command in the text, done: status and body."""
    command = re.search(r"^ *curl (.*?)$(?<!\\)", text, re.MULTILINE | re.DOTALL)[1]
    url, *options = shlex.split(command.replace("\\\n", " "))
    given = list(zip(options[::2], options[1::2], strict=True))
    headers = dict(value.split(": ", 1) for name, value in given if name == "-H")
    (body,) = [value for name, value in given if name == "-d"]
    return urllib.request.Request(url, data=body.encode(), headers=headers)


def test_the_documented_request_is_one(ann):
    request = curl(DOCUMENT)
    assert request.full_url == "http://127.0.0.1:8080/analyze"
    assert request.get_header("Authorization").startswith("Bearer ")
    answer = ann.post(request.data, kind=request.get_header("Content-type"))
    assert answer.status == 200
    assert answer.json["vulnerabilities"]


def test_the_documented_weights_are_those_that_count():
    rows = [
        f"| {severity} | " + " | ".join(str(WEIGHTS[severity][c]) for c in Confidence) + " |"
        for severity in Severity
    ]
    assert "\n".join(rows) in DOCUMENT


def test_every_key_of_an_answer_and_every_error_is_documented():
    schemas = description()["components"]["schemas"]
    told = set(schemas["Analysis"]["properties"]) - {"id", "created_at", "expires_at"}
    untold = {key for key in told if f"`{key}`" not in DOCUMENT}
    assert untold <= {"analysis_type", "severities", "notes"}
    statuses = {
        s for p in description()["paths"].values() for m in p.values() for s in m["responses"]
    }
    _, errors = DOCUMENT.split("## Errors\n")
    listed = re.findall(r"^\| ([\d, ]+) \|", errors, re.MULTILINE)
    assert {number for row in listed for number in row.split(", ")} == statuses - {"200", "202"}


@pytest.fixture(scope="module")
def served():
    """`solvet serve` in a process of its own, and all that it said until it was ready."""
    command = [sys.executable, "-m", "solvet", "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        lines = iter(process.stdout.readline, "")
        said = ""
        while not said.rstrip().endswith("}'"):
            said += next(lines)
        yield said
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0


def test_the_request_that_serve_shows_works_as_it_stands(served):
    with urllib.request.urlopen(curl(served), timeout=60) as reply:
        answer = json.load(reply)
    assert answer["security_score"] == 60
    assert answer["model"]["reason"] == "models are switched off in the settings"


def test_solvet_local_has_the_api_once_a_token_is_set(key_pem, tmp_path):
    key = tmp_path / "key.pem"
    key.write_text(key_pem, "utf-8")
    environ = {
        "SOLVET_GITHUB_APP_ID": "1",
        "SOLVET_GITHUB_PRIVATE_KEY_FILE": str(key),
        "SOLVET_WEBHOOK_SECRET": "x",
        "SOLVET_CREDENTIALS_FILE": str(tmp_path / "none"),
    }
    assert local_settings(environ).callers == {}
    settings = local_settings(environ | {"SOLVET_API_TOKEN": "told to nobody"})
    assert settings.callers == {"told to nobody": "local"}
    assert "told to nobody" not in repr(settings)
