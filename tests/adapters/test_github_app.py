"""What GitHub says of the App itself, through the real PyGithub."""

import pytest

from solvet.adapters.github.app import GitHubApp
from solvet.errors import Denied, Gone, Throttled, Unavailable
from solvet.ports.app import HookConfig

NOWHERE = "http://127.0.0.1:9/webhook"


@pytest.fixture
def app(sessions):
    return GitHubApp(sessions.as_app, sessions.as_installation)


@pytest.fixture
def attempts(github_api):
    """Makes deliveries that fail; answers them oldest first."""
    github_api.deliveries.clear()
    github_api.webhook_url = NOWHERE
    yield lambda count: [github_api.deliver("push", {"ref": str(n)}) for n in range(count)]
    github_api.deliveries.clear()


def test_the_webhooks_settings_tell_that_there_is_a_secret(app, github_api, sessions):
    github_api.webhook_url = NOWHERE
    shown = sessions.as_app().requestJsonAndCheck("GET", "/app/hook/config")[1]
    assert shown["secret"] == "********"
    assert app.hook() == HookConfig(
        url=NOWHERE, content_type="json", has_secret=True, verifies_tls=True
    )


def test_a_webhook_without_secret_and_address_has_neither(app, github_api, monkeypatch):
    monkeypatch.setattr(github_api.world.app, "webhook_secret", "")
    github_api.webhook_url = None
    assert (app.hook().url, app.hook().has_secret) == ("", False)


def test_the_app_tells_what_it_asks_for_and_what_time_it_is(app, github_api, monkeypatch):
    monkeypatch.setattr(github_api.world.app, "permissions", {"metadata": "read"})
    monkeypatch.setattr(github_api.world.app, "events", ("push",))
    it = app.identity()
    assert (it.granted.permissions, it.granted.events) == ({"metadata": "read"}, ("push",))
    assert abs(it.clock_off) <= 2


def test_an_installation_tells_what_it_granted_and_whether_it_is_suspended(
    app, project, github_api, monkeypatch
):
    mine = project({"A.sol": "contract A {}\n"})
    it = github_api.world.installations[mine.installation]
    monkeypatch.setattr(github_api.world, "installations", {mine.installation: it})
    it.suspended_at = github_api.world.now()
    listed = {each.id: each for each in app.installations().installed}
    it.suspended_at = None
    assert listed[mine.installation].suspended
    assert listed[mine.installation].account == it.account.login


def test_the_quota_is_the_installations(app, project, github_api):
    mine = project({"A.sol": "contract A {}\n"})
    assert app.quota(mine.installation).limit == github_api.limits.rate


def test_a_delivery_comes_with_its_payload(app, attempts):
    _, made = attempts(2)
    newest, _ = app.attempts().attempts
    assert (newest.id, newest.status, newest.arrived) == (made.id, 502, False)
    payload = app.payload(newest.id)
    assert (payload.event, payload.guid, payload.body) == ("push", made.guid, {"ref": "1"})


def test_redelivery_keeps_the_guid(app, attempts, github_api):
    (made,) = attempts(1)
    app.redeliver(made.id)
    assert [each.guid for each in github_api.deliveries] == [made.guid] * 2


@pytest.mark.parametrize(
    ("how", "error"),
    [
        ({"status": 404}, Denied),
        ({"status": 401}, Denied),
        ({"status": 503, "times": 9}, Unavailable),
        ({"status": 200, "body": "<html>"}, Unavailable),
        ({"status": 200, "body": '{"id": 1}'}, Unavailable),
        ({"status": 429}, Throttled),
    ],
)
def test_who_the_app_is_fails_in_our_own_words(app, github_api, how, error):
    github_api.fail_next(path="/app", **how)
    with pytest.raises(error):
        app.identity()


def test_a_delivery_that_is_not_there_is_gone(app, attempts):
    with pytest.raises(Gone):
        app.payload(1)
