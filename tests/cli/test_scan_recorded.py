"""`solvet scan --models record` and `replay`: the same review without a provider."""

import json
from pathlib import Path

import pytest

from solvet.adapters.models.recording import LARGEST_FILE
from solvet.local.providers.answers import Http
from solvet.local.providers.server import ScriptedProviders
from tests.cli.contracts import BAD, SETTER, grave, priced, write


@pytest.fixture
def recorded(solvet, monkeypatch):
    """A scan that was recorded while there were providers; there is neither key nor server now."""

    def record(*arguments, policy=priced):
        with ScriptedProviders(policy) as server:
            monkeypatch.setenv("OPENAI_API_KEY", "key")
            monkeypatch.setenv("OPENAI_BASE_URL", server.openai_url)
            done = solvet(*arguments, "--models", "record")
        monkeypatch.delenv("OPENAI_API_KEY")
        monkeypatch.delenv("OPENAI_BASE_URL")
        return done

    return record


@pytest.mark.parametrize("form", ["json", "sarif", "markdown", "text"])
def test_a_recorded_scan_is_repeated_byte_for_byte(solvet, recorded, form):
    for name in "abcdefghijkl":
        contract = SETTER if name in "bdf" else SETTER.replace("Fees", f"Fees{name}")
        write(f"src/{name}.sol", contract + BAD.replace("Wallet", f"Wallet{name}"))
    first = recorded("src", "--format", form, policy=grave)
    again = solvet("src", "--format", form, "--models", "replay")
    assert again[:2] == first[:2]
    assert "a second look" in first[1]


def test_what_went_wrong_is_repeated_too(solvet, recorded):
    for name in "abcdef":
        write(f"{name}.sol", SETTER)
    failing = recorded(".", "--format", "json", policy=lambda _: Http(503))
    assert solvet(".", "--format", "json", "--models", "replay")[:2] == failing[:2]
    assert '"failed"' in failing[1]


def test_a_recorded_end_of_the_budget_is_repeated(solvet, recorded):
    for number in range(12):
        write(f"f{number:02}.sol", SETTER.replace("Fees", f"Fees{number}"))
    short = ("--budget", "0.005", "--format", "json")
    first = recorded(".", *short)
    assert solvet(".", *short, "--models", "replay")[:2] == first[:2]
    assert json.loads(first[1])["summary"]["model"]["state"] == "partial"


def test_a_replay_says_that_nothing_is_sent(solvet, recorded):
    write("Fees.sol", SETTER)
    recorded("Fees.sol", "--recording", "kept")
    _, out, err = solvet("Fees.sol", "--models", "replay", "--recording", "kept")
    assert err == "Models: 1 file, 1 question, answered from kept: nothing is sent.\n"
    assert "found by a model" in out


def test_a_replay_of_changed_code_tells_what_to_do(solvet, recorded):
    write("Fees.sol", SETTER)
    recorded("Fees.sol")
    write("Fees.sol", SETTER.replace("fee = next", "fee = next + 1"))
    code, out, err = solvet("Fees.sol", "--models", "replay")
    assert code == 2
    assert "1 question has no answer in .solvet-recording" in err
    assert "solvet scan --models record" in err
    assert "is not in the recording" in " ".join(out.split())


def test_a_replay_without_a_recording_tells_how_to_make_one(solvet):
    write("Fees.sol", SETTER)
    code, _, err = solvet("Fees.sol", "--models", "replay")
    assert code == 2
    assert "There is no recording in .solvet-recording" in err


@pytest.mark.parametrize("content", [b"{", b"x" * (LARGEST_FILE + 1)], ids=["broken", "huge"])
def test_a_damaged_recording_is_no_answer(solvet, recorded, content):
    write("Fees.sol", SETTER)
    recorded("Fees.sol")
    (exchange,) = Path(".solvet-recording").iterdir()
    exchange.write_bytes(content)
    code, out, _ = solvet("Fees.sol", "--models", "replay")
    assert code == 2
    assert "damaged" in out


def test_a_recording_that_cannot_be_written_is_named(providers, solvet):
    write("Fees.sol", SETTER)
    write("taken/file", "")
    code, _, err = solvet("Fees.sol", "--models", "record", "--recording", "taken/file/in")
    assert code == 2
    assert "cannot be recorded in taken/file/in" in err


def test_a_recording_holds_no_key(providers, solvet, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
    write("Fees.sol", SETTER)
    solvet("Fees.sol", "--models", "record")
    (exchange,) = Path(".solvet-recording").iterdir()
    assert "sk-very-secret" not in exchange.read_text()
    assert "setFee" in exchange.read_text()
