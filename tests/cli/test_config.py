"""`solvet config`: the policy in force, and a check of its file."""

from pathlib import Path

import pytest

from solvet.cli.main import main
from tests.cli.contracts import git, write


@pytest.fixture
def config(tmp_path, monkeypatch, capfd):
    """Runs the command in an empty folder; returns exit code, output and errors."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "none"))

    def run(*arguments):
        with pytest.raises(SystemExit) as stop:
            main(["config", *arguments])
        out, err = capfd.readouterr()
        return stop.value.code, out, err

    return run


def values(out):
    """The table, key to value and origin."""
    rows = (line.split() for line in out.splitlines() if line.startswith("  "))
    return {row[0]: (" ".join(row[1:-1]), row[-1]) for row in rows if len(row) > 2}


def test_without_a_file_every_default_holds(config):
    code, out, err = config()
    assert (code, err) == (0, "")
    assert "no .solvet.yml there, so every default holds" in out
    assert values(out)["fail.severity"] == ("high", "default")


def test_each_value_says_where_it_comes_from(config):
    write(".solvet.yml", "fail: off\nrules: {tx-origin: critical}\nexclude: [gen/]")
    code, out, _ = config()
    assert code == 0
    told = values(out)
    assert told["fail.severity"] == ("off", ".solvet.yml")
    assert told["rules.tx-origin"] == ("critical", ".solvet.yml")
    assert told["exclude"] == ("`gen/`", ".solvet.yml")
    assert told["show.severity"] == ("low", "default")


def test_mistakes_end_with_two_and_their_lines(config):
    write(".solvet.yml", "fail: high\nshow: loud\nrules: {tx-orign: off}")
    code, out, err = config()
    assert code == 2
    assert values(out)["fail.severity"] == ("high", ".solvet.yml")
    assert "solvet: .solvet.yml line 2, show: `loud` is not one of" in err
    assert "did you mean `tx-origin`?" in err
    assert err.endswith("2 mistakes: what is wrong is ignored, the rest holds.\n")


def test_a_broken_baseline_is_a_mistake_too(config):
    write(".solvet-baseline.json", "{")
    code, _, err = config()
    assert code == 2
    assert ".solvet-baseline.json line 1" in err


def test_any_place_in_the_repository_will_do(config, monkeypatch):
    write(".solvet.yml", "fail: off")
    write("src/deep/A.sol", "contract A {}")
    git("init", "-q")
    for place in ("src/deep", "src/deep/A.sol", ".solvet.yml"):
        assert values(config(place)[1])["fail.severity"] == ("off", ".solvet.yml")
    monkeypatch.chdir("src")
    assert values(config()[1])["fail.severity"] == ("off", ".solvet.yml")


def test_against_a_base_its_file_holds_and_the_changes_are_told(config):
    write(".solvet.yml", "fail: medium")
    git("init", "-q", "-b", "main")
    git("add", "-A")
    git("commit", "-q", "-m", "x")
    write(".solvet.yml", "fail: off\nshw: low")
    code, out, err = config("--base", "main")
    assert code == 2
    assert values(out)["fail.severity"] == ("medium", ".solvet.yml")
    assert ".solvet.yml of the merge base (" in out
    assert "  `fail.severity` would change from medium to off" in out
    assert ".solvet.yml of this change line 2" in err


def test_that_quiet_holds_nothing_back_here_is_said_while_it_is_so(config):
    assert "quiet: as long as the file does not set it" in config()[1]
    write(".solvet.yml", "quiet: [test]")
    assert "quiet: as long" not in config()[1]


def test_help_teaches_how_to_begin(config):
    out = config("--help")[1]
    assert "Start with a .solvet.yml" in out
    assert "rules: {tx-origin: off}" in out
    assert "solvet config --base main" in out


@pytest.mark.parametrize("arguments", [("nowhere",), ("--base", "main")])
def test_what_cannot_be_read_is_named(config, arguments):
    code, out, err = config(*arguments)
    assert (code, out) == (2, "")
    assert err


def test_the_example_of_the_help_is_right(config):
    lines = config("--help")[1].splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("  Start with"))
    Path(".solvet.yml").write_text("\n".join(line.strip() for line in lines[start + 1 : start + 4]))
    assert config()[0] == 0
