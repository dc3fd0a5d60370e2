"""What was recorded, and what GitHub says of itself: `make contract` brings both."""

import json
from pathlib import Path

import pytest
from graphql import build_schema

from tests.contract.description import Description
from tests.contract.operations import Operations
from tests.contract.packages import EXAMPLES, GRAPHQL, OPENAPI
from tests.contract.recording import Recording
from tests.contract.tap import FOLDER, RECORDED


@pytest.fixture(scope="session")
def recording():
    found = Recording.read(RECORDED)
    assert found.requests, "nothing was recorded: please run `make contract`"
    return found


@pytest.fixture(scope="session")
def description():
    return Description(_kept(OPENAPI))


@pytest.fixture(scope="session")
def operations(description):
    return Operations(description)


@pytest.fixture(scope="session")
def github_schema():
    text = _kept(GRAPHQL).read_text(encoding="utf-8")
    return build_schema(text, assume_valid=True, assume_valid_sdl=True)


@pytest.fixture(scope="session")
def examples():
    """GitHub's sample payloads, by event."""
    listed = json.loads(_kept(EXAMPLES).read_bytes())
    return {each["name"]: each["examples"] for each in listed}


def _kept(package) -> Path:
    file = package.kept_in(FOLDER)
    assert file.exists(), f"{package.name} is not there: please run `make contract`"
    return file


@pytest.fixture(scope="session")
def figures(request):
    """Numbers that are told at the end of the run."""
    request.config.stash[_FIGURES] = found = {}
    return found


_FIGURES = pytest.StashKey[dict[str, int]]()


def pytest_terminal_summary(terminalreporter, config):
    for name, number in config.stash.get(_FIGURES, {}).items():
        terminalreporter.write_line(f"{number:6,} {name}")
