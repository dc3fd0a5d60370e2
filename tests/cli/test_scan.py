import json
import os
import re
import subprocess
from pathlib import Path

import jsonschema
import pytest

from solvet.cli.files import SIZE_LIMIT

BAD = """pragma solidity 0.8.30;
contract Wallet {
    address owner = msg.sender;
    function pay(address payable to) external {
        require(tx.origin == owner);
        to.transfer(1);
    }
}
"""
GOOD = BAD.replace("tx.origin", "msg.sender")


@pytest.fixture
def solvet(command):
    return command


@pytest.fixture
def repository(tmp_path):
    def git(*arguments):
        identity = ("-c", "user.name=a", "-c", "user.email=a@b.invalid")
        subprocess.run(
            ["git", *identity, *arguments], cwd=tmp_path, check=True, capture_output=True
        )

    git("init", "-q", "-b", "main")
    return git


def write(path, text):
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text)


def scanned(output):
    return [file["path"] for file in json.loads(output)["files"]]


def test_a_clean_folder_leaves_with_zero(solvet):
    write("a/Good.sol", GOOD)
    code, out, _ = solvet("scan", "a")
    assert code == 0
    assert "No findings." in out
    assert "1 file: 1 analysed; 8 lines." in out


def test_a_finding_is_shown_with_its_code_and_place(solvet):
    write("a/Bad.sol", BAD)
    code, out, _ = solvet("scan", "a", "--fail-on", "medium")
    assert code == 1
    assert "a/Bad.sol:5:17 in Wallet.pay" in out
    assert "5 |         require(tx.origin == owner);" in out
    assert "\x1b" not in out


@pytest.mark.parametrize(("threshold", "code"), [("high", 0), ("medium", 1), ("none", 0)])
def test_the_threshold_decides_the_exit_code(solvet, threshold, code):
    write("Bad.sol", BAD)
    assert solvet("scan", "Bad.sol", "--fail-on", threshold)[0] == code


def test_held_back_findings_are_counted(solvet):
    write("Bad.sol", BAD)
    _, out, _ = solvet("scan", ".", "--min-severity", "critical")
    assert re.search(r"\d findings? not shown: \d below severity critical\.", out)


def test_json_follows_its_schema(solvet):
    schema = Path(__file__).parents[2] / "docs/schema/solvet-scan.schema.json"
    write("Bad.sol", BAD)
    _, out, _ = solvet("scan", ".", "--format", "json")
    report = json.loads(out)
    jsonschema.Draft202012Validator(json.loads(schema.read_text())).validate(report)
    assert [(f["rule"], f["start_line"]) for f in report["findings"]] == [("tx-origin", 5)]


def test_sarif_describes_the_rule_from_its_page(solvet):
    write("Bad.sol", BAD)
    _, out, _ = solvet("scan", ".", "--format", "sarif")
    rule = json.loads(out)["runs"][0]["tool"]["driver"]["rules"][0]
    assert "## Why it matters" in rule["help"]["markdown"]


def test_markdown_is_a_document(solvet):
    write("Bad.sol", BAD)
    _, out, _ = solvet("scan", ".", "--format", "markdown")
    assert out.startswith("# Solvet's review\n\n## Findings (1)\n")


def test_a_report_goes_to_a_file(solvet):
    write("Bad.sol", BAD)
    code, out, _ = solvet("scan", ".", "--format", "json", "-o", "report.json")
    assert (code, out) == (0, "")
    assert json.loads(Path("report.json").read_text())["version"] == 1


def test_a_file_that_cannot_be_written_is_named(solvet):
    write("Bad.sol", BAD)
    code, _, err = solvet("scan", ".", "-o", "no/such/report")
    assert code == 2
    assert "cannot write no/such/report: No such file or directory" in err


def test_dependencies_are_left_out_and_said(solvet):
    write("src/Good.sol", GOOD)
    write("node_modules/x/Bad.sol", BAD)
    code, out, _ = solvet("scan", ".", "--fail-on", "low")
    assert code == 0
    assert "Left out: node_modules (by default; name the folder to scan it)" in out


def test_a_named_dependency_folder_is_scanned(solvet):
    write("lib/Bad.sol", BAD)
    assert solvet("scan", "lib", "--fail-on", "medium")[0] == 1


