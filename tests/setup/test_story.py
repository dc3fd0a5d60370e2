"""From a bare clone to the first review, in a browser: deploy, press, choose, open.

The stack is deployed to moto. GitHub is the simulated one, at another site than the stack as the
browser sees it, so that cookies and forms are as far apart as with the real one.
"""

import json
import logging
import time
from urllib.parse import parse_qsl, urlsplit

import boto3
import pytest

from solvet.adapters.aws import secrets
from solvet.adapters.aws.setup import DynamoLedger
from solvet.domain.setup import Phase
from solvet.local.github import SimulatedGitHub, new_private_key
from solvet.local.stack import StackSettings, local_stack
from solvet.services.setup.link import new_link
from tests.conftest import History
from tests.logs import functions_log
from tests.services.conftest import FLAWED, SAFE, told

NOTHING = {"WebhookSecret": {"current": "made by the stack"}, "AppSecret": {}, "ModelSecret": {}}


@pytest.fixture
def github():
    """Nobody has made the App; its browser address is `localhost`."""
    with SimulatedGitHub(key_pem=new_private_key()) as server:
        yield server


@pytest.fixture
def vaults(github, tmp_path):
    """A repository with a change that introduces a weakness, which no App may see yet."""
    history = History(tmp_path / "vaults.git")
    first = history.commit("main", {"src/A.sol": SAFE})
    history.commit("feature", {"src/A.sol": FLAWED}, parents=[first])
    return github.add_repository("acme/vaults", history.directory, installation_id=None)


@pytest.fixture
def stack(github, monkeypatch):
    """Deployed, its secrets as the template makes them; `link` makes a link to its setup page."""
    monkeypatch.setattr(secrets, "FRESH_SECONDS", 0)
    api_url = f"http://localhost:{github.port}/api/v3"
    settings = StackSettings(secrets=NOTHING, variables={"SOLVET_GITHUB_API_URL": api_url})
    with told() as environments, local_stack(settings) as running:
        table = boto3.resource("dynamodb").Table(environments["SetupFunction"]["SOLVET_TABLE"])
        running.ledger = DynamoLedger(table)
        yield running


@pytest.fixture
def logged(stack):
    """What the functions log, at the level that says most."""
    with functions_log(logging.DEBUG) as stream:
        yield stream


def test_four_steps_lead_from_a_clone_to_the_first_review(github, vaults, stack, logged, visit):
    # 1. deploy, which ends with the link
    base = stack.webhook_url.removesuffix("/webhook")
    link = new_link(
        stack.ledger, webhook=stack.webhook_url, base=base, organization="", now=time.time()
    )
    # 2. press the button; GitHub asks to confirm
    page = visit(link)
    assert page.url == f"{base}/setup", "the token is in no address any more"
    page.get_by_role("button", name="Create the GitHub App").click()
    page.get_by_role("button", name="Create GitHub App").click()
    # 3. choose repositories
    page.get_by_label("acme/vaults").check()
    page.get_by_role("button", name="Install").click()
    assert "is installed" in page.inner_text("h1")
    # 4. open a pull request
    pull = github.open_pull_request(vaults, head="feature")
    opened = github.deliver("pull_request", github.payload_pull_request(pull, "opened"))
    assert opened.status_code == 202
    stack.drain()
    seen = github.snapshot()
    assert [run["conclusion"] for run in seen["check_runs"]] == ["failure"]
    assert "reentrancy" in seen["comments"][0]["body"]
    assert stack.ledger.read().phase is Phase.DONE
    assert visit(f"{base}/setup").inner_text("h1") == "The App is set up"
    assert_nothing_is_told(github, base, visit, logged.getvalue())


def assert_nothing_is_told(github, base, visit, log):
    """No log has a token, state, code or cookie; no page has them, the key or the secret."""
    secret, key = github.world.app.webhook_secret, _stored_beside(github.world.app.webhook_secret)
    cookies = [each["value"] for each in visit.window.context.cookies(base)]
    queries = [dict(parse_qsl(urlsplit(url).query)) for url in visit.addresses]
    handed = {value for query in queries for value in query.values()} | {*cookies}
    assert len(handed) == 4, "the link's token, a state, GitHub's code and a cookie"
    assert [each for each in (*handed, secret, *key.split("\n")[1:-1]) if each in log] == []
    assert "set up" in log
    ours = [body for url, body in visit.bodies if url.startswith(base)]
    assert len(ours) >= 2
    told = [
        each for each in (*cookies, secret, key.split("\n")[1]) for body in ours if each in body
    ]
    assert told == []


def _stored_beside(webhook_secret):
    """The App's key in the stack that has this secret; other tests leave stacks of their own."""
    client = boto3.client("secretsmanager")
    stored = {
        each["Name"]: json.loads(client.get_secret_value(SecretId=each["ARN"])["SecretString"])
        for page in client.get_paginator("list_secrets").paginate()
        for each in page["SecretList"]
    }
    (mine,) = (name for name, kept in stored.items() if kept.get("current") == webhook_secret)
    return stored[mine.replace("WebhookSecret", "AppSecret")]["private_key"]
