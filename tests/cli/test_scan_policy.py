"""What `.solvet.yml` does to a scan on this machine, and what the command line does to it."""

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from tests.cli import contracts
from tests.cli.contracts import BAD, SETTER, git, grave, receipts, write

SCHEMA = json.loads((Path(__file__).parents[2] / "docs/schema/solvet-scan.schema.json").read_text())


@pytest.fixture(autouse=True)
def no_configuration_of_git(monkeypatch, tmp_path):
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "none"))


def policy(text):
    Path(".solvet.yml").write_text(text)


def report(solvet, *arguments):
    told = json.loads(solvet(*arguments, "--format", "json")[1])
    jsonschema.Draft202012Validator(SCHEMA).validate(told)
    return told


def rules(told):
    return {finding["rule"] for finding in told["findings"]}


def commit():
    if not Path(".git").exists():
        git("init", "-q", "-b", "main")
    git("add", "-A")
    git("commit", "-q", "-m", "x")


def test_without_a_file_nothing_is_said_of_a_policy(solvet):
    write("A.sol", BAD)
    assert "olicy" not in solvet(".")[1]
    assert report(solvet, ".")["policy"]["file"] is None


def test_the_policy_decides_what_fails_and_is_named_in_one_line(solvet):
    write("A.sol", BAD)
    policy("fail: medium")
    code, out, err = solvet(".")
    assert (code, err) == (1, "")
    assert out.count("Policy: .solvet.yml.\n") == 1
    policy("fail: off")
    assert solvet(".")[0] == 0
    assert report(solvet, ".")["policy"]["fail"] == {"severity": None, "confidence": "medium"}


@pytest.mark.parametrize(
    ("text", "options", "code"),
    [
        ("fail: high", (), 0),
        ("fail: {incomplete: on}", (), 2),
        ("fail: {incomplete: on}", ("--fail-on", "none"), 0),
    ],
)
def test_what_could_not_be_looked_at_fails_where_the_policy_says_so(solvet, text, options, code):
    write("A.sol", "contract A { this is nothing that a parser knows }\n")
    write("B.sol", "contract B {}\n")
    policy(text)
    told = solvet(".", *options)
    assert told[0] == code
    assert ("What was not looked at fails the scan" in told[1]) == (code == 2)


def test_a_rule_that_is_off_is_counted_and_how_to_see_it_told(solvet):
    write("A.sol", BAD)
    assert "tx-origin" in rules(report(solvet, "."))
    policy("rules: {tx-origin: off}\nshow: info")
    assert "tx-origin" not in rules(report(solvet, "."))
    out = solvet(".")[1]
    assert "1 of rules that are switched off. --no-policy shows them." in out


def test_the_command_line_wins_in_every_section_too(solvet):
    write("src/A.sol", BAD)
    policy(
        "fail: off\nshow: critical\n"
        "paths: [{match: 'src/**', fail: critical, show: {severity: high, confidence: high}}]"
    )
    assert solvet(".")[0] == 0
    assert solvet(".", "--fail-on", "medium")[0] == 1
    assert rules(report(solvet, ".")) == set()
    assert "tx-origin" in rules(report(solvet, ".", "--min-severity", "low"))
    policy("fail: medium\npaths: [{match: 'src/**', fail: {severity: low, confidence: low}}]")
    assert solvet(".", "--fail-on", "none")[0] == 0


def test_what_is_not_sure_enough_to_be_shown_does_not_fail(solvet):
    write("A.sol", BAD)
    found = report(solvet, ".")["findings"]
    unsure = {f["rule"] for f in found if f["confidence"] != "high"}
    policy("fail: {severity: info, confidence: low}\nshow: {severity: info, confidence: low}")
    told = report(solvet, ".", "--min-confidence", "high")
    assert not rules(told) & unsure
    assert told["policy"]["fail"]["confidence"] == "high"


def test_with_no_policy_the_file_is_left_aside(solvet):
    write("A.sol", BAD)
    policy("exclude: ['*.sol']\nnonsense: 1")
    code, out, err = solvet(".", "--no-policy")
    assert (code, err) == (0, "")
    assert "tx-origin" in out
    assert "Policy" not in out


def test_what_the_policy_excludes_is_listed_and_not_reviewed(solvet):
    write("src/A.sol", BAD)
    write("gen/B.sol", BAD)
    policy("exclude: [gen/]")
    out = solvet(".")[1]
    assert "2 files: 1 analysed, 1 excluded" in out
    assert "Excluded by the policy (1)\n  gen/B.sol" in out
    told = report(solvet, ".")
    assert {f["path"]: f["coverage"] for f in told["files"]} == {
        "src/A.sol": "analysed",
        "gen/B.sol": "excluded",
    }
    assert told["summary"]["complete"]


