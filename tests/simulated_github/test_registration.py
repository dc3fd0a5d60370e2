"""Making an App from a manifest and installing it, as people do it."""

import json

import pytest
import requests

from solvet.local.github import SimulatedGitHub, new_private_key

MANIFEST = {
    "name": "Solvet x",
    "url": "https://stack.example",
    "redirect_url": "https://stack.example/setup/done?a=b",
    "hook_attributes": {"url": "http://127.0.0.1:9/webhook"},
    "default_permissions": {"contents": "read", "pull_requests": "write"},
    "default_events": ["push", "pull_request"],
}


@pytest.fixture
def blank():
    with SimulatedGitHub(key_pem=new_private_key()) as server:
        yield server


def post(server, path, **data):
    return requests.post(f"{server.web_url}{path}", data=data, timeout=10, allow_redirects=False)


def make(server, manifest=MANIFEST, name="Solvet x", state="s"):
    path, text = "/settings/apps/manifest", json.dumps(manifest)
    return post(server, path, manifest=text, name=name, state=state)


def test_the_page_shows_what_will_be_made(blank):
    path = "/organizations/acme/settings/apps/new?state=s"
    answer = post(blank, path, manifest=json.dumps(MANIFEST))
    assert answer.status_code == 200
    assert "Create GitHub App for acme" in answer.text
    assert "pull requests (write)" in answer.text


def test_github_sends_the_browser_back_and_pings_the_webhook(blank):
    back = make(blank).headers["location"]
    assert back.startswith("https://stack.example/setup/done?a=b&code=")
    assert back.endswith("&state=s")
    assert [each.event for each in blank.deliveries] == ["ping"]
    assert blank.world.app.slug == "solvet-x"


def test_a_code_is_told_for_once(blank):
    code = make(blank).headers["location"].partition("code=")[2].partition("&")[0]
    url = f"{blank.api_url}/app-manifests/{code}/conversions"
    answers = [requests.post(url, timeout=10) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 404]
    assert answers[0].json()["webhook_secret"] == blank.world.app.webhook_secret


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"url": "ftp://x"}, "url is not http"),
        ({"hook_attributes": {}}, "hook_attributes.url"),
        ({"default_permissions": {"contents": "own"}}, "no levels"),
        ({"default_events": ["party"]}, "no events"),
        ({"default_events": ["merge_group"]}, "merge_group is not supported"),
    ],
)
def test_a_manifest_that_github_would_refuse_makes_nothing(blank, change, words):
    answer = make(blank, MANIFEST | change)
    assert (answer.status_code, words in answer.text) == (422, True)
    assert blank.world.app.slug == "solvet"


@pytest.mark.parametrize("text", ["", "[]", "{", "null"])
def test_what_is_no_manifest_is_refused(blank, text):
    assert post(blank, "/settings/apps/new", manifest=text).status_code == 422


def test_a_name_is_neither_empty_nor_too_long(blank):
    assert {make(blank, name=name).status_code for name in ("", "x" * 35)} == {422}


def test_repositories_are_chosen_of_one_account(blank, bench):
    make(blank)
    for name in ("acme/one", "acme/two", "other/three"):
        blank.add_repository(name, bench.directory, installation_id=None)
    path = "/apps/solvet-x/installations/new"
    assert post(blank, path, repository=["acme/one", "other/three"]).status_code == 422
    assert "is installed" in post(blank, path, repository=["acme/one"]).text
    (installation,) = blank.world.installations.values()
    assert installation.account.login == "acme"
    assert blank.deliveries[-1].event == "installation"
    left = requests.get(f"{blank.web_url}{path}", timeout=10).text
    assert "acme/two" in left
    assert "acme/one" not in left
