"""The whole pipeline with secrets to lose: none is logged or shown; tenants stay apart."""

import json
import logging

import boto3
import pytest

from solvet.local.github.faults import Fault
from solvet.local.providers.answers import Http
from solvet.local.providers.server import ScriptedProviders
from solvet.local.stack import StackSettings, local_stack
from tests.logs import functions_log
from tests.services.conftest import told

MODEL_KEY = "sk-proj-0123456789abcdefKEY"
HIDDEN = "HIDDENSOURCELINE"
FLAWED = f"""pragma solidity 0.8.28;
contract A {{
    string private {HIDDEN} = "x";
    mapping(address => uint256) private held;
    function take() external {{
        (bool sent,) = msg.sender.call{{value: held[msg.sender]}}("");
        require(sent);
        held[msg.sender] = 0;
    }}
}}
"""
ECHOES_THE_KEY = Http(
    status=401, body=json.dumps({"error": {"message": f"Incorrect API key: {MODEL_KEY}"}}).encode()
)


@pytest.fixture
def pipeline(github_api, key_pem):
    """A stack whose provider tells the key back to whoever asks."""
    providers = ScriptedProviders(lambda _: ECHOES_THE_KEY)
    settings = StackSettings(
        secrets={
            "WebhookSecret": {"current": github_api.world.app.webhook_secret},
            "AppSecret": {"app_id": "4242", "private_key": key_pem},
            "ModelSecret": {"openai_api_key": MODEL_KEY},
        },
        variables={
            "SOLVET_GITHUB_API_URL": github_api.api_url,
            "SOLVET_MODELS": "auto",
            "LOG_LEVEL": "DEBUG",
        },
    )
    with providers:
        variables = {**settings.variables, "OPENAI_BASE_URL": providers.openai_url}
        wanted = StackSettings(secrets=settings.secrets, variables=variables)
        with told() as environments, local_stack(wanted) as stack:
            github_api.webhook_url = stack.webhook_url
            stack.bucket = environments["PlanFunction"]["SOLVET_BUCKET"]
            yield stack


@pytest.fixture
def logged(pipeline):
    """What the functions log from now on."""
    with functions_log(logging.DEBUG) as stream:
        yield stream


@pytest.fixture
def review(github_api, pipeline, project):
    """A project under review; several may be made."""

    def make(head):
        mine = project({"src/A.sol": "contract A {}\n"}, {"src/A.sol": head})
        mine.pull = github_api.open_pull_request(mine.remote, head="feature")
        payload = github_api.payload_pull_request(mine.pull, "opened")
        assert github_api.deliver("pull_request", payload).status_code == 202
        return mine

    return make


def kept(pipeline):
    """The keys of everything in the stack's bucket."""
    pages = boto3.client("s3").get_paginator("list_objects_v2").paginate(Bucket=pipeline.bucket)
    return [entry["Key"] for page in pages for entry in page.get("Contents", [])]


def shown(github, project):
    """Everything that was written to a repository."""
    kinds = github.snapshot()
    written = [e for kind in ("check_runs", "comments", "reviews") for e in kinds.get(kind, ())]
    name = project.repository.full_name
    return json.dumps([e for e in written if e.get("repository") == name], default=str)


def test_no_secret_and_no_code_reaches_the_log_even_when_things_fail(
    github_api, pipeline, review, logged, key_pem
):
    mine = review(FLAWED)
    pipeline.drain()
    forged = {"x-hub-signature-256": "sha256=" + "0" * 64, "x-github-event": "push" * 5_000}
    event = {"headers": forged, "body": "{}", "isBase64Encoded": False}
    assert pipeline.receive(event)["statusCode"] == 401
    token = github_api.issue_token(mine.installation)
    echo = json.dumps({"message": f"Bad credentials: {token}"})
    github_api.faults.add(Fault(path="/graphql", status=500, body=echo, times=3))
    review(FLAWED.replace("require", "assert"))
    pipeline.drain()
    said = logged.getvalue()
    key = key_pem.split("\n")
    secrets = [github_api.world.app.webhook_secret, MODEL_KEY, key[1], key[-3], token, "ghs_"]
    assert "handled" in said, "the pipeline logs what it does"
    assert "postponed" in said, "and what fails"
    assert [secret for secret in (*secrets, HIDDEN) if secret in said] == []
    assert max(map(len, said.splitlines())) < 10_000


def test_no_secret_is_shown_in_what_is_written_to_github(github_api, pipeline, review, key_pem):
    mine = review(FLAWED)
    pipeline.drain()
    said = shown(github_api, mine)
    assert "reentrancy" in said
    for secret in (MODEL_KEY, github_api.world.app.webhook_secret, "ghs_", "Incorrect API key"):
        assert secret not in said
    assert "Traceback" not in said


def test_installations_see_nothing_of_each_other(github_api, pipeline, review):
    ours, theirs = review(FLAWED), review(FLAWED.replace(HIDDEN, "THEIRSOURCELINE"))
    pipeline.drain()
    assert "THEIRSOURCELINE" not in shown(github_api, ours)
    assert HIDDEN not in shown(github_api, theirs)
    keys = kept(pipeline)
    assert ours.installation != theirs.installation
    for project in (ours, theirs):
        assert [k for k in keys if k.startswith(f"sources/{project.installation}/")]
    assert all(key.split("/")[1].isdigit() for key in keys), "every object belongs to a tenant"


def test_what_is_deleted_is_gone_and_the_neighbours_is_not(github_api, pipeline, review):
    ours, theirs = review(FLAWED), review(FLAWED)
    pipeline.drain()
    payload = {"action": "deleted", "installation": {"id": ours.installation}}
    github_api.deliver("installation", payload)
    pipeline.drain()
    keys = kept(pipeline)
    assert not [key for key in keys if f"/{ours.installation}/" in key]
    assert [key for key in keys if f"/{theirs.installation}/" in key]
