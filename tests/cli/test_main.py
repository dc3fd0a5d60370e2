import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from solvet import __version__
from solvet.cli import rules
from solvet.cli.main import _COMMANDS, main
from solvet.detectors.registry import DETECTORS
from solvet.domain.finding import Category, of_model


@pytest.fixture
def solvet(capfd):
    def run(*arguments):
        with pytest.raises(SystemExit) as stop:
            main([*arguments])
        out, err = capfd.readouterr()
        return stop.value.code, out, err

    return run


def test_the_version_names_program_and_engine(solvet):
    code, out, _ = solvet("--version")
    assert code == 0
    assert out.startswith(f"solvet {__version__}, engine ")


def test_help_teaches_with_examples(solvet):
    assert "solvet scan --base main ." in solvet("--help")[1]
    assert "Exit codes:" in solvet("scan", "--help")[1]


def test_every_rule_is_listed_with_severity_and_title(solvet):
    _, out, _ = solvet("rules")
    for detector in DETECTORS:
        assert detector.rule.name in out
        assert detector.rule.title in out


@pytest.mark.parametrize("name", [detector.rule.name for detector in DETECTORS])
def test_every_rule_is_explained(solvet, name):
    code, out, _ = solvet("explain", name)
    assert code == 0
    assert out.startswith(f"# {name}\n")
    assert "## How to fix" in out


@pytest.mark.parametrize("category", list(Category))
def test_what_models_claim_is_explained(solvet, category):
    name = of_model(category)
    code, out, _ = solvet("explain", name)
    assert code == 0
    assert out.startswith(f"# {name}\n")
    assert f"rules: {{{name}: off}}" in out
    told = out.partition("## Rules of this category")[2]
    akin = {d.rule.name for d in DETECTORS if d.rule.category is category}
    assert set(re.findall(r"^- `([\w-]+)`", told, re.MULTILINE)) == akin


def test_a_misspelt_rule_suggests_the_nearest(solvet):
    code, _, err = solvet("explain", "TX_origin")
    assert code == 2
    assert "Did you mean 'tx-origin'?" in err


def test_a_misspelt_command_suggests_the_nearest(solvet):
    code, _, err = solvet("scna")
    assert code == 2
    assert "Did you mean 'scan'?" in err


@pytest.mark.parametrize("arguments", [["--help"], ["scan", "no-such-path"], ["rules"]])
def test_starting_imports_nothing_big(arguments):
    script = (
        "import sys\n"
        "from solvet.cli.main import _COMMANDS, main\n"
        f"try: main({arguments})\n"
        "except SystemExit: pass\n"
        "big = {'rich', 'boto3', 'github', 'multiprocessing', 'asyncio', 'werkzeug'}\n"
        "print(sorted(big & set(sys.modules)), file=sys.stderr)"
    )
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr.splitlines()[-1] == "[]"


FULL = Path("/dev/full")
COMMAND = [sys.executable, "-m", "solvet"]
QUIET = "contract C { uint256 public constant ONE = 1; }\n"


@pytest.fixture
def ended(tmp_path):
    """Runs the program itself beside a contract without a finding: exit code and standard error."""
    (tmp_path / "C.sol").write_text("pragma solidity 0.8.30;\n" + QUIET, "utf-8")

    def run(*command, stdout=None, **environment):
        ours = {"PYTHONPATH": str(Path(main.__code__.co_filename).parents[2])}
        done = subprocess.run(
            command,
            cwd=tmp_path,
            check=False,
            text=True,
            stdout=stdout,
            stderr=subprocess.PIPE,
            env=os.environ | ours | environment,
        )
        return done.returncode, done.stderr

    return run


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("arguments", [["scan", "C.sol", "--format", "json"], ["rules"]])
def test_a_reader_who_leaves_early_is_no_finding(ended, arguments, unbuffered):
    """Python's and click's own exit code would be 1."""
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as gone:
        told = ended(*COMMAND, *arguments, stdout=gone, PYTHONUNBUFFERED=unbuffered)
    assert told == (141, "")


@pytest.mark.skipif(not FULL.exists(), reason="a device of Linux")
@pytest.mark.parametrize("arguments", [["scan", "C.sol"], ["rules"], ["explain", "tx-origin"]])
def test_a_full_disk_is_told_in_one_line(ended, arguments):
    with FULL.open("wb") as full:
        told = ended(*COMMAND, *arguments, stdout=full, PYTHONUNBUFFERED="")
    assert told == (2, "solvet: cannot go on: No space left on device\n")


def test_without_a_standard_output_the_exit_code_is_all_there_is(tmp_path, ended):
    (tmp_path / "D.sol").write_text(f"pragma solidity ^0.8.0;\n{QUIET}", "utf-8")
    for name, code in (("C.sol", 0), ("D.sol", 1)):
        closed = f'exec "$@" scan {name} --fail-on info --min-severity info >&-'
        assert ended("/bin/sh", "-c", closed, "sh", *COMMAND) == (code, "")


def test_a_folder_that_is_gone_is_told(tmp_path, monkeypatch, solvet):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    code, _, err = solvet("scan", ".")
    assert (code, err) == (
        2,
        "solvet: the folder you are in is not there any more: go to another\n",
    )


def test_a_mistake_of_ours_is_not_taken_for_a_finding(solvet, monkeypatch):
    monkeypatch.setattr(rules, "all_rules", lambda: 1 / 0)
    code, _, err = solvet("rules")
    assert code == 2
    assert "ZeroDivisionError" in err
    assert err.endswith("please report it with the lines above\n")


def test_help_lists_every_command_once(solvet):
    out = solvet("--help")[1]
    for name, (_, summary) in _COMMANDS.items():
        assert re.findall(rf"^  {name} +(.+)$", out, re.MULTILINE) == [summary]


@pytest.mark.parametrize(
    "command", [(), *((name,) for name in _COMMANDS), ("secrets", "list"), ("secrets", "set")]
)
def test_help_fits_eighty_columns(solvet, command):
    out = solvet(*command, "--help")[1]
    assert [line for line in out.splitlines() if len(line) > 80] == []


@pytest.mark.parametrize("command", ["demo", "serve"])
def test_a_port_that_cannot_be_is_refused_before_anything_starts(solvet, command):
    code, out, err = solvet(command, "--port", "99999")
    assert code == 2
    assert out == ""
    assert "99999 is not in the range 0<=x<=65535" in err


@pytest.mark.parametrize("command", ["demo", "serve"])
def test_models_without_a_key_are_refused(solvet, monkeypatch, command):
    for name in ("OPENAI_API_KEY", "GEMINI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    for name in ("LOG_LEVEL", "POWERTOOLS_SERVICE_NAME"):  # which a command sets for its process
        monkeypatch.setenv(name, "ERROR")
    code, _, err = solvet(command, "--models", "auto")
    assert code == 2
    assert "--models auto needs OPENAI_API_KEY or GEMINI_API_KEY." in err


def test_explain_without_a_rule_says_where_they_are_listed(solvet):
    code, _, err = solvet("explain")
    assert code == 2
    assert "`solvet rules` lists them" in err


@pytest.mark.parametrize("width", ["60", "80", "200"])
def test_the_list_of_rules_is_as_narrow_as_the_terminal(monkeypatch, solvet, width):
    monkeypatch.setattr(sys.stdout.__class__, "isatty", lambda _: True, raising=False)
    monkeypatch.setenv("COLUMNS", width)
    lines = solvet("rules")[1].splitlines()[:-2]
    assert max(map(len, lines)) <= int(width)
    assert ("access control" in lines[0]) is (width == "200")
