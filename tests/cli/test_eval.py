"""`solvet eval` on contracts and scripted answers small enough to work every figure out by hand."""

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from solvet.cli.main import main
from solvet.local.providers.answers import Http, Says, Took
from solvet.local.providers.server import ScriptedProviders

WALLET = """\
pragma solidity 0.8.24;
contract Wallet {
    address owner = msg.sender;
    uint256 public fee;
    function first(address payable to) external {
        to.send(1);
    }
    function second(address payable to) external {
        to.send(2);
    }
    function setFee(uint256 value) external {
        fee = value;
    }
    function mine() external view returns (bool) {
        return owner == msg.sender;
    }
}
"""
SENDS = "unchecked_low_level_calls"
LABELS = [
    {"file": "Wallet.sol", "category": SENDS, "line": 6, "end_line": 6},
    {"file": "Wallet.sol", "category": "access_control", "line": 12, "end_line": 12},
    {"file": "Wallet.sol", "category": "front_running", "line": 15, "end_line": 15},
]
ANSWERED = Took(1_000, 200)
CHEAP = (1_000 * 0.10 + 200 * 0.50) / 1_000_000
"""Dollars for one answer of gpt-6-luna."""
STRONG = (1_000 * 1.00 + 200 * 5.00) / 1_000_000
"""Dollars for one answer of gpt-6.1-terra."""


def claim(quote, line, severity, category="access_control"):
    return {
        "scenario": "other",
        "quote": quote,
        "start_line": line,
        "explanation": f"Told of {quote}",
        "title": f"Claim about line {line}",
        "category": category,
        "severity": severity,
        "confidence": "high",
        "since": "change",
        "recommendation": "",
        "fix": "",
    }


CLAIMS = [
    claim("fee = value;", 12, "medium"),  # labelled
    claim("return owner == msg.sender;", 15, "medium"),  # of a category labelled elsewhere
    claim("uint256 public fee;", 4, "high"),  # proven wrong by the second look
    claim("selfdestruct(owner);", 6, "critical"),  # not in the file
    claim("to.send(2);", 9, "low", SENDS),  # repeats the static finding: agrees with it
]
NOTHING = {"claims": [], "judgements": []}


def opinion(label, stance, quote, line):
    return {"label": label, "quote": quote, "start_line": line, "reason": "so", "stance": stance}


def reviewer(asked):
    """Makes the claims about what it is shown, and refutes the finding in the second function."""
    if "opinions" in asked.wants:
        said = {"opinions": [opinion("C1", "refuted", "uint256 public fee;", 4)]}
    else:
        known = re.findall(r"^(F\d+) unchecked-send .*Wallet\.first", asked.input, re.MULTILINE)
        said = {
            "claims": CLAIMS,
            "judgements": [opinion(each, "refuted", "to.send(1);", 6) for each in known],
        }
    return Says(json.dumps(said), model=asked.model, took=ANSWERED)


@pytest.fixture
def providers(monkeypatch):
    with ScriptedProviders(reviewer) as server:
        monkeypatch.setenv("OPENAI_API_KEY", "key")
        monkeypatch.setenv("OPENAI_BASE_URL", server.openai_url)
        monkeypatch.delenv("GEMINI_API_KEY", raising=False)
        yield server


@pytest.fixture
def data(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write("data/Wallet.sol", WALLET)
    label(LABELS)
    return tmp_path


@pytest.fixture
def solvet(data, capfd):
    """Runs `solvet eval`; returns exit code, output and errors."""

    def run(*arguments):
        with pytest.raises(SystemExit) as stop:
            main(["eval", *arguments])
        out, err = capfd.readouterr()
        return stop.value.code, out, err

    return run


@pytest.fixture
def measured(solvet):
    def measure(*arguments):
        code, out, err = solvet("data", "--format", "json", *arguments)
        assert code == 0, err
        return json.loads(out)

    return measure


def write(path, text):
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text)


def label(labels):
    write("data/labels.json", json.dumps({"labels": labels}))


def figures(measured, system):
    overall = measured["systems"][system]["overall"]
    return tuple(overall[name] for name in ("found", "labels", "right", "wrong"))


def test_without_models_the_static_engine_is_measured_alone(measured):
    report = measured()
    assert list(report["systems"]) == ["static only"]
    # Of three labels the unchecked send; the other send is not labelled.
    assert figures(report, "static only") == (1, 3, 1, 1)


def test_each_system_is_credited_with_what_it_says(measured, providers):
    report = measured("--models", "auto")
    # A right claim and one beside the label; what repeats a finding is the rule's.
    assert figures(report, "model only") == (1, 3, 1, 1)
    # The model refuted the finding in `first`, which was right: that label is lost.
    assert figures(report, "both") == (1, 3, 1, 2)
    assert figures(report, "both, refuted kept") == (2, 3, 2, 2)


def test_ratios_follow_from_the_counts(measured, providers):
    overall = measured("--models", "auto")["systems"]["both, refuted kept"]["overall"]
    assert overall["recall"] == pytest.approx(2 / 3)
    assert overall["precision"] == pytest.approx(2 / 4)
    assert overall["f1"] == pytest.approx(2 * (2 / 3) * (1 / 2) / (2 / 3 + 1 / 2))


def test_cost_and_fate_of_claims_are_told(measured, providers):
    report = measured("--models", "auto")
    part = report["models"]["informed"]
    assert (part["claims"], part["dropped"], part["withdrawn"]) == (5, 1, 1)
    assert (part["questions"], part["input_tokens"], part["output_tokens"]) == (2, 2_000, 400)
    assert part["dollars"] == pytest.approx(CHEAP + STRONG)
    kept = report["systems"]["both, refuted kept"]
    assert kept["dollars_per_weakness_found"] == pytest.approx((CHEAP + STRONG) / 2)


