"""Whom our tokens are shown to, and how far they reach."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from solvet.adapters.github import session
from solvet.adapters.github.client import GitHubClient
from solvet.adapters.github.session import AppKey, Sessions
from solvet.domain.delivery import Repository
from solvet.errors import SolvetError
from solvet.ports.github import Place

TOKEN = "ghs_" + "t" * 40
GRANTED = (201, {}, {"token": TOKEN, "expires_at": "2999-01-01T00:00:00Z", "permissions": {}})
DOCUMENTED = {
    "contents": "read",
    "metadata": "read",
    "checks": "write",
    "pull_requests": "write",
    "issues": "write",
    "security_events": "write",
}
"""What docs/security.md says is asked for."""


class Server:
    """Answers as `answer` says, and keeps what it was shown."""

    def __init__(self, answer):
        self.seen = seen = []
        self.bodies = bodies = []

        class Handler(BaseHTTPRequestHandler):
            def _answer(self):
                seen.append((self.path, self.headers.get("Authorization", "")))
                bodies.append(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
                status, headers, body = answer(self.path)
                raw = json.dumps(body).encode()
                self.send_response(status)
                for name, value in {**headers, "Content-Length": len(raw)}.items():
                    self.send_header(name, str(value))
                self.end_headers()
                self.wfile.write(raw)

            do_GET = do_POST = do_PATCH = _answer  # noqa: N815

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_port
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def servers():
    """Starts servers that stop with the test."""
    running = []

    def start(answer):
        running.append(Server(answer))
        return running[-1]

    yield start
    for server in running:
        server.close()


@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize("host", ["localhost", "127.0.0.2"])
def test_a_redirection_gets_no_token_of_ours(servers, key_pem, monkeypatch, status, host):
    monkeypatch.setattr(session._RETRY_READS, "backoff_factor", 0)
    thief = servers(lambda _: (200, {}, {}))

    def answer(path):
        if path.endswith("access_tokens"):
            return GRANTED
        return status, {"Location": f"http://{host}:{thief.port}{path}"}, {}

    github = servers(answer)
    sessions = Sessions(AppKey("1", key_pem), github.url)
    repository = Repository(7, "acme/vaults")
    client = GitHubClient(sessions.client(3, repository), "1", sessions.login)
    for ask in (
        lambda: client.pull_request(repository, 1),
        lambda: client.read(repository, [Place(commit="a" * 40, path="A.sol")]),
        lambda: client.merge_base(repository, "a" * 40, "b" * 40),
    ):
        with pytest.raises(SolvetError):
            ask()
    assert any(TOKEN in shown for _, shown in github.seen)
    assert [shown for _, shown in thief.seen if shown] == []


def test_a_token_is_asked_for_one_repository_and_for_what_is_needed(servers, key_pem):
    github = servers(lambda _: GRANTED)
    Sessions(AppKey("1", key_pem), github.url).client(3, Repository(7, "acme/vaults"))
    scopes = [json.loads(body) for body in github.bodies if body]
    assert scopes
    for scope in scopes:
        assert scope["repository_ids"] == [7]
        assert set(scope["permissions"].items()) <= set(DOCUMENTED.items())


def test_neither_key_nor_token_is_in_what_a_traceback_or_a_log_shows(servers, key_pem):
    sessions = Sessions(AppKey("1", key_pem), servers(lambda _: GRANTED).url)
    sessions.client(3, Repository(7, "acme/vaults"))
    for shown in (repr(sessions), str(sessions.key), repr(list(sessions._grants.values()))):
        assert key_pem.split("\n")[1] not in shown
        assert TOKEN not in shown
