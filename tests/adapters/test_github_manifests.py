"""The exchange of a manifest's code, as the simulated GitHub and worse ones answer it."""

import json

import pytest

from solvet.adapters.github.manifests import GitHubManifests
from solvet.errors import Denied, Gone, Unavailable
from solvet.local.github import SimulatedGitHub, new_private_key
from solvet.local.github.registering import register
from solvet.ports.app import FOR_EVENTS, PERMISSIONS

MANIFEST = {
    "url": "https://stack.example",
    "redirect_url": "https://stack.example/setup/done",
    "hook_attributes": {"url": "https://stack.example/webhook"},
    "default_permissions": {need.name: need.level for need in (*PERMISSIONS, *FOR_EVENTS)},
    "default_events": ["push", "pull_request", "issue_comment", "merge_group"],
}
MADE = {
    "id": 7,
    "slug": "solvet-x",
    "html_url": "https://elsewhere.example/apps/solvet-x",
    "pem": "KEY",
    "webhook_secret": "SECRET",
}


@pytest.fixture(scope="module")
def github():
    with SimulatedGitHub(key_pem=new_private_key()) as server:
        yield server


@pytest.fixture
def manifests(github):
    yield GitHubManifests(github.api_url, github.web_url)
    github.faults._waiting.clear()


def test_a_code_is_good_for_the_app_once(github, manifests):
    code = register(github.world, MANIFEST, "Solvet x")
    app = manifests.exchange(code)
    assert app.id == str(github.world.app.id)
    assert app.page == f"{github.web_url}/apps/solvet-x"
    assert app.webhook_secret == github.world.app.webhook_secret
    assert "RSA PRIVATE" in app.private_key
    with pytest.raises(Gone):
        manifests.exchange(code)


def test_neither_key_nor_secret_is_in_a_repr(github, manifests):
    app = manifests.exchange(register(github.world, MANIFEST, "Solvet y"))
    assert app.private_key not in repr(app)
    assert app.webhook_secret not in repr(app)


@pytest.mark.parametrize(
    ("status", "error"),
    [(404, Gone), (410, Gone), (422, Denied), (500, Unavailable), (429, Unavailable)],
)
def test_what_github_answers_is_told_without_the_code(github, manifests, status, error):
    github.fail_next(path="/app-manifests", status=status, body='{"message": "code5ecret"}')
    with pytest.raises(error) as told:
        manifests.exchange("code5ecret")
    assert "code5ecret" not in str(told.value)


@pytest.mark.parametrize(
    "body",
    [
        "<html>",
        "{}",
        json.dumps(MADE | {"pem": ""}),
        json.dumps(MADE | {"webhook_secret": None}),
        json.dumps(MADE | {"id": "7"}),
    ],
)
def test_an_answer_that_cannot_be_used_is_an_outage_that_tells_nothing(github, manifests, body):
    github.fail_next(path="/app-manifests", status=201, body=body)
    with pytest.raises(Unavailable) as told:
        manifests.exchange("code")
    assert "SECRET" not in str(told.value)
    assert told.value.__cause__ is None


def test_nobody_is_sent_to_another_host_than_githubs(github, manifests):
    github.fail_next(path="/app-manifests", status=201, body=json.dumps(MADE))
    assert manifests.exchange("code").page == f"{github.web_url}/apps/solvet-x"


def test_a_connection_that_breaks_is_an_outage_whose_error_names_no_code(github, manifests):
    github.fail_next(path="/app-manifests", dropped=True)
    with pytest.raises(Unavailable) as told:
        manifests.exchange("code5ecret")
    assert "code5ecret" not in str(told.value)
    assert told.value.__cause__ is None
