"""`solvet scan` in a folder from a stranger: what its git configuration names is never started."""

import subprocess
import zlib

import pytest

from solvet.cli.main import main

CONTRACT = "pragma solidity 0.8.30;\ncontract A { uint256 private a; }\n"


@pytest.fixture
def checkout(tmp_path):
    """A repository whose file was changed; `git` runs git in it."""
    folder = tmp_path / "repository"
    folder.mkdir()

    def git(*arguments):
        who = ("-c", "user.name=ada", "-c", "user.email=ada@example.com")
        subprocess.run(("git", *who, "-C", folder, *arguments), check=True, capture_output=True)

    git("init", "-q")
    (folder / "A.sol").write_text(CONTRACT)
    git("add", ".")
    git("commit", "-qm", "first")
    (folder / "A.sol").write_text(CONTRACT.replace("uint256", "uint128"))
    (folder / "B.sol").write_text(CONTRACT.replace("contract A", "contract B"))
    return folder, git


@pytest.fixture
def scan(capfd):
    """Runs `solvet scan`; answers its exit code and all that it printed."""

    def run(*arguments):
        with pytest.raises(SystemExit) as stop:
            main(["scan", *map(str, arguments)])
        return stop.value.code, "".join(capfd.readouterr())

    return run


@pytest.mark.parametrize(
    "setting",
    [
        "filter.evil.clean",
        "filter.evil.process",
        "filter.e=v.i l.clean",
        "diff.evil.command",
        "diff.evil.textconv",
        "diff.external",
        "core.fsmonitor",
        "core.pager",
    ],
)
def test_no_program_that_a_repository_names_is_run(checkout, scan, tmp_path, setting):
    folder, git = checkout
    trap = tmp_path / "sprung"
    driver = setting.partition(".")[2].rpartition(".")[0] if setting.count(".") > 1 else "evil"
    git("config", f"filter.{driver}.required", "true")
    (folder / ".git/info/attributes").write_text(f"*.sol filter={driver.split(' ')[0]} diff=evil\n")
    git("config", setting, f"touch '{trap}'; cat")
    code, said = scan("--base", "HEAD", folder)
    assert not trap.exists()
    assert code == 0, said
    assert "2 files: 2 analysed" in said


def test_a_partial_clone_fetches_nothing(checkout, scan, tmp_path):
    folder, git = checkout
    trap = tmp_path / "sprung"
    for name, value in {
        "core.repositoryformatversion": "1",
        "extensions.partialClone": "origin",
        "remote.origin.promisor": "true",
        "remote.origin.url": f"ext::touch {trap}",
        "protocol.ext.allow": "always",
    }.items():
        git("config", name, value)
    for blob in (folder / ".git/objects").glob("??/*"):
        if zlib.decompress(blob.read_bytes()).startswith(b"blob"):
            blob.unlink()
    code, said = scan("--base", "HEAD", folder)
    assert not trap.exists()
    assert code == 2, said
    assert "git diff failed" in said


def test_links_and_paths_that_lead_out_are_named_and_not_read(checkout, scan, tmp_path):
    folder, _ = checkout
    (tmp_path / "secret.sol").write_text("contract Secret { address o = tx.origin; }")
    (folder / "link.sol").symlink_to(tmp_path / "secret.sol")
    (folder / "C.sol").write_text('import "../secret.sol";\ncontract C is Secret {}\n')
    _, said = scan(folder)
    assert "link.sol" in said
    assert "leads out of" in said
    assert "tx-origin" not in said


@pytest.mark.parametrize("name", ["\x1b[2J\x1b[31mred.sol", "[bold]x.sol", "a\u202elos.b.sol"])
def test_names_of_files_move_no_terminal(checkout, scan, name):
    folder, _ = checkout
    (folder / name).write_text("contract A { function f() public { require(tx.origin == f); } }")
    _, said = scan(folder)
    assert "tx-origin" in said
    assert not {"\x1b", "\u202e"} & set(said)
    assert "[bold]x.sol" in said or "bold" not in name