def test_excluded_globs_are_left_out_and_said(solvet):
    write("src/Good.sol", GOOD)
    write("src/test/Bad.sol", BAD)
    write("src/Bad.t.sol", BAD)
    _, out, _ = solvet(
        "scan", ".", "--exclude", "*.t.sol", "--exclude", "src/test/", "--format", "json"
    )
    assert scanned(out) == ["src/Good.sol"]
    assert json.loads(out)["left_out"] == ["src/test (--exclude)", "src/Bad.t.sol (--exclude)"]


def test_a_folder_named_like_a_file_is_walked(solvet):
    write("Odd.sol/Inner.sol", GOOD)
    assert scanned(solvet("scan", ".", "--format", "json")[1]) == ["Odd.sol/Inner.sol"]


def test_a_link_out_of_the_folder_is_not_followed_and_said(solvet, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside")
    (outside / "Bad.sol").write_text(BAD)
    write("in/Good.sol", GOOD)
    Path("in/Linked.sol").symlink_to(outside / "Bad.sol")
    Path("in/linked").symlink_to(outside)
    _, out, _ = solvet("scan", "in", "--format", "json")
    assert scanned(out) == ["in/Good.sol"]
    assert json.loads(out)["left_out"] == [
        "in/linked (a link to another folder; links are not followed)",
        "in/Linked.sol (a link that leads out of in)",
    ]


def test_what_is_not_utf8_is_analysed_and_said(solvet):
    Path("Bad.sol").write_bytes(BAD.encode().replace(b"contract", b"// caf\xe9\n// \xff\ncontract"))
    _, out, _ = solvet("scan", ".")
    assert "tx.origin" in out
    assert "Bad.sol: lines 2 to 3: not UTF-8; the bytes were replaced" in out


def test_a_large_file_is_analysed_and_a_too_large_one_is_named(solvet):
    write("Large.sol", BAD + "// filling\n" * 180_000)
    write("TooLarge.sol", "/" * (SIZE_LIMIT + 1))
    _, out, _ = solvet("scan", ".")
    assert "Large.sol:5:17" in out
    assert "TooLarge.sol: larger than 5 MB" in out


def test_a_pipe_is_a_named_failure_and_nothing_hangs(solvet):
    write("Good.sol", GOOD)
    os.mkfifo("Pipe.sol")
    code, out, _ = solvet("scan", ".")
    assert code == 2
    assert "Pipe.sol: is no regular file" in out


def test_an_empty_file_is_clean(solvet):
    write("Empty.sol", "")
    assert solvet("scan", "Empty.sol")[0] == 0


def test_nothing_to_analyse_tells_what_to_do(solvet):
    write("node_modules/A.sol", GOOD)
    code, _, err = solvet("scan", ".")
    assert code == 2
    assert "there is no .sol file below" in err
    assert "left out: node_modules" in err
    assert "for example: solvet scan contracts" in err


def test_a_misspelt_path_suggests_the_nearest(solvet):
    write("contracts/Vault.sol", GOOD)
    code, _, err = solvet("scan", "contracts/Valt.sol")
    assert code == 2
    assert "Did you mean contracts/Vault.sol?" in err


def test_another_kind_of_file_is_refused(solvet):
    write("a.txt", "")
    code, _, err = solvet("scan", "a.txt")
    assert code == 2
    assert "a.txt is no Solidity file" in err


def test_without_a_path_the_usage_shows_one(solvet):
    code, _, err = solvet("scan")
    assert code == 2
    assert "solvet scan ." in err


def test_several_processes_find_the_same(solvet):
    for n in range(8):
        write(f"f{n}.sol", BAD)
    one = solvet("scan", ".", "--format", "json", "--jobs", "1")[1]
    assert solvet("scan", ".", "--format", "json", "--jobs", "2")[1] == one


def test_an_imported_file_is_given_to_the_engine(solvet):
    write("src/Base.sol", "contract Base { modifier lock() { _; } }")
    write("src/A.sol", 'import "./Base.sol"; import "../../../etc/x.sol"; contract A is Base {}')
    assert solvet("scan", "src/A.sol")[0] == 0


def test_against_a_base_only_what_was_introduced_fails(solvet, repository):
    write("Old.sol", BAD)
    write("Same.sol", BAD)
    write("Gone.sol", BAD.replace("Wallet", "Another") + "// quite another file\n" * 9)
    repository("add", ".")
    repository("commit", "-qm", "base")
    repository("checkout", "-qb", "work")
    Path("Old.sol").rename("Moved.sol")
    Path("Gone.sol").unlink()
    repository("add", ".")
    repository("commit", "-qm", "move")
    assert solvet("scan", ".", "--base", "main", "--fail-on", "low")[0] == 0
    write("New.sol", BAD)
    code, out, _ = solvet("scan", ".", "--base", "main", "--fail-on", "low", "--format", "json")
    report = json.loads(out)
    assert code == 1
    assert {f["path"]: f["change"] for f in report["findings"]} == {
        "New.sol": "introduced",
        "Moved.sol": "existing",
        "Gone.sol": "fixed",
    }
    assert report["left_out"] == ["1 file that did not change (--base)"]


def test_the_working_tree_is_the_head(solvet, repository):
    write("src/A.sol", BAD)
    repository("add", ".")
    repository("commit", "-qm", "base")
    write("src/A.sol", GOOD)
    _, out, _ = solvet("scan", "src", "--base", "HEAD")
    assert "Fixed (1)" in out
    assert "src/A.sol:5" in out


def test_a_rename_that_git_was_not_told_of_is_followed(solvet, repository):
    write("A.sol", BAD)
    repository("add", ".")
    repository("commit", "-qm", "base")
    Path("A.sol").rename("B.sol")
    index = Path(".git/index").read_bytes()
    report = json.loads(solvet("scan", ".", "--base", "main", "--format", "json")[1])
    assert [(f["path"], f["change"]) for f in report["findings"]] == [("B.sol", "existing")]
    assert Path(".git/index").read_bytes() == index


def test_removed_files_that_are_excluded_stay_out(solvet, repository):
    write("lib/A.sol", BAD)
    write("test/B.sol", BAD)
    repository("add", ".")
    repository("commit", "-qm", "base")
    Path("lib/A.sol").unlink()
    Path("test/B.sol").unlink()
    _, out, _ = solvet("scan", ".", "--base", "main", "--exclude", "test", "--format", "json")
    assert scanned(out) == []
    assert scanned(solvet("scan", ".", "--base", "main", "--format", "json")[1]) == ["test/B.sol"]


def test_nothing_changed_is_no_error(solvet, repository):
    write("A.sol", BAD)
    repository("add", ".")
    repository("commit", "-qm", "base")
    code, out, _ = solvet("scan", ".", "--base", "main")
    assert code == 0
    assert "No Solidity changed" in out


@pytest.mark.parametrize("revision", ["nonsense", "--output=x", ""])
def test_an_unknown_revision_is_named(solvet, repository, revision):
    write("A.sol", BAD)
    repository("add", ".")
    repository("commit", "-qm", "base")
    code, _, err = solvet("scan", ".", f"--base={revision}")
    assert code == 2
    assert f"git knows no commit {revision!r}" in err


def test_a_branch_that_only_the_remote_has_is_suggested(solvet, repository):
    write("A.sol", BAD)
    repository("add", ".")
    repository("commit", "-qm", "base")
    repository("update-ref", "refs/remotes/origin/release", "HEAD")
    code, _, err = solvet("scan", ".", "--base", "release")
    assert code == 2
    assert "git knows no commit 'release' here; did you mean 'origin/release'?" in err


def test_a_base_needs_a_repository(solvet, tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    write("A.sol", BAD)
    code, _, err = solvet("scan", ".", "--base", "main")
    assert code == 2
    assert "--base needs a git repository" in err


def test_the_fingerprint_does_not_depend_on_the_folder_one_stands_in(
    solvet, repository, monkeypatch
):
    write("src/A.sol", BAD)
    above = json.loads(solvet("scan", ".", "--format", "json")[1])
    monkeypatch.chdir("src")
    inside = json.loads(solvet("scan", ".", "--format", "json")[1])
    assert inside["findings"] == above["findings"]


def test_a_file_of_which_nothing_is_understood_is_not_clean(solvet):
    write("Garbage.sol", "&&& not ((( solidity %%%\n" * 20)
    code, out, _ = solvet("scan", ".")
    assert code == 2
    assert "Nothing was understood." in out
    assert "No findings." not in out
