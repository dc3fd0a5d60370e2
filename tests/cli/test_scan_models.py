"""`solvet scan --models`: the real providers' SDKs talk HTTP to a scripted server."""

import json
import os
import re
import time
from pathlib import Path

import pytest

from solvet.local.providers import demo
from solvet.local.providers.answers import Http
from solvet.ports.answers import KEPT
from tests.cli.contracts import BAD, SETTER, git, priced, receipts, report, write

# Whether and whom to ask


def test_by_default_no_model_is_asked(providers, solvet):
    write("Fees.sol", SETTER)
    code, out, err = solvet("Fees.sol")
    assert (code, err, providers.received) == (0, "", [])
    assert "odel" not in out


@pytest.mark.parametrize("mode", ["auto", "record"])
def test_without_a_key_it_says_what_to_do_instead(solvet, mode):
    write("Fees.sol", SETTER)
    code, out, err = solvet("Fees.sol", "--models", mode)
    assert (code, out) == (2, "")
    assert f"--models {mode} needs OPENAI_API_KEY or GEMINI_API_KEY" in err
    assert "leave --models away" in " ".join(err.split())


def test_settings_that_are_wrong_are_all_named(providers, solvet, monkeypatch):
    write("Fees.sol", SETTER)
    monkeypatch.setenv("SOLVET_SCAN_BUDGET", "plenty")
    monkeypatch.setenv("SOLVET_STRONG_FROM", "some")
    code, _, err = solvet("Fees.sol", "--models", "auto")
    assert code == 2
    assert "SOLVET_SCAN_BUDGET is no amount" in err
    assert "SOLVET_STRONG_FROM is no number" in err


@pytest.mark.parametrize("budget", ["-1", "nan", "inf", "much"])
def test_a_budget_is_an_amount(providers, solvet, budget):
    write("Fees.sol", SETTER)
    code, _, err = solvet("Fees.sol", "--models", "auto", "--budget", budget)
    assert code == 2
    assert "--budget" in err


