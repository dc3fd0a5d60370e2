"""Where the App is installed, page by page."""

from datetime import UTC, datetime

import pytest

from solvet.adapters.github import installed
from solvet.adapters.github.installed import GitHubInstallations
from solvet.errors import Denied, Gone


@pytest.fixture(autouse=True)
def alone(github_api, monkeypatch):
    """No installations but those of the test: a list of them has an end."""
    monkeypatch.setattr(github_api.world, "installations", {})


@pytest.fixture
def listed(sessions):
    return GitHubInstallations(sessions.as_app, sessions.as_installation)


def test_every_page_of_installations_and_repositories_is_read(listed, project, monkeypatch):
    monkeypatch.setattr(installed, "PAGE", 2)
    first = project({"A.sol": ""})
    many = [project({"A.sol": ""}, installation=first.installation) for _ in range(4)]
    others = [project({"A.sol": ""}) for _ in range(3)]
    everyone = listed.installed()
    assert list(everyone) == sorted(everyone)
    assert {first.installation, *(each.installation for each in others)} <= set(everyone)
    seen = [each.id for each in listed.repositories(first.installation)]
    assert seen == [each.remote.id for each in (first, *many)]


def test_who_is_suspended_or_archived_is_left_out(listed, project, github_api):
    mine, old = project({"A.sol": ""}), project({"A.sol": ""})
    github_api.world.installations[mine.installation].suspended_at = datetime.now(UTC)
    old.remote.archived = True
    assert mine.installation not in listed.installed()
    assert list(listed.repositories(old.installation)) == []


def test_an_installation_that_is_not_there_is_told(listed):
    with pytest.raises((Gone, Denied)):
        list(listed.repositories(999_999))
