"""`scan --base`: unchanged files that depend on what changed are judged again."""

import json
import subprocess

import pytest

from solvet.cli.main import main
from tests.inherited import BASE, UNGUARDED, VAULT

ME = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")


class Checkout:
    def __init__(self, folder, run):
        self.folder, self._run = folder, run

    def git(self, *arguments):
        subprocess.run(["git", *ME, *arguments], cwd=self.folder, check=True, capture_output=True)

    def write(self, **texts):
        for name, text in texts.items():
            (self.folder / "src" / f"{name}.sol").write_text(text)

    def scan(self, *arguments):
        return self._run(["scan", "--base", "HEAD", *arguments, str(self.folder)])

    def report(self):
        return json.loads(self.scan("--format", "json", "--fail-on", "none"))


@pytest.fixture
def checkout(tmp_path, capsys):
    """Base and Vault, committed."""

    def run(arguments):
        with pytest.raises(SystemExit):
            main(arguments)
        return capsys.readouterr().out

    made = Checkout(tmp_path, run)
    (tmp_path / "src").mkdir()
    made.write(Base=BASE, Vault=VAULT, Lone="pragma solidity 0.8.28;\ncontract Lone {}\n")
    made.git("init", "--quiet")
    made.git("add", "--all")
    made.git("commit", "--quiet", "--message", "Begin")
    return made


def test_a_finding_in_an_unchanged_file_is_shown_with_its_cause(checkout):
    checkout.write(Base=UNGUARDED)
    shown = checkout.scan()
    assert "Caused by this change: src/Base.sol → src/Vault.sol" in shown
    assert "1 unchanged file that depends on the change was judged again." in shown


def test_programs_read_the_way(checkout):
    checkout.write(Base=UNGUARDED)
    report = checkout.report()
    way = ["src/Base.sol", "src/Vault.sol"]
    assert [f["cause"] for f in report["findings"] if f["path"] == "src/Vault.sol"] == [way]
    assert {f["path"]: f["via"] for f in report["files"]} == {
        "src/Base.sol": None,
        "src/Vault.sol": way,
    }
    assert report["left_out"] == ["1 file that did not change (--base)"]


def test_its_fingerprint_is_that_of_a_scan_of_all(checkout):
    checkout.write(Base=UNGUARDED)
    of_change = {f["fingerprint"] for f in checkout.report()["findings"]}
    everything = json.loads(
        checkout._run(["scan", "--format", "json", "--fail-on", "none", str(checkout.folder)])
    )
    assert of_change <= {f["fingerprint"] for f in everything["findings"]}


def test_a_comment_leads_to_no_other_file(checkout):
    checkout.write(Base=f"// Who owns it.\n{BASE}")
    assert [f["path"] for f in checkout.report()["files"]] == ["src/Base.sol"]


def test_an_import_that_leads_nowhere_any_more_is_no_fix(checkout):
    checkout.write(Vault=VAULT.replace("onlyOwner ", ""))
    checkout.git("commit", "--quiet", "--all", "--message", "Flaw")
    checkout.git("mv", "src/Base.sol", "src/Core.sol")
    report = checkout.report()
    assert report["summary"]["change"] == {"introduced": 0, "existing": 0, "fixed": 0}
    assert not report["summary"]["complete"]
    (spot,) = next(f["blind_spots"] for f in report["files"] if f["path"] == "src/Vault.sol")
    assert "the import of `./Base.sol` leads nowhere" in spot["reason"]


def test_what_git_does_not_hold_is_the_same_on_both_sides(checkout):
    package = checkout.folder / "node_modules" / "owned"
    package.mkdir(parents=True)
    (package / "Base.sol").write_text(BASE)
    checkout.write(Vault=VAULT.replace("./Base.sol", "owned/Base.sol"))
    (checkout.folder / ".gitignore").write_text("node_modules\n")
    checkout.git("add", "--all")
    checkout.git("commit", "--quiet", "--message", "Take the package")
    checkout.write(Vault=(checkout.folder / "src/Vault.sol").read_text() + "// the end\n")
    changes = checkout.report()["summary"]["change"]
    assert (changes["introduced"], changes["fixed"]) == (0, 0)


def test_a_submodule_that_moves_is_told_of(checkout):
    pointer = "160000,{},lib/tokens"
    checkout.git("update-index", "--add", "--cacheinfo", pointer.format("1" * 40))
    checkout.git("commit", "--quiet", "--message", "Add tokens")
    checkout.git("update-index", "--cacheinfo", pointer.format("2" * 40))
    report = checkout.report()
    assert not report["summary"]["complete"]
    assert "`lib/tokens` is a submodule" in report["notes"][0]
    assert "Not looked at: `lib/tokens` is a submodule" in checkout.scan()
