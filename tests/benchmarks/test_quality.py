"""The quality benchmark on a labelled set small enough to work out by hand."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.quality import main
from benchmarks.quality.sarif import mapping, tools
from solvet.domain.finding import Category, Severity

ROOT = Path(__file__).parents[2]

SINGLE = """\
pragma solidity 0.8.24;
contract Wallet {
    address owner;
    function first(address payable to) external {
        to.send(1);
    }
    function second(address payable to) external {
        uint256 amount = 1;
        amount += 1;
        to.send(amount);
    }
    function third(address payable to) external {
        to.send(2);
    }
    function fourth() external view returns (bool) {
        return owner == address(0);
    }
}
"""
CHECKED = SINGLE.replace("to.send(1)", "require(to.send(1))")

LABELS = [
    {"file": "Wallet.sol", "category": "unchecked_low_level_calls", "line": 5, "end_line": 5},
    # Three lines above the finding, in its function.
    {"file": "Wallet.sol", "category": "other", "line": 7, "end_line": 7}
    | {"accept": ["unchecked_low_level_calls"]},
    {"file": "Wallet.sol", "category": "front_running", "line": 16, "end_line": 16},
]
PAIRS = [
    {"case": "0", "category": "unchecked_low_level_calls"}
    | {"bug_lines": [[4, 6]], "fix_lines": [[4, 6]]},
    # Its twin is as it was.
    {"case": "1", "category": "unchecked_low_level_calls"}
    | {"bug_lines": [[7, 11]], "fix_lines": [[7, 11]]},
    {"case": "2", "category": "front_running", "bug_lines": [[15, 17]], "fix_lines": [[15, 17]]},
]


@pytest.fixture
def data(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    _write("data/single/Wallet.sol", SINGLE)
    _write("data/single/labels.json", json.dumps({"labels": LABELS}))
    for pair in PAIRS:
        _write(f"data/pairs/{pair['case']}/bug.sol", SINGLE)
        _write(f"data/pairs/{pair['case']}/fix.sol", CHECKED)
    _write("data/pairs/labels.json", json.dumps({"pairs": PAIRS}))
    return Path("data")


SENDS = (5, 10, 13)
"""Lines that another tool's log names in every file: what our own rules say changes with them."""


@pytest.fixture
def measured(data):
    def measure(*arguments):
        folders = ["data/single/Wallet.sol", "clean/src/Wallet.sol", "clean/test/Wallet.sol"]
        bugs = [f"data/pairs/{pair['case']}/bug.sol" for pair in PAIRS]
        fixes = [f"data/pairs/{pair['case']}/fix.sol" for pair in PAIRS]
        places = [(file, line) for file in folders + bugs for line in SENDS]
        places += [(file, line) for file in fixes for line in SENDS[1:]]
        _write("sends.sarif", _log((file, "check-send-result", line) for file, line in places))
        log = ["--sarif", "solhint=sends.sarif"]
        main(["--data", str(data), "--json", "kept.json", *log, *arguments])
        return json.loads(Path("kept.json").read_text())

    return measure


@pytest.fixture
def judged(data):
    def judge(tool, *results):
        _write("log.sarif", _log(results))
        main(["--data", str(data), "--json", "kept.json", "--sarif", f"{tool}=log.sarif"])
        return json.loads(Path("kept.json").read_text())[tool]

    return judge


def test_our_engine_is_run_and_timed(measured):
    kept = measured()["solvet"]
    assert kept["rules"]["unchecked-send"]["found"] == 2
    assert kept["speed"]["files"] == 7


def test_labels_are_found_in_their_function_and_near_themselves(measured):
    overall = measured()["solhint"]["overall"]
    assert (overall["labels"], overall["found"]) == (3, 2)


def test_precision_counts_the_finding_that_no_label_asked_for(measured):
    overall = measured()["solhint"]["overall"]
    assert (overall["right"], overall["wrong"]) == (2, 1)


def test_a_pair_counts_when_it_is_found_and_its_twin_is_clean(measured):
    overall = measured()["solhint"]["overall"]
    assert (overall["pairs"], overall["pairs_good"]) == (3, 1)


def test_figures_are_kept_by_category_and_by_rule(measured):
    kept = measured()["solhint"]
    unchecked = {"labels": 1, "found": 1, "right": 2, "wrong": 1, "pairs": 2, "pairs_good": 1}
    assert kept["categories"]["unchecked_low_level_calls"] == unchecked
    rule = {"found": 2, "right": 2, "wrong": 1, "noise": 0, "noise_rate": None}
    assert kept["rules"]["check-send-result"] == rule


def test_noise_is_per_thousand_code_lines_of_what_is_deployed(measured):
    _write("clean/src/Wallet.sol", "// comment\n\n" + SINGLE)
    _write("clean/test/Wallet.sol", SINGLE)
    _write("clean/src/Wallet.t.sol", SINGLE)
    kept = measured("--clean", "clean")["solhint"]
    assert kept["noise"]["code_lines"] == 18
    assert kept["rules"]["check-send-result"]["noise_rate"] == pytest.approx(1000 * 3 / 18)


