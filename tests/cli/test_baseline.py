import json
import os
import subprocess
from pathlib import Path

import pytest

from solvet.policyfile.baseline import FILE_NAME

BAD = """pragma solidity 0.8.30;
contract Wallet {
    address private immutable owner = msg.sender;
    function pay(address payable to) external {
        require(tx.origin == owner);
        to.transfer(1);
    }
}
"""
WORSE = BAD.replace("to.transfer(1);", "to.send(1);")
GOOD = BAD.replace("tx.origin", "msg.sender")
SILENCED = BAD.replace("require", "// solvet-ignore-next-line tx-origin -- mine\n require")


@pytest.fixture
def solvet(command):
    return command


def write(path, text):
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text)


def held():
    return [f"{e['rule']} {e['path']}" for e in json.loads(Path(FILE_NAME).read_text())["findings"]]


def failing(*arguments):
    return ("scan", ".", "--fail-on", "medium", *arguments)


def test_what_is_accepted_fails_no_scan_and_is_counted(solvet):
    write("A.sol", BAD)
    assert solvet(*failing())[0] == 1
    code, out, _ = solvet("baseline")
    assert code == 0
    assert out == f"{FILE_NAME}: 1 finding accepted; 1 new, 0 gone.\n  + tx-origin  A.sol\n"
    code, out, _ = solvet(*failing())
    assert code == 0
    assert "1 finding silenced: 1 by the baseline. --show-silenced lists them." in out


def test_what_comes_after_it_is_new(solvet):
    write("A.sol", BAD)
    solvet("baseline")
    write("A.sol", WORSE)
    code, out, _ = solvet(*failing())
    assert code == 1
    assert "Result of send is ignored" in out
    assert "Authorisation by tx.origin" not in out


def test_without_the_baseline_everything_counts(solvet):
    write("A.sol", BAD)
    solvet("baseline")
    assert solvet(*failing("--no-baseline"))[0] == 1


def test_silenced_findings_are_listed_when_asked(solvet):
    write("A.sol", BAD)
    write("B.sol", SILENCED)
    solvet("baseline")
    _, out, _ = solvet("scan", ".", "--show-silenced")
    assert "A.sol:5: medium `tx-origin`, the baseline" in out
    assert "B.sol:6: medium `tx-origin`, a comment in the code: mine" in out


def test_what_a_comment_silences_needs_no_baseline(solvet):
    write("A.sol", SILENCED)
    solvet("baseline")
    assert held() == []


def test_the_same_files_are_written_the_same(solvet):
    write("b/A.sol", BAD)
    write("a/A.sol", WORSE)
    solvet("baseline")
    first = Path(FILE_NAME).read_bytes()
    solvet("baseline")
    assert Path(FILE_NAME).read_bytes() == first
    assert held() == ["tx-origin a/A.sol", "unchecked-send a/A.sol", "tx-origin b/A.sol"]


def test_entries_of_files_that_were_not_named_are_kept(solvet):
    write("a/A.sol", BAD)
    write("b/B.sol", BAD)
    solvet("baseline")
    write("a/A.sol", GOOD)
    write("b/B.sol", GOOD)
    solvet("baseline", "a")
    assert held() == ["tx-origin b/B.sol"]


def test_what_is_gone_is_told_and_pruned_without_accepting_more(solvet):
    write("A.sol", BAD)
    write("B.sol", BAD)
    solvet("baseline")
    Path("A.sol").unlink()
    write("B.sol", WORSE)
    assert "The baseline has 1 entry for what is not there any more" in solvet("scan", ".")[1]
    code, out, _ = solvet("baseline", "--prune")
    assert code == 0
    assert "0 new, 1 gone" in out
    assert held() == ["tx-origin B.sol"]


def test_checking_writes_nothing_and_tells_by_its_exit_code(solvet):
    write("A.sol", BAD)
    assert solvet("baseline", "--check")[0] == 1
    assert not Path(FILE_NAME).exists()
    solvet("baseline")
    assert solvet("baseline", "--check")[0] == 0
    write("A.sol", WORSE)
    assert solvet("baseline", "--check")[0] == 1
    assert solvet("baseline", "--check", "--prune")[0] == 0


def test_a_broken_baseline_accepts_nothing_and_says_so(solvet):
    write("A.sol", BAD)
    write(FILE_NAME, '{"version": 1,\n<<<<<<<')
    code, _, err = solvet(*failing())
    assert code == 1
    assert err.startswith(f"solvet: {FILE_NAME} line 2: nothing is accepted: JSON is malformed")
    assert "`solvet baseline` writes it anew" in err


def test_a_broken_baseline_is_not_pruned_but_written_anew(solvet):
    write("A.sol", BAD)
    write(FILE_NAME, "[]")
    code, _, err = solvet("baseline", "--prune")
    assert (code, Path(FILE_NAME).read_text()) == (2, "[]")
    assert "without --prune it is written anew" in err
    solvet("baseline")
    assert held() == ["tx-origin A.sol"]


def test_nothing_is_written_through_a_link(solvet, tmp_path):
    write("A.sol", BAD)
    write("precious", "mine")
    Path(FILE_NAME).symlink_to("precious")
    code, _, err = solvet("baseline")
    assert (code, Path("precious").read_text()) == (2, "mine")
    assert "is a link" in err


def test_a_file_that_cannot_be_read_keeps_its_entries(solvet):
    write("A.sol", BAD)
    write("B.sol", BAD)
    solvet("baseline")
    Path("A.sol").unlink()
    os.mkfifo("A.sol")
    code, _, err = solvet("baseline")
    assert code == 2
    assert "A.sol was not analysed" in err
    assert held() == ["tx-origin A.sol", "tx-origin B.sol"]


def test_odd_names_of_files_are_written_and_found_again(solvet):
    try:
        write(os.fsdecode(b'\xff"\n.sol'), BAD)
    except OSError:
        pytest.skip("this file system takes no such name")
    solvet("baseline")
    assert solvet("baseline", "--check")[0] == 0
    assert solvet(*failing())[0] == 0


def test_compared_with_a_base_the_bases_own_baseline_counts(solvet, tmp_path):
    def git(*arguments):
        identity = ("-c", "user.name=a", "-c", "user.email=a@b.invalid")
        subprocess.run(["git", *identity, *arguments], check=True, capture_output=True)

    git("init", "-q", "-b", "main")
    write("A.sol", BAD)
    solvet("baseline")
    git("add", ".")
    git("commit", "-q", "-m", "first")
    write("A.sol", WORSE)
    solvet("baseline")
    code, out, _ = solvet("scan", "--base", "main", ".", "--fail-on", "medium")
    assert code == 1
    assert "Result of send is ignored" in out
    assert "1 finding silenced: 1 by the baseline" in out


def test_help_teaches_the_steps(solvet):
    _, out, _ = solvet("baseline", "--help")
    for words in ("solvet baseline --prune", "Exit codes", "For an old code base"):
        assert words in out


def test_what_a_baseline_says_cannot_steer_the_terminal(solvet):
    write("A.sol", GOOD)
    entry = {"path": "\x1b[2J.sol", "rule": "\x1b]0;x\x07", "fingerprint": "f" * 16}
    write(FILE_NAME, json.dumps({"version": 1, "findings": [entry]}))
    for arguments in (("scan", "."), ("baseline", "--check"), ("baseline", "--prune")):
        _, out, err = solvet(*arguments)
        assert "\x1b" not in out + err


def test_a_scan_that_finds_nothing_but_what_is_silenced_says_so(solvet):
    write("A.sol", SILENCED)
    assert solvet("scan", ".")[1].startswith("No findings but silenced ones.\n")
