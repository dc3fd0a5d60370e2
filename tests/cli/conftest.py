"""The command line beside a scripted server, which the real providers' SDKs talk to."""

import os

import pytest

from solvet.cli.main import main
from solvet.local.providers import demo
from solvet.local.providers.server import ScriptedProviders


@pytest.fixture(scope="module")
def server():
    with ScriptedProviders() as running:
        yield running


@pytest.fixture
def providers(server, clean_environment, monkeypatch):
    """Like new for each test, and where the environment says that OpenAI is."""
    server.policy = demo.reply
    server.received = []
    monkeypatch.setenv("OPENAI_API_KEY", "key")
    monkeypatch.setenv("OPENAI_BASE_URL", server.openai_url)
    return server


@pytest.fixture
def clean_environment(monkeypatch):
    for name in [n for n in os.environ if n.startswith(("OPENAI_", "GEMINI_", "SOLVET_"))]:
        monkeypatch.delenv(name)


@pytest.fixture
def solvet(tmp_path, clean_environment, monkeypatch, capfd):
    """Runs the command line in an empty folder; returns exit code, output and errors."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)

    def run(*arguments):
        with pytest.raises(SystemExit) as stop:
            main(["scan", *arguments])
        out, err = capfd.readouterr()
        return stop.value.code, out, err

    return run


@pytest.fixture
def command(tmp_path, monkeypatch, capfd):
    """Runs a command in an empty folder; returns exit code, output and errors."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        with pytest.raises(SystemExit) as stop:
            main([*arguments])
        out, err = capfd.readouterr()
        return stop.value.code, out, err

    return run