def test_findings_in_audited_code_are_listed_with_their_place(measured, capsys):
    _write("clean/src/Wallet.sol", SINGLE)
    measured("--clean", "clean", "--alarms")
    printed = capsys.readouterr().out
    assert "audited code: 3\n  clean/src/Wallet.sol:5  unchecked_low_level_calls" in printed


def test_a_threshold_holds_findings_back(measured):
    overall = measured("--severity", Severity.CRITICAL)["solhint"]["overall"]
    assert (overall["found"], overall["right"], overall["wrong"]) == (0, 0, 0)


def test_misses_are_listed_with_their_place(measured, capsys):
    measured("--misses")
    printed = capsys.readouterr().out
    assert "missed labels: 1\n  data/single/Wallet.sol:16  front_running" in printed
    assert "data/pairs/1  unchecked_low_level_calls: twin not clean (bug.sol 7-11)" in printed
    assert "data/pairs/2  front_running: not found (bug.sol 15-17)" in printed


def test_alarms_are_listed_with_their_place(measured, capsys):
    measured("--alarms")
    printed = capsys.readouterr().out
    assert "hit no label: 1\n  data/single/Wallet.sol:13  unchecked_low_level_calls" in printed


def test_another_tool_is_judged_by_its_log_where_it_was_run(judged):
    uri = Path("data/single/Wallet.sol").absolute().as_uri()
    said = (uri, "check-send-result", 4), (uri, "quotes", 4), (uri, "reentrancy", 9)
    kept = judged("solhint", *said)
    singles = {"labels": 3, "found": 1, "right": 1, "wrong": 0}
    assert kept["overall"] == singles | {"pairs": 0, "pairs_good": 0}
    assert kept["speed"] is None


def test_the_prefix_of_a_rule_id_is_no_part_of_its_name(judged):
    kept = judged("slither", ("data/single/Wallet.sol", "1-1-unchecked-send", 4))
    assert list(kept["rules"]) == ["unchecked-send"]


@pytest.mark.parametrize("tool", tools())
def test_mappings_name_severities_and_categories_of_ours(tool):
    categories = {kind for meaning in mapping(tool).rules.values() for kind in meaning.categories}
    assert categories <= {category.value for category in Category}


def test_a_finding_of_two_categories_counts_in_each_that_its_file_is_labelled_with(judged):
    labels = [*LABELS, {"file": "Wallet.sol", "category": "reentrancy", "line": 16, "end_line": 16}]
    _write("data/single/labels.json", json.dumps({"labels": labels}))
    overall = judged("solhint", ("data/single/Wallet.sol", "avoid-call-value", 5))["overall"]
    assert (overall["right"], overall["wrong"]) == (1, 1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--data", "nowhere"], "no labelled data at nowhere"),
        (["--data", "empty"], r"no labels\.json in empty"),
        (["--data", "broken"], r"labels\.json cannot be used: .*line"),
        (["--data", "astray"], "Gone.sol, which is not there"),
        (["--clean", "empty"], "no Solidity to measure noise on"),
        (["--sarif", "nobody=log.sarif"], "no mapping for nobody: there are"),
        (["--sarif", "solhint=log.sarif"], "log.sarif cannot be read"),
        (["--sarif", "solhint=data/single/Wallet.sol"], "no SARIF that can be read"),
        (["--sarif", "solhint=other.sarif"], "no log of solhint is about a file"),
    ],
)
def test_what_cannot_be_used_is_named(data, arguments, message):
    Path("empty").mkdir()
    _write(
        "broken/labels.json", '{"labels": [{"file": "A.sol", "category": "other", "line": "1"}]}'
    )
    _write("astray/labels.json", json.dumps({"labels": [LABELS[0] | {"file": "Gone.sol"}]}))
    _write("other.sarif", _log([("Elsewhere.sol", "reentrancy", 1)]))
    with pytest.raises(SystemExit, match=message):
        main(["--data", str(data), *arguments])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nothing"], "no benchmark named nothing"),
        (["pipeline", "--misses"], "options go to"),
        (["--misses"], "options go to"),
        (["quality", "--data", "nowhere"], "no labelled data at nowhere"),
    ],
)
def test_options_reach_the_one_benchmark_that_takes_them(arguments, message):
    command = [sys.executable, str(ROOT / "benchmarks" / "run.py"), *arguments]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert message in ran.stderr


def _write(path, text):
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text)


def _log(results):
    return json.dumps({"version": "2.1.0", "runs": [{"results": [_result(*r) for r in results]}]})


def _result(uri, rule, line):
    place = {"artifactLocation": {"uri": uri}, "region": {"startLine": line}}
    return {
        "ruleId": rule,
        "message": {"text": "said so"},
        "locations": [{"physicalLocation": place}],
    }