@pytest.mark.parametrize(("named", "code"), [(".", 2), ("gen", 2), ("gen/B.sol", 0)])
def test_a_folder_of_which_nothing_is_left_is_never_clean(solvet, named, code):
    write("gen/B.sol", BAD)
    policy("include: [scr/]")
    left, out, _ = solvet(named)
    assert left == code
    assert "Nothing was analysed: the policy leaves out every file." in out


def test_mistakes_are_told_with_line_and_suggestion_and_stop_nothing(solvet):
    write("A.sol", BAD)
    policy("fail: medium\nexlude: [x]\n")
    code, _, err = solvet(".")
    assert code == 1
    assert err.splitlines() == [
        "solvet: .solvet.yml line 2: `exlude` is no key here; did you mean `exclude`?",
        "solvet: what is wrong there is ignored, the rest holds; solvet config shows what does.",
    ]
    (mistake,) = report(solvet, ".")["policy"]["mistakes"]
    assert (mistake["line"], mistake["suggestion"]) == (2, "did you mean `exclude`?")


@pytest.mark.parametrize(
    "raw", [b"\x00\xff", b"a: [", b"&a [*a]", b"\xff\xfe: 1", b"x" * 70_000, b"- 1"]
)
def test_no_content_of_the_file_stops_a_scan(solvet, raw):
    write("A.sol", BAD)
    Path(".solvet.yml").write_bytes(raw)
    code, out, err = solvet(".")
    assert code == 0
    assert "tx-origin" in out
    assert err.startswith("solvet: .solvet.yml line ")


def test_a_file_that_leads_out_of_the_folder_is_not_read(solvet, tmp_path):
    write("A.sol", BAD)
    (tmp_path / "secret").write_text("fail: medium")
    Path(".solvet.yml").symlink_to(tmp_path / "secret")
    code, _, err = solvet(".")
    assert code == 0
    assert "leads out of the folder that is scanned" in err


def test_a_folder_of_that_name_is_told_of(solvet):
    write("A.sol", BAD)
    Path(".solvet.yml").mkdir()
    assert "is no regular file" in solvet(".")[2]


def test_what_the_file_says_cannot_steer_the_terminal(solvet):
    write("A.sol", BAD)
    policy('"\\e[2J\\u202e": 1\n')
    out = "".join(solvet(".")[1:])
    assert "\x1b" not in out
    assert "\u202e" not in out


def test_by_itself_nothing_is_held_back_as_a_test(solvet):
    write("test/A.t.sol", BAD)
    assert "tx-origin" in rules(report(solvet, "."))
    policy("show: low")
    assert "tx-origin" in rules(report(solvet, "."))


def test_tests_are_quiet_when_the_file_says_so_unless_they_are_named(solvet):
    write("test/A.t.sol", BAD)
    policy("quiet: [test]")
    assert rules(report(solvet, ".")) == set()
    assert "tx-origin" in rules(report(solvet, "test"))
    assert "tx-origin" in rules(report(solvet, "test/A.t.sol"))


def test_compared_with_a_base_the_bases_file_holds(solvet):
    write("A.sol", BAD.replace("tx.origin", "msg.sender"))
    policy("fail: medium")
    commit()
    write("A.sol", BAD)
    policy("fail: off\nexclude: ['*.sol']\nshw: low")
    code, out, err = solvet("--base", "main", ".")
    assert code == 1
    assert "Policy: .solvet.yml of the merge base (" in out
    assert "This change edits the policy (no effect until merged)" in out
    assert "`fail.severity` would change from medium to off" in out
    assert "`exclude` would gain `*.sol`" in out
    assert err.startswith("solvet: .solvet.yml of this change line 3: `shw` is no key here")
    told = report(solvet, "--base", "main", ".")
    assert len(told["policy"]["changes"]) == 2
    assert told["policy"]["file"] == ".solvet.yml"


def test_a_mistake_in_the_bases_file_says_whose_it_is(solvet):
    write("A.sol", BAD)
    policy("shw: low")
    commit()
    err = solvet("--base", "main", ".")[2]
    assert err.startswith("solvet: .solvet.yml of the merge base (")


def test_a_bases_file_that_git_cannot_read_is_told_of(solvet):
    write("A.sol", "contract A {}")
    policy("fail: off")
    commit()
    found = subprocess.run(
        ["git", "rev-parse", "HEAD:.solvet.yml"], check=True, capture_output=True, text=True
    )
    name = found.stdout.strip()
    Path(".git/objects", name[:2], name[2:]).unlink()
    write("A.sol", BAD)
    err = solvet("--base", "main", ".")[2]
    assert ".solvet.yml of the merge base (" in err
    assert "not read: is not in the base, or not in this clone" in err


