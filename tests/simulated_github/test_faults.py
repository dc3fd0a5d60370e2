import http.client
from contextlib import closing

import pytest
import requests

from solvet.errors import BadInput
from solvet.local.github import Fault, SimulatedGitHub

COMMENTS = "/repos/acme/vaults/issues/1/comments"


def test_a_scripted_failure_happens_once_and_does_nothing(gh, pull, api):
    gh.fail_next("POST", "/comments$", status=503, headers={"Retry-After": "7"})
    refused = api("POST", COMMENTS, {"body": "hello"})
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "7")
    assert api("POST", COMMENTS, {"body": "hello"}).status_code == 201
    assert len(gh.snapshot()["comments"]) == 1
    assert [each.status for each in gh.requests] == [503, 201]


def test_an_answer_can_be_lost_after_the_deed(gh, pull, api):
    gh.fail_next("POST", "/comments$", done=True, dropped=True)
    with pytest.raises(requests.ConnectionError):
        api("POST", COMMENTS, {"body": "hello"})
    assert [each["body"] for each in gh.snapshot()["comments"]] == ["hello"]
    assert [(each.method, each.path, each.status) for each in gh.requests] == [
        ("POST", COMMENTS, 0)
    ]


def test_faults_match_by_method_path_and_number(gh, pull, api):
    gh.fail_next("GET", "/pulls/", status=500, times=2, body="<h1>Unicorn!</h1>")
    assert api("GET", "/repos/acme/vaults").status_code == 200
    answers = [api("GET", "/api/v3/repos/acme/vaults/pulls/1") for _ in range(3)]
    assert [each.status_code for each in answers] == [500, 500, 200]
    assert answers[0].headers["Content-Type"].startswith("text/html")
    assert gh.faults.waiting == 0


def test_a_hook_may_fail_any_request(gh, pull, api):
    gh.set_fault_hook(lambda request: Fault(status=429) if request.method == "POST" else None)
    assert api("POST", COMMENTS, {"body": "hello"}).status_code == 429
    assert api("GET", COMMENTS).status_code == 200


def test_what_cannot_be_simulated_is_said_at_once(gh, repo, key_pem, tmp_path):
    with pytest.raises(BadInput, match="not a git repository"):
        gh.add_repository("acme/none", tmp_path / "nowhere")
    with pytest.raises(BadInput, match="not owner/name"):
        gh.add_repository("acme", tmp_path)
    with pytest.raises(BadInput, match="no commit 'nope'"):
        gh.open_pull_request(repo, head="nope")
    with pytest.raises(BadInput, match="no PEM"):
        SimulatedGitHub(key_pem="not a key")
    for port in (gh.port, 99_999):
        with pytest.raises(BadInput, match=f"cannot use port {port}"):
            SimulatedGitHub(key_pem=key_pem, port=port)


def test_a_connection_takes_one_request_after_the_other(gh):
    connection, sockets = http.client.HTTPConnection("127.0.0.1", gh.port), set()
    with closing(connection):
        for _ in range(3):
            connection.request("POST", "/graphql", body=b"{}")
            sockets.add(connection.sock)
            assert connection.getresponse().read()
    assert len(sockets) == 1


def test_who_holds_a_connection_is_not_answered_once_it_is_closed(key_pem):
    with requests.Session() as session:
        with SimulatedGitHub(key_pem=key_pem) as github:
            assert session.get(f"{github.api_url}/app").status_code == 401
        with pytest.raises(requests.ConnectionError):
            session.get(f"{github.api_url}/app")