def test_figures_are_told_by_category(measured, providers):
    by_category = measured("--models", "auto")["systems"]["model only"]["categories"]
    assert {name: each["found"] for name, each in by_category.items()} == {
        "access_control": 1,
        "front_running": 0,
        SENDS: 0,
    }


def test_a_blind_model_is_told_of_no_finding_and_credited_with_what_it_repeats(measured, providers):
    loud = claim("to.send(1);", 6, "medium", SENDS)
    providers.policy = lambda asked: Says(
        json.dumps(NOTHING | {"claims": [loud]}), model=asked.model, took=ANSWERED
    )
    report = measured("--models", "auto", "--blind")
    assert figures(report, "model only") == (0, 3, 0, 0)
    assert figures(report, "model only, blind") == (1, 3, 1, 0)
    questions = [question.input for question in providers.received]
    assert ["# Static findings\nnone" in question for question in questions] == [False, True]


def test_a_model_that_fails_is_counted_and_named(solvet, providers):
    write("data/Other.sol", WALLET.replace("Wallet", "Other"))
    label([*LABELS, LABELS[0] | {"file": "Other.sol"}])
    providers.policy = lambda a: Http(401) if "contract Other" in a.input else reviewer(a)
    code, out, _ = solvet("data", "--models", "auto")
    assert code == 0
    assert "The model answered 1 of 2 files (gpt-6-luna, gpt-6.1-terra); what it did not" in out
    assert re.search(r"\n  1 file: .*key", out)


def test_when_nothing_was_answered_it_does_not_pass_for_a_measurement(solvet, providers):
    providers.policy = lambda _: Http(401)
    code, out, _ = solvet("data", "--models", "auto")
    assert code == 2
    assert "The model answered 0 of 1 file;" in out


def test_at_the_budget_nothing_more_is_asked(solvet, providers):
    code, out, _ = solvet("data", "--models", "auto", "--budget", "0")
    assert (code, providers.received) == (2, [])
    assert "1 file: the limit of $0.00 for this scan is used up" in out


def test_a_recording_repeats_the_figures_and_asks_nobody(measured, providers):
    recorded = measured("--models", "record", "--recording", "kept", "--blind")
    asked = len(providers.received)
    replayed = measured("--models", "replay", "--recording", "kept", "--blind")
    assert replayed == recorded | {"replayed": True}
    assert len(providers.received) == asked


def test_the_estimate_stands_before_the_first_question(solvet, providers):
    _, out, err = solvet("data", "--models", "auto", "--budget", "0.25")
    assert re.search(r"1 file, 1 question, about .* expected, at most .*budget is \$0\.25", err)
    assert "expected" not in out


def test_the_report_says_that_no_real_model_was_measured(solvet, providers):
    _, out, _ = solvet("data", "--models", "auto")
    assert "have measured no real model" in out
    assert "Both against static only: +0 weaknesses found; +1 findings" in out


@pytest.mark.parametrize(
    ("typed", "arguments", "outcome"),
    [("n", [], (2, 0)), ("y", [], (0, 2)), ("", ["--yes"], (0, 2))],
)
def test_a_person_is_asked_before_money_is_spent(data, providers, typed, arguments, outcome):
    terminal, inner = pty.openpty()
    command = [sys.executable, "-m", "solvet", "eval", "data", "--models", "auto", *arguments]
    os.write(terminal, f"{typed}\n".encode())
    done = subprocess.run(
        command, stdin=inner, stderr=inner, stdout=subprocess.PIPE, timeout=60, check=False
    )
    shown = os.read(terminal, 10_000).decode()
    os.close(terminal)
    os.close(inner)
    assert (done.returncode, len(providers.received)) == outcome
    assert ("Ask? [y/N]" in shown) is bool(typed)
    assert ("nothing was spent" in shown) is (typed == "n")


def test_pairs_are_judged_with_both_twins(measured):
    pair = {"case": "0", "category": SENDS, "bug_lines": [[5, 7]], "fix_lines": [[5, 7]]}
    write("data/0/bug.sol", WALLET)
    write("data/0/fix.sol", WALLET.replace("to.send(1)", "require(to.send(1))"))
    write("data/labels.json", json.dumps({"pairs": [pair]}))
    report = measured()
    overall = report["systems"]["static only"]["overall"]
    assert (report["files"], overall["pairs"], overall["pairs_good"]) == (2, 1, 1)


def test_only_what_is_labelled_so_is_judged(measured):
    assert figures(measured("--category", "access_control"), "static only") == (0, 1, 0, 0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere"], "no labelled data at nowhere"),
        (["data", "--models", "replay", "--recording", "none"], "There is no recording in none"),
        (["data", "--models", "auto"], "needs OPENAI_API_KEY or GEMINI_API_KEY"),
        (["data", "--category", "gas"], "nothing is labelled gas; there are access_control"),
        (["data", "--limit", "0"], "x>=1"),
        (["data", "--budget", "-1"], "not an amount from 0 to 1,000,000"),
        (["data", "--budget", "nan"], "not an amount"),
    ],
)
def test_what_cannot_be_used_is_named(solvet, monkeypatch, arguments, message):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("GEMINI_API_KEY", raising=False)
    code, _, err = solvet(*arguments)
    assert code == 2
    assert message in " ".join(err.split())
