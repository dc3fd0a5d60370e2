"""What several rooms of tests stand on: git histories, a simulated GitHub, ids nobody else has."""

import itertools
import os
import subprocess
from dataclasses import replace
from types import SimpleNamespace

import pytest
from hypothesis import settings

from solvet.domain.delivery import Repository
from solvet.local.github import Limits, SimulatedGitHub, new_private_key

# Properties are judged by their result, not by how busy the machine is. In CI the same examples are
# tried every time: what it refuses is somebody's change, not somebody's luck.
settings.register_profile("unhurried", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("unhurried")


def pytest_configure(config):
    """What the collector finds unclosed is told, and blamed on no test: it picks any of them."""
    told = "default::pytest.PytestUnraisableExceptionWarning"
    config.addinivalue_line("filterwarnings", told)


WEBHOOK_SECRET = "it's a secret to everybody"
APP_ID = "4242"
FILE, LINK, SUBMODULE = "100644", "120000", "160000"
NOBODY = "Ada <ada@example.org> 1700000000 +0000"


class History:
    """A bare git repository that is written commit by commit; every commit holds all its files."""

    def __init__(self, directory):
        self.directory = directory
        self._git("init", "--quiet", "--bare", "--initial-branch=main", str(directory))

    def commit(self, branch, files, *, parents=(), modes=None):
        """The id of a commit of exactly these files (path to text, bytes or a submodule's id)."""
        stream = [f"commit refs/heads/{branch}\ncommitter {NOBODY}\ndata 1\n.\n".encode()]
        stream += [
            f"{'merge' if place else 'from'} {sha}\n".encode() for place, sha in enumerate(parents)
        ]
        stream.append(b"deleteall\n")
        stream += [_entry(path, text, (modes or {}).get(path)) for path, text in files.items()]
        if not parents:
            stream.insert(0, f"reset refs/heads/{branch}\n".encode())
        self._git(f"--git-dir={self.directory}", "fast-import", "--quiet", "--force", data=stream)
        return self._git(f"--git-dir={self.directory}", "rev-parse", f"refs/heads/{branch}")

    def _git(self, *arguments, data=()):
        done = subprocess.run(
            ["git", *arguments], input=b"".join(data), capture_output=True, check=True
        )
        return done.stdout.decode().strip()


def _entry(path, content, mode):
    name = b'"' + path.encode().replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'
    if mode == SUBMODULE:
        return b"M 160000 " + content.encode() + b" " + name + b"\n"
    raw = content.encode() if isinstance(content, str) else content
    head = f"M {mode or FILE} inline ".encode() + name
    return head + f"\ndata {len(raw)}\n".encode() + raw + b"\n"


@pytest.fixture(scope="session")
def key_pem():
    return new_private_key()


@pytest.fixture(scope="module")
def shared_github(key_pem):
    """One server for a module; use `github_api`, which cleans up after each test."""
    with SimulatedGitHub(key_pem=key_pem, webhook_secret=WEBHOOK_SECRET) as server:
        yield server


@pytest.fixture
def github_api(shared_github):
    """The simulated GitHub without faults and with GitHub's own limits."""
    yield shared_github
    shared_github.faults.hook = None
    shared_github.faults._waiting.clear()
    shared_github.world.limits = replace(Limits())


@pytest.fixture
def vanish(github_api):
    """Takes a project's repository off GitHub."""

    def take(project):
        del github_api.world.repositories[project.remote.id]
        project.remote.git.close()

    return take


@pytest.fixture(scope="session")
def numbers():
    """Numbers that no other test of the session has."""
    return itertools.count(100)


@pytest.fixture(scope="module")
def project(shared_github, tmp_path_factory, numbers):
    """Makes a repository of an installation of its own, with `main` and, if told, `feature`."""
    folder = tmp_path_factory.mktemp("histories")

    def make(base, head=None, *, installation=None, modes=None, name="vaults"):
        history = History(folder / f"{next(numbers)}.git")
        number = installation or next(numbers)
        first = history.commit("main", base, modes=modes)
        second = None
        if head is not None:
            second = history.commit("feature", head, parents=[first], modes=modes)
        remote = shared_github.add_repository(
            f"owner{number}/{name}{next(numbers)}", history.directory, installation_id=number
        )
        return SimpleNamespace(
            history=history,
            remote=remote,
            installation=number,
            base=first,
            head=second,
            repository=Repository(remote.id, remote.full_name),
        )

    return make
