"""Repositories made to exhaust the functions, or to lead them out of the commit."""

import pytest

from solvet.adapters.github import texts
from solvet.domain.change import ChangedFile, FileStatus
from solvet.domain.delivery import Repository
from solvet.domain.policy import Policy
from solvet.domain.scan import Agenda, Scan, Source, Target, TargetKind
from solvet.ports.github import Tree
from solvet.services.collect import collect
from solvet.solidity.paths import LAYOUT_FILES, candidates, layout_of, places_of_imports

HEAD, BASE = "a" * 40, "b" * 40


class Texts:
    """Files by path; remembers how many characters it was asked for."""

    def __init__(self, files):
        self.files = files
        self.told = 0

    def read(self, _, places):
        found = {p: Source(text=self.files[p.path]) for p in places if p.path in self.files}
        self.told += sum(len(source.text) for source in found.values())
        return found

    def solidity_files(self, *_):
        return Tree(())


def collected(files, paths, most):
    scan = Scan(
        id="scan", installation=1, repository=Repository(1, "a/b"), check_run=1, fence=1,
        target=Target(kind=TargetKind.PULL, number=1), head_sha=HEAD, base_sha=BASE,
    )  # fmt: skip
    changed = tuple(ChangedFile(path, FileStatus.ADDED) for path in paths)
    github = Texts(files)
    _, snapshot = collect(scan, Agenda(files=changed, policy=Policy()), github, most=most)
    return snapshot, github


def test_a_change_of_huge_files_is_read_up_to_a_limit_and_says_so():
    files = {f"src/C{number:03}.sol": "x" * 100 for number in range(200)}
    snapshot, github = collected(files, files, 1_000)
    assert github.told <= 1_000 + 50 * 100
    assert set(snapshot.head) == set(files), "no file is forgotten"
    unread = [source for source in snapshot.head.values() if source.problem]
    assert len(unread) == 200 - github.told // 100
    assert all("more text" in source.problem for source in unread)


def test_imports_of_a_full_snapshot_are_not_read():
    files = {"A.sol": 'import "./B.sol";', "B.sol": "contract B {}"}
    snapshot, _ = collected(files, ["A.sol"], 10)
    assert snapshot.head["A.sol"].text
    assert "B.sol" not in {path for path, text in snapshot.head_imports.items() if text}


def test_files_of_one_query_are_read_until_they_are_too_many_bytes():
    room = texts._Room(left=9_000_000)
    assert room.refusal(4_000_000) == ""
    assert "limit is 5,000,000" in room.refusal(5_000_001)
    assert room.refusal(4_500_000) == ""
    assert "in all" in room.refusal(600_000)
    assert room.refusal(500_000) == ""


@pytest.mark.parametrize(
    "name",
    [
        "../../../etc/passwd.sol",
        "/etc/passwd.sol",
        "./../../other/repo.sol",
        "a/../../../b.sol",
        "lib/../../x.sol",
        "x.sol\0.txt",
        "\0.sol",
        "https://evil.example/a/../../../../x.sol",
    ],
)
def test_no_import_leads_out_of_the_repository(name):
    layout = layout_of({"remappings.txt": "evil/=../../\nlib/=/etc/\n"})
    found = [*candidates("src/A.sol", name, layout), *candidates("A.sol", "evil/x.sol", layout)]
    assert all(not path.startswith(("/", "../")) and "\0" not in path for path in found)
    assert all(".." not in path.split("/") for path in found)


def test_a_hostile_layout_multiplies_no_imports():
    assert LAYOUT_FILES == ("remappings.txt", "foundry.toml")
    libs = ", ".join(f'"l{number}"' for number in range(5_000))
    layout = layout_of(
        {
            "foundry.toml": f"[profile.default]\nlibs = [{libs}]\n",
            "remappings.txt": "".join(f"a{n}/=b{n}/\n" for n in range(50_000)),
        }
    )
    text = "".join(f'import "x/{number}.sol";\n' for number in range(20_000))
    assert len(places_of_imports("src/A.sol", text, layout)) <= 1_000 * (2 + 2 * 20)
    assert len(layout.remappings) == 500
