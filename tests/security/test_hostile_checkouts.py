"""`solvet scan` in a folder from a stranger: what its git configuration names is never started."""

import subprocess

import pytest
from click.testing import CliRunner

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
def test_no_program_that_a_repository_names_is_run(checkout, tmp_path, setting):
    folder, git = checkout
    trap = tmp_path / "sprung"
    driver = setting.partition(".")[2].rpartition(".")[0] if setting.count(".") > 1 else "evil"
    git("config", f"filter.{driver}.required", "true")
    (folder / ".git/info/attributes").write_text(f'*.sol filter={driver.split(" ")[0]} diff=evil\n')
    git("config", setting, f"touch '{trap}'; cat")
    done = CliRunner().invoke(main, ["scan", "--base", "HEAD", str(folder)])
    assert not trap.exists()
    assert done.exit_code == 0, done.output
    assert "2 files: 2 analysed" in done.output


def test_a_partial_clone_fetches_nothing(checkout, tmp_path):
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
        blob.chmod(0o600)
        if subprocess.run(
            ("git", "-C", folder, "cat-file", "-t", blob.parent.name + blob.name),
            check=True, capture_output=True, text=True,
        ).stdout.startswith("blob"):  # fmt: skip
            blob.unlink()
    done = CliRunner().invoke(main, ["scan", "--base", "HEAD", str(folder)])
    assert not trap.exists()
    assert done.exit_code == 2, done.output
    assert "git diff failed" in done.output


def test_links_and_paths_that_lead_out_are_named_and_not_read(checkout, tmp_path):
    folder, _ = checkout
    (tmp_path / "secret.sol").write_text("contract Secret { address o = tx.origin; }")
    (folder / "link.sol").symlink_to(tmp_path / "secret.sol")
    (folder / "C.sol").write_text('import "../secret.sol";\ncontract C is Secret {}\n')
    done = CliRunner().invoke(main, ["scan", str(folder)])
    assert "link.sol" in done.output
    assert "leads out of" in done.output
    assert "tx-origin" not in done.output


@pytest.mark.parametrize("name", ["\x1b[2J\x1b[31mred.sol", "[bold]x[/bold].sol", "a\u202elos.b.sol"])
def test_names_of_files_move_no_terminal(checkout, name):
    folder, _ = checkout
    (folder / name).write_text("contract A { function f() public { require(tx.origin == f); } }")
    done = CliRunner().invoke(main, ["scan", str(folder)])
    assert "tx-origin" in done.output
    assert not {"\x1b", "\u202e"} & set(done.output)
    assert "[bold]x[/bold].sol" in done.output or "bold" not in name
