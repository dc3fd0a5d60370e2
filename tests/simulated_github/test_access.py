import time
from concurrent.futures import ThreadPoolExecutor

import github
import pytest

from solvet.local.github import SimulatedGitHub, new_private_key

TOKENS = "/app/installations/77/access_tokens"


def test_pygithub_authenticates_as_an_app_and_as_an_installation(gh, repo, key_pem):
    auth = github.Auth.AppAuth(gh.world.app.id, key_pem)
    with github.GithubIntegration(auth=auth, base_url=gh.api_url) as integration:
        installation = integration.get_repo_installation("acme", "vaults")
        token = integration.get_access_token(installation.id)
    with github.Github(base_url=gh.api_url, auth=github.Auth.Token(token.token)) as client:
        assert client.get_repo("acme/vaults").full_name == "acme/vaults"
    assert 515 <= len(token.token) <= 525
    assert token.token.startswith("ghs_")


@pytest.mark.parametrize(
    ("claim", "seconds", "words"),
    [
        ("exp", 4000, "too far in the future"),
        ("exp", -5, "must be in the future"),
        ("iat", 900, "must not be in the future"),
    ],
)
def test_a_jwt_with_bad_times_is_refused(api, app_jwt, claim, seconds, words):
    answer = api("POST", TOKENS, token=app_jwt(**{claim: int(time.time()) + seconds}))
    assert answer.status_code == 401
    assert words in answer.json()["message"]


@pytest.mark.parametrize(
    ("claims", "words"),
    [({"exp": "soon"}, "numeric value"), ({"iat": "now"}, "must be an Integer")],
)
def test_a_jwt_whose_times_are_none_is_refused(api, app_jwt, claims, words):
    answer = api("POST", TOKENS, token=app_jwt(**claims))
    assert answer.status_code == 401
    assert words in answer.json()["message"]


def test_a_jwt_of_somebody_else_is_refused(api, app_jwt):
    assert api("GET", "/app", token=app_jwt(new_private_key())).status_code == 401
    assert api("GET", "/app", token=app_jwt(iss="999")).status_code == 404
    assert api("GET", "/app", token=app_jwt()).json()["slug"] == "solvet"


def test_equal_jwts_can_be_refused_as_github_does(key_pem, app_jwt, api):
    with SimulatedGitHub(key_pem=key_pem, refuse_equal_jwts=True) as strict:
        token = app_jwt()
        answers = [api("GET", f"{strict.web_url}/app", token=token) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 401]


def test_a_token_is_scoped_to_repositories_and_permissions(gh, api, app_jwt, bench):
    gh.add_repository("acme/other", bench.directory, installation_id=77)
    wanted = {"repositories": ["other"], "permissions": {"checks": "read"}}
    answer = api("POST", TOKENS, wanted, token=app_jwt())
    token = answer.json()["token"]
    assert answer.status_code == 201
    assert [each["name"] for each in answer.json()["repositories"]] == ["other"]
    assert answer.json()["permissions"] == {"checks": "read", "metadata": "read"}
    assert api("GET", "/repos/acme/other", token=token).status_code == 200
    assert api("GET", "/repos/acme/vaults", token=token).status_code == 404
    assert api("POST", "/repos/acme/other/check-runs", {}, token=token).status_code == 403


def test_a_token_cannot_have_more_than_the_installation(api, app_jwt):
    for body in ({"permissions": {"contents": "write"}}, {"repositories": ["nope"]}):
        assert api("POST", TOKENS, body, token=app_jwt()).status_code == 422


def test_other_installations_see_nothing(gh, api, bench):
    gh.add_repository("evil/corp", bench.directory, installation_id=78)
    stranger = gh.issue_token(78)
    assert api("GET", "/repos/acme/vaults", token=stranger).status_code == 404
    assert api("GET", "/repos/evil/corp", token=stranger).status_code == 200


def test_bad_missing_and_expired_tokens_are_401(gh, api):
    assert api("GET", "/repos/acme/vaults", token="ghs_wrong").status_code == 401
    assert api("GET", "/repos/acme/vaults", Authorization="").status_code == 401
    gh.expire_tokens()
    assert api("GET", "/repos/acme/vaults").status_code == 401


def test_tokens_die_with_their_installation(gh, api):
    gh.remove_installation(77)
    assert api("GET", "/repos/acme/vaults").status_code == 401


def test_answers_carry_githubs_headers(api):
    answer = api("GET", "/api/v3/repos/acme/vaults")
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert answer.headers["X-GitHub-Request-Id"]
    assert int(answer.headers["X-RateLimit-Remaining"]) < int(answer.headers["X-RateLimit-Limit"])
    assert answer.json()["url"].endswith("/api/v3/repos/acme/vaults")


def test_unknown_routes_and_broken_bodies_are_githubs_errors(api, gh):
    missing = api("GET", "/api/v3/repos/acme/vaults/nothing/here")
    assert (missing.status_code, missing.json()["message"]) == (404, "Not Found")
    array = api("POST", "/repos/acme/vaults/check-runs", [1])
    assert (array.status_code, array.json()["message"]) == (400, "Body should be a JSON object")
    for body in (b"{", b'{"name": "\\ud800"}', b"\xff"):
        broken = api("POST", "/repos/acme/vaults/check-runs", raw=body)
        assert (broken.status_code, broken.json()["message"]) == (400, "Problems parsing JSON")


def test_many_clients_can_ask_at_once(gh, pull, api):
    url = "/repos/acme/vaults/issues/1/comments"
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: api("POST", url, {"body": f"n {n}"}), range(24)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({each["id"] for each in gh.snapshot()["comments"]}) == 24
