from threading import Lock

import pytest
from botocore.client import BaseClient
from moto import mock_aws

from solvet.adapters.github import session
from solvet.adapters.github.client import GitHubClient
from solvet.adapters.github.session import AppKey, Sessions

APP_ID = "4242"
FAKE = {
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
    "AWS_DEFAULT_REGION": "us-east-1",
}


@pytest.fixture
def sessions(github_api, key_pem, monkeypatch):
    monkeypatch.setattr(session._RETRY_READS, "backoff_factor", 0)
    return Sessions(AppKey(APP_ID, key_pem), github_api.api_url)


@pytest.fixture
def client_of(sessions):
    """The adapter as the product uses it, for a project's repository."""

    def make(project):
        client = sessions.client(project.installation, project.repository)
        return GitHubClient(client, APP_ID, sessions.login)

    return make


@pytest.fixture
def mine(project, github_api):
    """A project with an open pull request."""
    it = project({"A.sol": "contract A {}\n"}, {"A.sol": "contract A {\n    uint a;\n}\n"})
    it.pull = github_api.open_pull_request(it.remote, head="feature")
    return it


@pytest.fixture
def client(client_of, mine):
    return client_of(mine)


@pytest.fixture
def aws(monkeypatch):
    """AWS in this process, one call at a time: moto keeps no condition while threads race."""
    really, turn = BaseClient._make_api_call, Lock()

    def call(client, operation, arguments):
        with turn:
            return really(client, operation, arguments)

    with mock_aws():
        monkeypatch.setattr(BaseClient, "_make_api_call", call)
        yield


@pytest.fixture(autouse=True)
def _nobodys_credentials(monkeypatch):
    for name, value in FAKE.items():
        monkeypatch.setenv(name, value)
