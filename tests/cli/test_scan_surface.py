"""`scan --base`: what a change does to attack surface and storage layout."""

import json
from pathlib import Path

import jsonschema
import pytest

from tests.cli.contracts import git, write

SCHEMA = json.loads((Path(__file__).parents[2] / "docs/schema/solvet-scan.schema.json").read_text())
VAULT = """pragma solidity 0.8.30;
contract Initializable {}
contract Vault is Initializable {
    address owner;
    uint128 a;
    uint128 b;
    modifier onlyOwner() { require(msg.sender == owner); _; }
    function sweep(address payable to) external onlyOwner { to.transfer(1); }
}
"""
OPEN = VAULT.replace("external onlyOwner", "external").replace("uint128 a;", "uint256 a;")


@pytest.fixture
def changed(solvet, monkeypatch, tmp_path):
    """A committed vault whose guard goes and whose layout breaks."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "none"))
    write("src/Vault.sol", VAULT)
    write("test/Vault.t.sol", "contract VaultTest { function test_a() external {} }\n")
    git("init", "-q", "-b", "main")
    git("add", "-A")
    git("commit", "-q", "-m", "x")
    write("src/Vault.sol", OPEN)
    return solvet


def report(solvet, *arguments):
    told = json.loads(solvet(*arguments, "--format", "json")[1])
    jsonschema.Draft202012Validator(SCHEMA).validate(told)
    return told


def test_a_terminal_shows_the_broken_layout_first_and_every_change(changed):
    out = changed("--base", "main", ".")[1]
    assert out.startswith("CAUTION  The storage layout of Vault breaks (src/Vault.sol).")
    assert "🔴 guard removed  Vault.sweep(address): onlyOwner → anyone  src/Vault.sol:8" in out


@pytest.mark.parametrize(
    ("policy", "options", "code"),
    [
        ("fail: off\n", (), 0),
        ("fail: {severity: off, layout: on}\n", (), 1),
        ("fail: {severity: off, layout: on}\n", ("--fail-on", "none"), 0),
        ("fail: {severity: off, layout: on}\n", ("--no-policy", "--fail-on", "critical"), 0),
        ("fail: {severity: off, guards: on}\n", (), 1),
        ("fail: {severity: off, guards: on}\n", ("--fail-on", "none"), 0),
    ],
)
def test_what_the_surface_lost_stops_where_the_policy_says_so(changed, policy, options, code):
    write("src/Vault.sol", VAULT)
    write(".solvet.yml", policy)
    git("add", "-A")
    git("commit", "-q", "-m", "y")
    write("src/Vault.sol", OPEN)
    assert changed("--base", "main", ".", *options)[0] == code


def test_a_guard_that_is_removed_is_told_whatever_is_found_beside_it(changed):
    out = " ".join(changed("--base", "main", ".")[1].split())
    assert "1 guard removed: anyone can call what only some could." in out


def test_programs_get_the_same(changed):
    surface = report(changed, "--base", "main", ".")["surface"]
    assert [(s["aspect"], s["weight"]) for s in surface][:2] == [
        ("storage layout broken", "worse"),
        ("guard", "worse"),
    ]
    assert {s["path"] for s in surface} == {"src/Vault.sol"}


def test_a_document_warns_and_has_the_table(changed):
    out = changed("--base", "main", "--format", "markdown", ".")[1]
    assert out.index("> [!CAUTION]") < out.index("## Introduced") < out.index("### Attack surface")
    assert out.count("> [!CAUTION]") == 1


def test_without_a_base_there_is_nothing_to_compare(changed):
    assert report(changed, ".")["surface"] is None
    assert "Attack surface" not in changed(".")[1]


def test_tests_have_no_attack_surface_unless_they_are_named(changed):
    more = "contract VaultTest { function test_a() external {} function test_b() external {} }\n"
    write("test/Vault.t.sol", more)
    paths = {s["path"] for s in report(changed, "--base", "main", ".")["surface"]}
    assert paths == {"src/Vault.sol"}
    (told,) = report(changed, "--base", "main", "test")["surface"]
    assert told["path"] == "test/Vault.t.sol"


def test_what_is_excluded_has_no_surface(changed):
    write(".solvet.yml", "exclude: [src/]")
    git("add", "-A")
    git("commit", "-q", "-m", "y")
    write("src/Vault.sol", VAULT)
    assert report(changed, "--base", "main", ".")["surface"] == []


def test_a_removed_contract_is_told(changed):
    Path("src/Vault.sol").unlink()
    surface = report(changed, "--base", "main", ".")["surface"]
    assert ("contract", "removed") in {(s["aspect"], s["turn"]) for s in surface}


@pytest.mark.parametrize(("end", "understood"), [("}\n", True), ("", False)])
def test_what_is_not_understood_any_more_is_neither_fixed_nor_removed(changed, end, understood):
    whole = OPEN.replace("to.transfer(1)", "selfdestruct(to)")
    write("src/Vault.sol", whole)
    git("commit", "-qam", "open to all")
    Path("src/Vault.sol").write_text(whole[: whole.index("function")] + end)
    told = report(changed, "--base", "main", ".")
    assert ("fixed" in {finding["change"] for finding in told["findings"]}) == understood
    assert ("removed" in {change["turn"] for change in told["surface"]}) == understood


def test_several_processes_tell_the_same(changed):
    write("src/Other.sol", VAULT.replace("Vault", "Other"))
    one, two = (
        report(changed, "--base", "main", "--jobs", jobs, ".")["surface"] for jobs in ("1", "2")
    )
    assert one == two
    assert {s["path"] for s in one} == {"src/Vault.sol", "src/Other.sol"}
