"""What it costs to judge unchanged files again, against the same scan of the changed file alone."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import requests

from solvet.adapters.github.client import GitHubClient
from solvet.adapters.github.session import AppKey, Sessions
from solvet.domain.change import ChangedFile, FileStatus
from solvet.domain.delivery import Repository
from solvet.domain.policy import Policy
from solvet.domain.scan import Agenda, Scan, Snapshot, Target, TargetKind
from solvet.local.github import SimulatedGitHub, new_private_key
from solvet.services.collect import collect
from solvet.services.static import static_review

SIZES = (100, 1_000, 2_000)
HEIRS = 20
FUNCTIONS = 25
APP, INSTALLATION = 4242, 1
BASE = """pragma solidity 0.8.28;
abstract contract Base {
    address internal owner = msg.sender;
    modifier onlyOwner() {
        require(msg.sender == owner);
        _;
    }
}
"""
CHANGES = {
    "comment only": f"// Who owns it.\n{BASE}",
    "guard dropped": BASE.replace("        require(msg.sender == owner);\n", ""),
}
ME = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")


@dataclass(slots=True)
class Cost:
    """Answers counted and their bytes, seconds of planning and of judging, files judged."""

    answers: int = 0
    size: int = 0
    planned: float = 0.0
    judged: float = 0.0
    files: int = 0


def main() -> None:
    print(f"one base contract changes; {HEIRS} unchanged files inherit from it\n")
    print(
        f"{'files':>6} {'change':<14} {'requests':>8} {'KB':>7} {'plan s':>7} {'judge s':>8}  again"
    )
    for size in SIZES:
        with TemporaryDirectory() as folder:
            work = Path(folder)
            _written(work, size)
            for name, text in CHANGES.items():
                cost = _cost(work, text)
                print(
                    f"{size:>6} {name:<14} {cost.answers:>8} {cost.size / 1_000:>7,.0f}"
                    f" {cost.planned:>7.2f} {cost.judged:>8.2f}  {cost.files - 1}"
                )


def _written(work: Path, size: int) -> None:
    """A repository of so many contracts of some 110 lines, spread over ten folders."""
    (work / "src").mkdir()
    (work / "src/Base.sol").write_text(BASE)
    for number in range(size - 1):
        folder = work / f"src/part{number % 10}"
        folder.mkdir(exist_ok=True)
        (folder / f"C{number}.sol").write_text(_contract(number))
    _git(work, "init", "--quiet", "--initial-branch=main")
    _git(work, "add", "--all")
    _git(work, *ME, "commit", "--quiet", "--message", "Begin")


def _contract(number: int) -> str:
    heir = number < HEIRS
    head = 'import {Base} from "../Base.sol";\n' if heir else ""
    functions = "".join(
        f"    /// Sets the value that is kept under {each}.\n"
        f"    function set{each}(uint256 value) external {'onlyOwner ' if heir else ''}{{\n"
        f"        kept[{each}] = value;\n    }}\n"
        for each in range(FUNCTIONS)
    )
    inherits = " is Base" if heir else ""
    state = "    mapping(uint256 => uint256) private kept;\n"
    return f"pragma solidity 0.8.28;\n{head}contract C{number}{inherits} {{\n{state}{functions}}}\n"


def _cost(work: Path, text: str) -> Cost:
    base = _git(work, "rev-parse", "main")
    _git(work, "checkout", "--quiet", "-B", "feature", "main")
    (work / "src/Base.sol").write_text(text)
    _git(work, *ME, "commit", "--quiet", "--all", "--message", "Change the base")
    head = _git(work, "rev-parse", "HEAD")
    cost = Cost()
    agenda, snapshot = _collected(work, base, head, cost)
    began = time.monotonic()
    for file in agenda.files:
        static_review(file, snapshot, agenda.policy)
    cost.judged = time.monotonic() - began
    cost.files = len(agenda.files)
    return cost


def _collected(work: Path, base: str, head: str, cost: Cost) -> tuple[Agenda, Snapshot]:
    key = new_private_key()
    with SimulatedGitHub(key_pem=key, app_id=APP) as github:
        remote = github.add_repository("acme/vaults", work / ".git", installation_id=INSTALLATION)
        repository = Repository(remote.id, remote.full_name)
        sessions = Sessions(AppKey(str(APP), key), github.api_url)
        opened = GitHubClient(sessions.client(INSTALLATION, repository), str(APP), sessions.login)
        changed = (ChangedFile("src/Base.sol", FileStatus.MODIFIED),)
        agenda = Agenda(files=changed, policy=Policy())
        with _counted(cost):
            began = time.monotonic()
            found = collect(_scan(repository, base, head), agenda, opened)
            cost.planned = time.monotonic() - began
    return found


def _scan(repository: Repository, base: str, head: str) -> Scan:
    return Scan(
        id="bench",
        installation=INSTALLATION,
        repository=repository,
        target=Target(kind=TargetKind.PULL, number=1),
        head_sha=head,
        base_sha=base,
        fence=1,
        check_run=1,
    )


@contextmanager
def _counted(cost: Cost) -> Iterator[None]:
    """Counts every answer on this process's HTTP sessions."""
    really = requests.Session.send

    def send(self: requests.Session, request: requests.PreparedRequest, **how: object) -> object:
        answer = really(self, request, **how)  # type: ignore[arg-type]
        cost.answers += 1
        cost.size += len(answer.content)
        return answer

    requests.Session.send = send  # type: ignore[assignment,method-assign]
    try:
        yield
    finally:
        requests.Session.send = really  # type: ignore[method-assign]


def _git(work: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=work, check=True, capture_output=True, text=True)
    return done.stdout.strip()
