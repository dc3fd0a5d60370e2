"""The commands of the README, as a person runs them."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from solvet.adapters.models import gemini, openai
from solvet.local.github import SimulatedGitHub, new_private_key
from solvet.local.repositories import git, sample
from solvet.local.settings import SETTINGS

SECONDS = 120


def run(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "solvet", *arguments],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def test_the_demo_shows_the_review_and_saves_its_pages(tmp_path):
    done = run("demo", "--save", str(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
    assert "✗ failure  Solvet:" in done.stdout
    assert "✓ success  Solvet (push):" in done.stdout
    assert "What to try next" in done.stdout
    assert "Not ready to merge" in (tmp_path / "pull-request.html").read_text("utf-8")
    assert (tmp_path / "push.html").is_file()


def test_the_demo_reviews_a_change_of_ones_own_without_touching_the_repository(tmp_path):
    work = sample(tmp_path).git_dir.parent
    git(work, "checkout", "--quiet", "raffle")
    before = git(work, "for-each-ref")
    done = run("demo", "--repo", str(work), "--base", "main", "--save", str(tmp_path / "pages"))
    assert (done.returncode, done.stderr) == (0, "")
    assert "Raffle off the fees, pay keepers by call, move Shares" in done.stdout
    assert git(work, "for-each-ref") == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--repo", "nowhere"], "is no folder"),
        (["--repo", "."], "is no git repository"),
        (["--models", "auto"], "needs OPENAI_API_KEY or GEMINI_API_KEY"),
        (["--save", "/dev/null/pages"], "Name another folder with --save."),
    ],
)
def test_the_demo_says_what_is_wrong_with_what_it_was_given(arguments, said, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "solvet", "demo", *arguments],
        env={k: v for k, v in os.environ.items() if not k.endswith("_API_KEY")},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 2
    assert said in done.stderr


def test_an_unknown_revision_is_named(tmp_path):
    work = sample(tmp_path).git_dir.parent
    done = run("demo", "--repo", str(work), "--base", "nope")
    assert done.returncode == 2
    assert "has no revision 'nope'" in done.stderr


def test_the_local_stack_names_every_missing_setting_at_once():
    done = run("local", SOLVET_PORT="many", SOLVET_MODELS="perhaps")
    assert done.returncode == 2
    for name in ("APP_ID", "PRIVATE_KEY_FILE", "WEBHOOK_SECRET", "PORT", "MODELS"):
        assert f"SOLVET_{name}" in done.stderr.replace("SOLVET_GITHUB_", "SOLVET_")


@pytest.fixture
def key(tmp_path):
    path = tmp_path / "key.pem"
    path.write_text(new_private_key())
    return path


def test_the_local_stack_reviews_for_any_github_and_finishes_when_told_to_stop(tmp_path, key):
    repository = sample(tmp_path)
    with SimulatedGitHub(key_pem=key.read_text(), webhook_secret="both know it") as github:
        stack = _local_stack(key, github.api_url)
        try:
            url = _webhook(stack)
            remote = github.add_repository("acme/vaults", repository.git_dir)
            pull = github.open_pull_request(remote, base="main", head="raffle")
            github.webhook_url = url
            github.deliver("pull_request", github.payload_pull_request(pull, "opened"))
            _until_idle(url.removesuffix("/webhook") + "/health")
        finally:
            stack.send_signal(signal.SIGTERM)
            rest, _ = stack.communicate(timeout=SECONDS)
        assert stack.returncode == 0, rest
        (check,) = github.snapshot()["check_runs"]
    assert check["conclusion"] == "failure"
    assert "what is under way is finished first" in rest


def _local_stack(key, api_url):
    settings = {
        "SOLVET_GITHUB_API_URL": api_url,
        "SOLVET_GITHUB_APP_ID": "4242",
        "SOLVET_GITHUB_PRIVATE_KEY_FILE": str(key),
        "SOLVET_WEBHOOK_SECRET": "both know it",
        "SOLVET_PORT": "0",
        "SOLVET_MODELS": "off",
        "LOG_LEVEL": "ERROR",
        "PYTHONUNBUFFERED": "1",
    }
    return subprocess.Popen(
        [sys.executable, "-m", "solvet", "local"],
        env=os.environ | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _webhook(stack):
    for line in stack.stdout:
        if found := re.search(r"http://\S+/webhook", line):
            return found.group()
    raise AssertionError("the stack ended before it was ready")


def _until_idle(health):
    while True:
        with urllib.request.urlopen(health, timeout=SECONDS) as reply:
            state = json.load(reply)
        assert state["status"] == "ok"
        if not any(state["waiting"].values()):
            return


def test_a_key_that_is_none_is_refused_before_anything_starts(tmp_path):
    path = tmp_path / "key.pem"
    path.write_text("-----BEGIN RSA PRIVATE KEY-----\nxx\n-----END RSA PRIVATE KEY-----\n")
    done = run("local", SOLVET_GITHUB_PRIVATE_KEY_FILE=str(path))
    assert done.returncode == 2
    assert "SOLVET_GITHUB_PRIVATE_KEY_FILE holds no private key in PEM" in done.stderr


def test_a_port_that_is_taken_is_named_with_what_to_do(key):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run(
            "local",
            SOLVET_GITHUB_APP_ID="4242",
            SOLVET_GITHUB_PRIVATE_KEY_FILE=str(key),
            SOLVET_WEBHOOK_SECRET="both know it",
            SOLVET_PORT=str(port),
        )
    assert done.returncode == 2
    assert f"cannot listen on 127.0.0.1:{port}" in done.stderr
    assert "choose SOLVET_PORT" in done.stderr


def test_revisions_without_a_repository_are_refused():
    done = run("demo", "--base", "main")
    assert done.returncode == 2
    assert "add --repo PATH" in done.stderr


def test_the_page_lists_every_setting_with_its_default():
    page = (Path(__file__).parents[2] / "docs/local.md").read_text("utf-8")
    for setting in SETTINGS:
        default = "required" if setting.default is None else setting.default
        shown = f"`{default}`" if setting.default else default
        assert re.search(rf"^\| `{setting.name}` \| .* \| {shown} ?\|$", page, re.MULTILINE)


def test_the_default_models_are_those_that_the_adapters_ask():
    defaults = {setting.name: setting.default for setting in SETTINGS}
    assert defaults["SOLVET_OPENAI_MODEL"] == openai.DEFAULT_MODEL
    assert defaults["SOLVET_GEMINI_MODEL"] == gemini.DEFAULT_MODEL
