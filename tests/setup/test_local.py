"""`solvet setup --local` and `solvet secrets --local`: one file that is its owner's alone."""

import fcntl
import io
import json
import socket
import threading
from datetime import UTC, datetime

import pytest
import requests

from solvet.adapters.files.credentials import CredentialsFile, place
from solvet.cli import setup as command
from solvet.cli.main import main
from solvet.domain.secrets import KINDS
from solvet.domain.setup import Setup, digest
from solvet.errors import ConfigError, Unavailable
from solvet.local.settings import local_settings
from solvet.ports.setup import NewApp
from tests.setup.conftest import fields

APP = NewApp(id="7", page="https://x/apps/a", private_key="PEM", webhook_secret="s" * 20)


@pytest.fixture
def file(tmp_path, monkeypatch):
    path = tmp_path / "config" / "credentials.json"
    monkeypatch.setenv("SOLVET_CREDENTIALS_FILE", str(path))
    return path


@pytest.fixture
def solvet(capfd, monkeypatch):
    """Runs the command line with something on standard input; answers code, output, errors."""

    def run(*arguments, given=""):
        monkeypatch.setattr("sys.stdin", io.StringIO(given))
        with pytest.raises(SystemExit) as stop:
            main([*arguments])
        out, err = capfd.readouterr()
        return stop.value.code, out, err

    return run


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def test_the_file_is_its_owners_alone_from_the_first_byte(file):
    CredentialsFile(file).keep_app(APP)
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    lock = file.with_name(f"{file.name}.lock")
    assert {*file.parent.iterdir()} == {file, lock}
    assert lock.read_bytes() == b""


def test_a_file_that_others_can_read_is_not_used(file):
    kept = CredentialsFile(file)
    kept.keep_app(APP)
    file.chmod(0o640)
    with pytest.raises(ConfigError, match="others can read"):
        kept.read()
    with pytest.raises(Unavailable, match="others can read"):
        kept.keep_model_keys("a", "b")


@pytest.mark.parametrize("content", ["", "{", "[]", '{"values": {"app-id": 7}}', "\xff"])
def test_a_file_of_somebody_else_is_told_and_not_shown(file, content):
    file.parent.mkdir()
    file.touch(0o600)
    file.write_text(content, "latin-1")
    with pytest.raises(ConfigError, match="is not what `solvet setup` wrote"):
        CredentialsFile(file).read()


def test_what_cannot_be_written_is_unavailable_and_leaves_nothing(file):
    file.parent.write_text("a file in the place of the folder")
    with pytest.raises(Unavailable):
        CredentialsFile(file).keep_app(APP)


def test_the_place_is_the_folder_for_settings():
    assert str(place({"HOME": "/home/ada"})) == "/home/ada/.config/solvet/credentials.json"
    assert str(place({"XDG_CONFIG_HOME": "/etc/ada"})) == "/etc/ada/solvet/credentials.json"
    assert place({}) is None


def test_the_local_stack_runs_with_what_was_stored(file, key_pem):
    kept = CredentialsFile(file, "https://github.example/api/v3")
    kept.keep_app(NewApp(id="7", page="", private_key=key_pem, webhook_secret="s" * 20))
    kept.keep_model_keys("openai", "")
    found = local_settings({"SOLVET_CREDENTIALS_FILE": str(file)})
    assert (found.app_id, found.private_key, found.webhook_secret) == ("7", key_pem, "s" * 20)
    assert (found.openai_key, found.api_url) == ("openai", "https://github.example/api/v3")


def test_an_app_of_the_environment_is_not_mixed_with_a_stored_one(file, key_pem):
    CredentialsFile(file).keep_app(APP)
    with pytest.raises(ConfigError) as told:
        local_settings({"SOLVET_CREDENTIALS_FILE": str(file), "SOLVET_GITHUB_APP_ID": "8"})
    assert "SOLVET_WEBHOOK_SECRET is not set" in str(told.value)
    assert "SOLVET_GITHUB_PRIVATE_KEY_FILE is not set" in str(told.value)


def test_a_stored_file_that_cannot_be_used_is_one_of_the_mistakes(file):
    file.parent.mkdir()
    file.touch(0o600)
    with pytest.raises(ConfigError, match="is not what"):
        local_settings({"SOLVET_CREDENTIALS_FILE": str(file)})


def test_secrets_are_set_from_standard_input_and_listed_without_being_shown(file, solvet):
    value = "sk-0123456789abcdefWXYZ"
    assert solvet("secrets", "set", "openai-key", "--local", given=f"{value}\n")[0] == 0
    code, out, _ = solvet("secrets", "list", "--local")
    assert code == 0
    lines = {line.split()[0]: line for line in out.splitlines()}
    assert set(lines) == {kind.name for kind in KINDS}
    assert f"{datetime.now(UTC):%Y-%m-%d}" in lines["openai-key"]
    assert lines["openai-key"].endswith("…WXYZ")
    assert value not in out
    assert "not set" in lines["gemini-key"]