def test_a_link_in_the_base_is_followed_nowhere(solvet, tmp_path):
    write("A.sol", "contract A {}")
    (tmp_path / "secret").write_text("fail: medium")
    Path(".solvet.yml").symlink_to(tmp_path / "secret")
    commit()
    write("A.sol", BAD)
    code, _, err = solvet("--base", "main", ".")
    assert code == 0
    assert ".solvet.yml of the merge base (" in err


def test_a_file_that_the_change_adds_has_no_effect_yet(solvet):
    write("A.sol", "contract A {}")
    commit()
    write("A.sol", BAD)
    policy("rules: {tx-origin: off}")
    out = solvet("--base", "main", ".")[1]
    assert "[tx-origin]" in out
    assert "Policy:" not in out
    assert "rule `tx-origin` would be switched off" in out


def test_a_change_of_nothing_but_excluded_files_passes_and_says_so(solvet):
    write("gen/A.sol", "contract A {}")
    policy("exclude: [gen/]")
    commit()
    write("gen/A.sol", BAD)
    code, out, _ = solvet("--base", "main", ".")
    assert code == 0
    assert "Nothing was analysed: the policy leaves out every file." in out
    assert "  gen/A.sol" in out


def test_what_a_change_does_to_the_baseline_is_told(solvet):
    write("A.sol", BAD)
    commit()
    write(
        ".solvet-baseline.json",
        json.dumps(
            {
                "version": 1,
                "findings": [{"path": "A.sol", "rule": "tx-origin", "fingerprint": "0" * 16}],
            }
        ),
    )
    out = solvet("--base", "main", ".")[1]
    assert "the baseline would accept 1 finding more" in out
    assert "would accept" not in solvet("--base", "main", "--no-baseline", ".")[1]


def test_sections_and_roots_are_those_of_the_repository(solvet, monkeypatch):
    write("src/A.sol", BAD)
    policy("paths: [{match: /src/, rules: {tx-origin: critical}}]")
    commit()
    monkeypatch.chdir("src")
    (finding,) = [f for f in report(solvet, ".")["findings"] if f["rule"] == "tx-origin"]
    assert finding["severity"] == "critical"


def test_the_report_as_markdown_tells_mistakes_and_changes(solvet):
    write("A.sol", BAD)
    policy("shw: low")
    commit()
    policy("shw: low\nfail: off")
    out = solvet("--base", "main", "--format", "markdown", ".")[1]
    assert "did you mean" in out
    assert "This change edits the policy (no effect until merged)" in out


def test_what_is_excluded_is_put_to_no_model_and_no_reason_is_given(providers, solvet):
    write("gen/Wallet.sol", BAD)
    write("Fees.sol", SETTER)
    policy("exclude: [gen/]")
    told = receipts(contracts.report(solvet, ".", "--models", "auto"))
    assert (told["Fees.sol"]["state"], told["gen/Wallet.sol"]["reason"]) == ("done", None)
    assert not any("Wallet" in asked.input for asked in providers.received)


def test_the_policys_budget_holds_unless_the_command_line_names_one(providers, solvet):
    write("Fees.sol", SETTER)
    policy("models: {budget: {scan: 0}}")
    assert "limit of $0.00 for this scan" in solvet(".", "--models", "auto")[1]
    assert providers.received == []
    solvet(".", "--models", "auto", "--budget", "1")
    assert len(providers.received) == 1


def test_who_asks_models_that_the_policy_switches_off_is_told(providers, solvet):
    write("A.sol", "contract A {}\n")
    policy("models: off")
    told = "solvet: --models auto wins over .solvet.yml, which switches models off."
    assert told in solvet(".", "--models", "auto")[2]
    assert "wins over" not in solvet(".")[2]


def test_a_models_claim_fails_where_the_policy_says_so(providers, solvet):
    providers.policy = grave
    write("Fees.sol", SETTER)
    assert solvet(".", "--models", "auto")[0] == 0
    policy("models: {fail: on}\nfail: {severity: low, confidence: low}")
    assert solvet(".", "--models", "auto")[0] == 1


def test_nothing_of_yaml_is_imported_where_there_is_no_file(solvet, tmp_path):
    write("A.sol", BAD)
    program = (
        "import sys; from solvet.cli.main import main\n"
        "try: main(['scan', '.'])\n"
        "except SystemExit: print(sorted({'yaml', 'msgspec', 'rich', 'boto3'} & {*sys.modules}))"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    assert done.stdout.endswith("\n[]\n")