def test_gemini_is_asked_when_only_its_key_is_there(providers, solvet, monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY")
    monkeypatch.setenv("GEMINI_API_KEY", "key")
    monkeypatch.setenv("GEMINI_BASE_URL", providers.gemini_url)
    write("Fees.sol", SETTER)
    assert "found by a model" in solvet("Fees.sol", "--models", "auto")[1]
    assert {asked.dialect for asked in providers.received} == {"gemini"}


# What is asked and said


def test_a_claim_is_shown_with_who_says_it_and_does_not_fail(providers, solvet):
    write("Fees.sol", SETTER)
    code, out, _ = solvet("Fees.sol", "--models", "auto", "--fail-on", "low")
    assert code == 0
    assert "`setFee` changes a setting and nobody can see it" in out
    assert "found by a model" in out
    assert "Model scripted-demo:" in out
    assert "1 question, 1,000 tokens in and 200 out" in out


def test_what_a_model_thinks_of_a_finding_stands_beside_it(providers, solvet):
    write("Wallet.sol", BAD)
    code, out, _ = solvet("Wallet.sol", "--models", "auto", "--fail-on", "medium")
    assert code == 1
    assert "Found by a rule; a model is unsure" in out


def test_no_comment_leaves_the_machine(providers, solvet):
    write("Fees.sol", SETTER)
    solvet("Fees.sol", "--models", "auto")
    assert b"setFee" in providers.received[0].body
    assert b"secret remark" not in providers.received[0].body


def test_with_a_base_only_what_changed_is_asked_about(providers, solvet):
    other = "    function untouched() external view returns (uint256) { return fee * 2; }\n}\n"
    git("init", "-q", "-b", "main")
    write("Fees.sol", SETTER.rstrip("}\n") + "}\n" + other)
    write("Same.sol", SETTER)
    git("add", ".")
    git("commit", "-qm", "base")
    write("Fees.sol", Path("Fees.sol").read_text().replace("fee = next", "fee = next + 1"))
    told = report(solvet, ".", "--base", "main", "--models", "auto")
    assert list(receipts(told)) == ["Fees.sol"]
    assert "fee = next + 1" in providers.received[0].input
    assert "function untouched" not in providers.received[0].input


def test_tests_and_vendored_code_are_asked_about_only_when_they_are_named(providers, solvet):
    for path in ("src/Fees.sol", "test/Fees.t.sol", "mocks/Fees.sol", "vendor/a/Fees.sol"):
        write(path, SETTER.replace("Fees", "C" + str(len(path))))
    _, out, _ = solvet(".", "--models", "auto")
    assert len(providers.received) == 1
    assert "1 file not put to the model (test code, which was not named)" in out
    states = {p: r["state"] for p, r in receipts(report(solvet, ".", "--models", "auto")).items()}
    assert states == {
        "mocks/Fees.sol": "off",
        "src/Fees.sol": "done",
        "test/Fees.t.sol": "off",
        "vendor/a/Fees.sol": "off",
    }
    named = receipts(report(solvet, "src", "vendor", "test/Fees.t.sol", "--models", "auto"))
    assert {receipt["state"] for receipt in named.values()} == {"done"}


def test_when_no_file_is_put_to_a_model_it_says_why(providers, solvet):
    write("src/test/Fees.sol", SETTER)
    code, out, err = solvet(".", "--models", "auto")
    assert (code, err, providers.received) == (0, "", [])
    assert "no model was asked. Reason: test code, which was not named" in out


# What it costs


def test_what_it_will_cost_is_said_before(providers, solvet):
    write("a/Fees.sol", SETTER)
    write("b/Wallet.sol", BAD)
    _, _, err = solvet(".", "--models", "auto", "--budget", "0.25")
    assert re.fullmatch(
        r"Models: 2 files, 2 questions, about [\d,]+ tokens, \$0\.0\d+ expected, "
        r"at most \$0\.0\d+, "
        r"and second looks at grave claims; the budget is \$0\.25\.\n",
        err,
    )


def test_programs_are_not_told_what_it_will_cost(providers, solvet):
    write("Fees.sol", SETTER)
    assert solvet("Fees.sol", "--models", "auto", "--format", "json")[2] == ""


@pytest.mark.parametrize("form", ["text", "json"])
def test_who_asks_a_model_that_ends_is_told(providers, solvet, monkeypatch, form):
    monkeypatch.setenv("SOLVET_OPENAI_STRONG_MODEL", "gpt-4")
    write("Fees.sol", SETTER)
    err = solvet("Fees.sol", "--models", "auto", "--format", form)[2]
    told = "solvet: gpt-4 ended on 2026-10-23: set gpt-6.1-terra, which is asked in its place.\n"
    assert err.startswith(told)


def test_files_without_code_cost_nothing(providers, solvet):
    write("IFees.sol", "pragma solidity 0.8.30;\ninterface IFees { function fee() external; }\n")
    code, _, err = solvet("IFees.sol", "--models", "auto")
    assert (code, err, providers.received) == (0, "Models: there is nothing to ask.\n", [])


def test_what_it_did_cost_is_in_the_report(providers, solvet):
    providers.policy = priced
    write("Fees.sol", SETTER)
    spent = report(solvet, "Fees.sol", "--models", "auto")["summary"]["model"]
    assert spent["model"] == "gpt-6-luna"
    assert 0 < spent["cost"] < 0.01


def test_the_same_scan_again_asks_nobody(providers, solvet):
    write("Fees.sol", SETTER)
    first = report(solvet, "Fees.sol", "--models", "auto")
    _, out, err = solvet("Fees.sol", "--models", "auto")
    assert len(providers.received) == 1
    assert "1 file, 1 question, all answered before" in err
    assert "found by a model" in out
    again = report(solvet, "Fees.sol", "--models", "auto")
    assert again["findings"] == first["findings"]
    assert again["summary"]["model"]["reused"] == 1


def test_what_moved_is_answered_from_the_cache_at_its_new_place(providers, solvet):
    write("Fees.sol", SETTER)
    _, first, complaints = solvet("Fees.sol", "--models", "auto", "--format", "json")
    assert complaints == ""
    write("Fees.sol", SETTER.replace("contract", "\n\n\ncontract"))
    again = report(solvet, "Fees.sol", "--models", "auto")
    first = json.loads(first)
    assert [told["summary"]["model"]["reused"] for told in (first, again)] == [0, 1]
    assert len(providers.received) == 1
    before, after = first["findings"][-1], again["findings"][-1]
    assert after["start_line"] == before["start_line"] + 3
    assert after["fingerprint"] == before["fingerprint"]


@pytest.mark.parametrize("change", ["--no-cache", "another model", "expired", "damaged", "sealed"])
def test_the_cache_is_not_relied_upon(providers, solvet, monkeypatch, tmp_path, change):
    write("Fees.sol", SETTER)
    solvet("Fees.sol", "--models", "auto")
    (kept,) = (path for path in (tmp_path / "cache").rglob("*") if path.is_file())
    if change == "another model":
        monkeypatch.setenv("SOLVET_OPENAI_MODEL", "gpt-6.1-terra")
    elif change == "expired":
        os.utime(kept, (0, time.time() - KEPT - 60))
    elif change == "damaged":
        kept.write_bytes(b"no answer")
    elif change == "sealed":
        monkeypatch.setenv("XDG_CACHE_HOME", str(kept))
    arguments = ("--no-cache",) if change == "--no-cache" else ()
    code, out, err = solvet("Fees.sol", "--models", "auto", *arguments)
    assert code == 0
    assert "found by a model" in out
    assert ("answers could not be kept in" in err) == (change == "sealed")
    assert len(providers.received) == 2


def test_equal_code_in_several_files_is_paid_for_once(providers, solvet):
    providers.policy = priced
    for name in "abcdef":
        write(f"{name}/Fees.sol", SETTER)
    told = report(solvet, ".", "--models", "auto")
    assert len(providers.received) == 1
    assert [r["reused"] for r in receipts(told).values()] == [0, 1, 1, 1, 1, 1]
    assert sum(f["engine"] == "model" for f in told["findings"]) == 6


def test_without_money_it_is_static_only_and_says_so(providers, solvet):
    write("Wallet.sol", BAD)
    code, out, _ = solvet("Wallet.sol", "--models", "auto", "--budget", "0")
    assert (code, providers.received) == (0, [])
    assert "Authorisation by tx.origin" in out
    assert "Static only: the model reviewed nothing." in out
    assert "limit of $0.00 for this scan" in out


def test_when_the_provider_is_down_it_is_static_only_and_says_so(providers, solvet):
    providers.policy = lambda _: Http(503)
    write("Wallet.sol", BAD)
    code, out, _ = solvet("Wallet.sol", "--models", "auto", "--fail-on", "medium")
    assert code == 1
    assert "Authorisation by tx.origin" in out
    assert "Static only" in out
    assert "Wallet.sol: the OpenAI-compatible endpoint" in out


def test_a_file_that_fails_costs_the_others_nothing(providers, solvet):
    write("a/Fees.sol", SETTER)
    write("b/Wallet.sol", BAD)
    providers.policy = lambda asked: Http(500) if "Wallet" in asked.input else demo.reply(asked)
    told = receipts(report(solvet, ".", "--models", "auto"))
    assert [told[path]["state"] for path in ("a/Fees.sol", "b/Wallet.sol")] == ["done", "failed"]