@pytest.mark.parametrize(
    ("name", "given", "words"),
    [
        ("openai-key", "AIza0123456789", "looks like a key of Gemini"),
        ("openai-key", "", "nothing was given"),
        ("app-id", "a/b", "is no id"),
        ("private-key", "-----BEGIN NONSENSE-----", "cannot sign"),
        ("webhook-secret", "short", "has 5 characters"),
        ("webhook-secret", "with spaces in between", "has spaces"),
        ("private-key", "x" * 30_000, "more than 20,000"),
    ],
)
def test_what_cannot_be_a_secret_is_refused_and_not_repeated(file, solvet, name, given, words):
    code, out, err = solvet("secrets", "set", name, "--local", given=given)
    assert code == 2
    assert words in err
    assert not given or given not in out + err
    assert not file.exists()


def test_a_private_key_is_taken_whole(file, solvet, key_pem):
    assert solvet("secrets", "set", "private-key", "--local", given=key_pem)[0] == 0
    assert CredentialsFile(file).read().get("private-key") == key_pem


def test_a_replaced_webhook_secret_stays_until_it_is_cleared(file, solvet):
    one, two = "first-secret-0123", "second-secret-0123"
    solvet("secrets", "set", "webhook-secret", "--local", given=one)
    solvet("secrets", "set", "webhook-secret", "--local", given=two)
    kept = CredentialsFile(file).read()
    assert (kept.get("webhook-secret"), kept.get("webhook-secret-previous")) == (two, one)
    solvet("secrets", "set", "webhook-secret-previous", "--clear", "--local")
    assert CredentialsFile(file).read().get("webhook-secret-previous") == ""


def test_who_comes_while_another_writes_is_told_to_try_again(file):
    kept, kinds = CredentialsFile(file), {kind.name: kind for kind in KINDS}
    kept.put(kinds["openai-key"], "sk-first")
    with file.with_name(f"{file.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(Unavailable, match="try again"):
            kept.put(kinds["openai-key"], "sk-second")
    assert kept.read().get("openai-key") == "sk-first"
    kept.put(kinds["openai-key"], "sk-third")
    assert kept.read().get("openai-key") == "sk-third"


def test_no_secret_can_be_an_argument(file, solvet):
    assert solvet("secrets", "set", "openai-key", "sk-0123456789", "--local")[0] == 2
    assert solvet("secrets", "set", "app-id", "--clear", "--local")[0] == 2


def test_setup_serves_the_page_until_the_app_is_there(
    file, solvet, press, blank_github, monkeypatch
):
    """Somebody follows the link that is printed, and presses the button."""
    seen = []

    def follow(text):
        if "token=" in text:
            seen.append(threading.Thread(target=pressed, args=(text,)))
            seen[0].start()

    def pressed(link):
        with requests.Session() as browser:
            page = browser.get(link, timeout=30)
            page.body = page.text
            seen.append(browser.get(press(page), timeout=30, allow_redirects=False))

    monkeypatch.setattr(command, "say", follow)
    monkeypatch.setattr(command, "LINGER", 0.2)
    monkeypatch.setenv("SOLVET_GITHUB_API_URL", blank_github.api_url)
    monkeypatch.setenv("SOLVET_PORT", str(free_port()))
    assert solvet("setup", "--local") == (0, "", "")
    seen[0].join()
    assert seen[1].headers["location"].endswith("/installations/new")
    kept = CredentialsFile(file).read()
    assert kept.get("app-id") == str(blank_github.world.app.id)
    assert kept.get("webhook-secret") == blank_github.world.app.webhook_secret
    assert solvet("setup", "--local")[0] == 0, "there is one now"
    assert len(seen) == 2, "and no further link"


def test_a_github_that_cannot_reach_this_machine_needs_a_tunnel(file, solvet, monkeypatch):
    monkeypatch.setenv("SOLVET_PORT", "0")
    assert "--webhook-url" in solvet("setup", "--local")[2]
    assert "use https" in solvet("setup", "--local", "--webhook-url", "http://a.example")[2]


def test_a_port_that_is_taken_is_named(file, solvet, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("SOLVET_PORT", str(server.getsockname()[1]))
        assert "choose SOLVET_PORT" in solvet("setup", "--local")[2]


def test_what_is_stored_of_a_setup_opens_nothing():
    setup = Setup(link=digest("token"), base="b", webhook="w", name="n", until=1)
    assert "token" not in json.dumps(repr(setup))
    assert fields("<html>").action == ""
