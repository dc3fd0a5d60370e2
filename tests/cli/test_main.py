import subprocess
import sys

import pytest

from solvet import __version__
from solvet.cli.main import main
from solvet.detectors.registry import DETECTORS


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
        "from solvet.cli.main import main\n"
        f"try: main({arguments})\n"
        "except SystemExit: pass\n"
        "big = {'rich', 'boto3', 'github', 'multiprocessing', 'asyncio', 'werkzeug'}\n"
        "print(sorted(big & set(sys.modules)), file=sys.stderr)"
    )
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr.splitlines()[-1] == "[]"
