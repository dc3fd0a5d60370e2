"""The wheel, installed beside nothing but its own dependencies."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.packaging

ROOT = Path(__file__).parents[2]
UV = ROOT / ".venv/bin/uv"
SAMPLE = ROOT / "common/solvet/local/sample/change/src/Raffle.sol"
CODE = {".py", ".pyc"}
STANDARD = {"PATH": os.environ["PATH"], "HOME": "/nonexistent"}


def run(*command, **more):
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, **more)


def install(environment: Path, *what: str | Path) -> None:
    done = run(UV, "pip", "install", "--quiet", "--python", environment / "bin/python", *what)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """As `make dist` makes it: of the source distribution, which is made first."""
    folder = tmp_path_factory.mktemp("dist")
    build = (UV, "build", "--quiet", "--no-build-isolation", "--python", sys.executable)
    done = run(*build, "--out-dir", folder, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def environment(wheel, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("clean") / "venv"
    assert run(sys.executable, "-m", "venv", "--without-pip", folder).returncode == 0
    install(folder, "--require-hashes", "-r", ROOT / "requirements/cli.lock")
    install(folder, "--no-deps", wheel)
    return folder


@pytest.fixture
def solvet(environment, tmp_path):
    """The command, called in a folder with one contract and no repository around it."""
    (tmp_path / "Raffle.sol").write_bytes(SAMPLE.read_bytes())

    def call(*arguments: str):
        return run(environment / "bin/solvet", *arguments, cwd=tmp_path, env=STANDARD)

    return call


def test_what_is_installed_is_all_that_the_wheel_asks_for(environment):
    done = run(UV, "pip", "check", "--python", environment / "bin/python")
    assert done.returncode == 0, done.stderr


def test_all_data_of_the_package_is_in_the_wheel(wheel):
    package = ROOT / "common/solvet"
    data = {
        f"solvet/{path.relative_to(package).as_posix()}"
        for path in package.rglob("*")
        if path.is_file() and path.suffix not in CODE
    }
    shipped = {"solvet/schemas/solvet.schema.json", "solvet/local/deployed/template.yaml"}
    with zipfile.ZipFile(wheel) as packed:
        assert (data | shipped) - set(packed.namelist()) == set()


def test_a_registry_would_refuse_the_wheel(wheel):
    with zipfile.ZipFile(wheel) as packed:
        metadata = next(name for name in packed.namelist() if name.endswith("METADATA"))
        assert b"Classifier: Private :: Do Not Upload" in packed.read(metadata)


def test_the_version_is_that_of_the_wheels_name(solvet, wheel):
    assert solvet("--version").stdout.split()[1].strip(",") == wheel.name.split("-")[1]


def test_scan_finds_and_fails(solvet):
    done = solvet("scan", "--format", "json", ".")
    assert json.loads(done.stdout)["summary"]
    assert (done.returncode, done.stderr) == (1, "")


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("rules",), "reentrancy"),
        (("explain", "reentrancy"), "How to fix"),
        (("config",), "models.budget.month"),
        (("baseline",), "baseline"),
        (("cost",), "10,000"),
    ],
)
def test_a_command_that_needs_nothing_more_works(solvet, command, said):
    done = solvet(*command)
    assert done.returncode == 0, done.stderr
    assert said in done.stdout + done.stderr


@pytest.mark.parametrize("command", ["demo", "local", "doctor", "serve"])
def test_a_command_that_needs_more_names_what_to_install(solvet, command):
    done = solvet(command)
    assert done.returncode == 2
    assert "pip install 'WHEEL[aws" in done.stderr
    assert "Traceback" not in done.stderr
