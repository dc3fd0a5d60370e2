import os
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import github
import jwt
import pytest
import requests

from solvet.local.github import SimulatedGitHub, new_private_key

INSTALLATION = 77
SECRET = "it's a secret to everybody"
VAULT = "contract Vault {\n    uint256 total;\n\n    function pay() external {\n    }\n}\n"


class Workbench:
    """A real, bare git repository; commits are written without a work tree."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.git("init", "--quiet", "--bare", "--initial-branch=main", str(directory))

    def git(self, *arguments, data=None):
        done = subprocess.run(
            ["git", "-C", str(self.directory.parent), *arguments],
            input=data,
            capture_output=True,
            check=True,
            env=self.environment,
        )
        return done.stdout.decode().strip()

    @property
    def environment(self):
        identity = {"NAME": "Ada", "EMAIL": "ada@example.org", "DATE": "1700000000 +0000"}
        return {
            **os.environ,
            **{f"GIT_AUTHOR_{key}": value for key, value in identity.items()},
            **{f"GIT_COMMITTER_{key}": value for key, value in identity.items()},
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_INDEX_FILE": str(self.directory / "scratch-index"),
        }

    def commit(self, branch, files, *, parents=(), message="A commit", modes=None):
        """A commit of exactly these files at the branch; a submodule's content is its SHA."""
        here, index = f"--git-dir={self.directory}", []
        for path, content in files.items():
            mode = (modes or {}).get(path, "100644")
            sha = content if mode == "160000" else self.blob(content)
            index.append(f"{mode} {sha}\t{path}".encode() + b"\0")
        self.git(here, "read-tree", "--empty")
        self.git(here, "update-index", "-z", "--index-info", data=b"".join(index))
        flags = [flag for parent in parents for flag in ("-p", parent)]
        tree = self.git(here, "write-tree")
        sha = self.git(here, "commit-tree", tree, *flags, "-m", message)
        self.git(here, "update-ref", f"refs/heads/{branch}", sha)
        return sha

    def blob(self, content):
        raw = content.encode() if isinstance(content, str) else content
        return self.git(f"--git-dir={self.directory}", "hash-object", "-w", "--stdin", data=raw)


class Webhook:
    """What the product's webhook would receive."""

    def __init__(self) -> None:
        self.received, self.status, self.during = [], 202, None
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.received.append((dict(self.headers), body))
                if receiver.during:
                    receiver.during()
                self.send_response(receiver.status)
                self.end_headers()
                self.wfile.write(b"thank you")

            def log_message(self, *arguments):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_port}/webhook"

    def close(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture(scope="session")
def key_pem():
    return new_private_key()


@pytest.fixture
def bench(tmp_path):
    return Workbench(tmp_path / "vaults.git")


@pytest.fixture
def commits(bench):
    """main with two files, and feature that changes one and adds one."""
    base = bench.commit("main", {"src/Vault.sol": VAULT, "README.md": "hello\n"}, message="First")
    changed = VAULT.replace("    }\n", "        total += 1;\n    }\n")
    files = {"src/Vault.sol": changed, "README.md": "hello\n", "src/New.sol": "contract New {}\n"}
    head = bench.commit("feature", files, parents=[base], message="Second\n\nwith a body")
    return base, head


@pytest.fixture
def gh(key_pem):
    with SimulatedGitHub(key_pem=key_pem, webhook_secret=SECRET) as it:
        yield it


@pytest.fixture
def repo(gh, bench, commits):
    return gh.add_repository("acme/vaults", bench.directory, installation_id=INSTALLATION)


@pytest.fixture
def pull(gh, repo):
    return gh.open_pull_request(repo, head="feature", title="Count payments", body="Please look.")


@pytest.fixture
def client(gh, repo):
    token = gh.issue_token(INSTALLATION)
    with github.Github(
        base_url=gh.api_url,
        auth=github.Auth.Token(token),
        retry=None,
        per_page=100,
        seconds_between_requests=None,
        seconds_between_writes=None,
    ) as it:
        yield it


@pytest.fixture
def remote(client):
    return client.get_repo("acme/vaults")


@pytest.fixture
def webhook():
    it = Webhook()
    yield it
    it.close()


@pytest.fixture
def api(gh, repo):
    """Asks without PyGithub: method, path, JSON body; answers the response."""
    token = gh.issue_token(INSTALLATION)

    def ask(method, path, body=None, *, token=token, raw=None, **headers):
        url = path if path.startswith("http") else f"{gh.web_url}{path}"
        sent = {"Authorization": f"Bearer {token}", "Connection": "close", **headers}
        return requests.request(method, url, json=body, data=raw, headers=sent, timeout=10)

    return ask


@pytest.fixture
def app_jwt(gh, key_pem):
    """Makes the App's JWT; claims can be overruled."""

    def make(key=key_pem, **claims):
        now = int(time.time())
        standard = {"iss": str(gh.world.app.id), "iat": now - 30, "exp": now + 300}
        return jwt.encode({**standard, **claims}, key, algorithm="RS256")

    return make
