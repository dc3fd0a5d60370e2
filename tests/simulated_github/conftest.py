import os
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import github
import pytest
from solvet.local.github import SimulatedGitHub, new_private_key

INSTALLATION = 77
SECRET = "it's a secret to everybody"
VAULT = "contract Vault {\n    uint256 total;\n\n    function pay() external {\n    }\n}\n"


class Workbench:
    """A real git repository that tests write commits into, as bytes, without a work tree's rules."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.git("init", "--quiet", "--bare", "--initial-branch=main", str(directory))

    def git(self, *arguments, data=None):
        identity = {"NAME": "Ada", "EMAIL": "ada@example.org", "DATE": "1700000000 +0000"}
        people = {
            f"GIT_{who}_{k}": v for who in ("AUTHOR", "COMMITTER") for k, v in identity.items()
        }
        done = subprocess.run(
            ["git", "-C", str(self.directory.parent), *arguments],
            input=data,
            capture_output=True,
            check=True,
            env={
                **os.environ,
                "GIT_CONFIG_NOSYSTEM": "1",
                "GIT_CONFIG_GLOBAL": "/dev/null",
                **people,
            },
        )
        return done.stdout.decode().strip()

    def commit(self, branch, files, *, parents=(), message="A commit", modes=None):
        """A commit of exactly these files (path to bytes or text) at the branch; its id."""
        here = f"--git-dir={self.directory}"
        marks, stream = {}, []
        for path, content in files.items():
            raw = content.encode() if isinstance(content, str) else content
            mode = (modes or {}).get(path, "100644")
            sha = (
                content
                if mode == "160000"
                else self.git(here, "hash-object", "-w", "--stdin", data=raw)
            )
            marks[path] = sha
            stream.append(f"{mode} {sha}\t{path}".encode())
        index = {"GIT_INDEX_FILE": str(self.directory / "scratch-index")}
        os.environ.update(index)
        try:
            self.git(here, "read-tree", "--empty")
            self.git(here, "update-index", "-z", "--index-info", data=b"\0".join(stream) + b"\0")
            tree = self.git(here, "write-tree")
        finally:
            del os.environ["GIT_INDEX_FILE"]
        flags = [flag for parent in parents for flag in ("-p", parent)]
        sha = self.git(here, "commit-tree", tree, *flags, "-m", message)
        self.git(here, "update-ref", f"refs/heads/{branch}", sha)
        return sha


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
        self.thread = threading.Thread(target=self.server.serve_forever)
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
        base_url=gh.api_url, auth=github.Auth.Token(token), retry=None, per_page=100
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
