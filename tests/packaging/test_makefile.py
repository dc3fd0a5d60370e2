"""What a newcomer meets: `make` explains itself, and says what a bare machine lacks."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def help_text():
    return subprocess.run(
        ["make", "-f", ROOT / "Makefile"], capture_output=True, text=True, timeout=60, check=True
    ).stdout


@pytest.fixture
def machine(tmp_path):
    """A clean clone and a PATH with nothing on it but what the test puts there."""
    clone, tools = tmp_path / "clone", tmp_path / "bin"
    (clone / "requirements").mkdir(parents=True)
    for file in ("pyproject.toml", "requirements/bootstrap.lock", "requirements/run.lock"):
        (clone / file).touch()
    (clone / "Makefile").write_text(MAKEFILE, encoding="utf-8")
    tools.mkdir()

    def make(*arguments: str, **programs: str) -> subprocess.CompletedProcess[str]:
        for name, script in programs.items():
            (tools / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
            (tools / name).chmod(0o755)
        command = [shutil.which("make") or "make", "-C", clone, *arguments]
        environment = {"PATH": str(tools)}
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=60, check=False
        )

    return make


def test_help_fits_eighty_columns(help_text):
    assert [line for line in help_text.splitlines() if len(line) > 80] == []


def test_help_is_the_default_and_names_every_target(help_text):
    phony = re.search(r"^\.PHONY:((?:.*\\\n)*.*)", MAKEFILE, re.MULTILINE)
    assert set(re.findall(r"make ([a-z-]+) ", help_text)) == set(phony[1].split()) - {"\\"}


def test_a_machine_without_git_is_told_so(machine):
    assert "git is missing" in machine("demo").stderr


def test_a_machine_without_python_is_told_so(machine):
    assert "python3 is missing" in machine("demo", git="").stderr


def test_a_python_that_is_too_old_is_named(machine):
    done = machine("demo", "PYTHON=oldpython", git="", oldpython="exit 1")
    assert "3.11 or later is needed and oldpython is older" in done.stderr
    assert done.returncode != 0


def test_a_python_that_cannot_make_environments_is_told_so(machine):
    without_venv = 'case "$*" in *ensurepip*) exit 1;; esac'
    assert "venv module" in machine("demo", git="", python3=without_venv).stderr
