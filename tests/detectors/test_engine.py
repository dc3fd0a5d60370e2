"""The engine: one walk, honest about what it did not see, and never an exception."""

from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solvet.detectors import engine
from solvet.detectors.blind_spots import MAX_SPOTS
from solvet.detectors.detector import Detector
from solvet.detectors.engine import analyse
from solvet.detectors.registry import DETECTORS, rule
from solvet.domain.finding import Category
from solvet.solidity.nodes import Call

VAULT = rule("reentrancy").bad
EXAMPLES = [text for detector in DETECTORS for text in (detector.rule.bad, detector.rule.good)]
UNKNOWN_CODE = "contract A { function f() public { ?? } }\n\n\n"


def test_a_finding_says_where_and_what():
    (finding,) = analyse("src/Vault.sol", VAULT).findings
    assert (finding.path, finding.symbol, finding.span.start_line) == (
        "src/Vault.sol",
        "Vault.withdraw",
        12,
    )
    assert finding.code == '(bool sent,) = msg.sender.call{value: amount}("");'
    assert finding.references == ("SWC-107", "CWE-841")
    assert [step.line for step in finding.trace] == [12, 14]


def test_columns_count_characters():
    line = '        string memory s = unicode"äöü🦊"; require(tx.origin == owner);'
    code = f"contract A {{\n address owner;\n function f() public view {{\n{line}\n}} }}"
    (finding,) = found("tx-origin", code)
    assert line[finding.span.start_column - 1 : finding.span.end_column - 1] == "tx.origin == owner"


def test_lines_inserted_above_change_no_fingerprint():
    moved = "// a line\n\n/* another\n */\n" + VAULT
    before, after = analyse("a.sol", VAULT), analyse("a.sol", moved)
    assert [f.fingerprint for f in after.findings] == [f.fingerprint for f in before.findings]
    assert after.findings[0].span != before.findings[0].span


def test_equal_statements_have_different_fingerprints():
    twice = "winner.send(1 ether);\n        winner.send(1 ether);"
    code = rule("unchecked-send").bad.replace("winner.send(1 ether);", twice)
    findings = found("unchecked-send", code)
    assert [finding.index for finding in findings] == [0, 1]
    assert len({finding.fingerprint for finding in findings}) == 2


def test_a_base_in_another_file_is_followed():
    base = """
    contract Locked {
        bool private busy;
        modifier once() { require(!busy); busy = true; _; busy = false; }
    }
    """
    code = VAULT.replace("contract Vault", 'import "./L.sol";\ncontract Vault is Locked')
    code = code.replace("function withdraw() external", "function withdraw() external once")
    code = code.replace("function deposit() external payable", "function deposit() public once")
    assert rules(analyse("a.sol", code)) == ["reentrancy"]
    assert rules(analyse("a.sol", code, {"L.sol": base})) == []


def test_a_value_type_of_another_file_is_no_contract_to_call():
    code = """
    import {Price} from "./Types.sol";
    contract Shop {
        Price private price;
        uint256 private count;
        function next() external { price.settle(count); count = 1; }
    }
    """
    assert rules(analyse("a.sol", code)) == ["reentrancy"]
    assert rules(analyse("a.sol", code, {"Types.sol": "type Price is uint256;"})) == []
    assert rules(analyse("a.sol", code, {"Types.sol": "// type Price is uint256;"})) != []


def test_the_members_of_a_struct_of_another_file_have_their_types():
    code = """
    pragma solidity 0.8.30;
    import {Lot} from "./Types.sol";
    contract Shop {
        uint256 public total;
        function sell(Lot[] calldata lots) external {
            uint256 sum;
            for (uint256 i = 0; i < lots.length; i++) { unchecked { sum += lots[i].amount; } }
            total = sum;
        }
    }
    """
    small, large = (f"struct Lot {{ uint{bits} amount; }}" for bits in (128, 256))
    assert rules(analyse("a.sol", code, {"Types.sol": small})) == []
    assert rules(analyse("a.sol", code, {"Types.sol": large})) == ["integer-overflow"]


def test_a_call_in_another_file_is_shown_by_its_own_text():
    library = """
    library Pay {
        function out(address to, uint256 amount) internal {
            (bool ok,) = to.call{value: amount}("");
            require(ok);
        }
    }
    """
    code = VAULT.replace('(bool sent,) = msg.sender.call{value: amount}("");', "")
    code = code.replace('require(sent, "not sent");', "Pay.out(msg.sender, amount);")
    (finding,) = analyse("a.sol", code, {"Pay.sol": library}).findings
    assert finding.message.startswith("`balances` is written after `to` was called")
    assert finding.code == "Pay.out(msg.sender, amount);"


def test_findings_are_only_about_the_file_that_was_asked_for():
    analysis = analyse("b.sol", 'import "./a.sol";\ncontract B is Vault {}', {"a.sol": VAULT})
    assert analysis.findings == ()


def found(name, code):
    return [finding for finding in analyse("a.sol", code).findings if finding.rule == name]


def rules(analysis):
    return [finding.rule for finding in analysis.findings]


def test_code_that_does_not_parse_is_a_blind_spot_and_the_rest_is_analysed():
    broken = VAULT + "\ncontract Half { function f( }\n"
    analysis = analyse("a.sol", broken)
    assert "reentrancy" in rules(analysis)
    assert [spot.start_line for spot in analysis.blind_spots] == [18]


def test_blind_spots_are_bounded_and_the_rest_counted():
    analysis = analyse("a.sol", UNKNOWN_CODE * 40)
    assert len(analysis.blind_spots) == MAX_SPOTS
    assert analysis.blind_spots[-1].reason == "21 more places that are not understood"


def test_the_old_placeholder_without_semicolon_is_no_blind_spot():
    code = "contract A { address o; modifier m { if (msg.sender != o) throw; _ } }"
    assert analyse("a.sol", code).blind_spots == ()


def test_a_function_that_does_too_much_is_a_blind_spot():
    code = "contract A { uint x; function f() public {\n" + "x += 1;\n" * 1000 + "} }"
    (spot,) = analyse("a.sol", code).blind_spots
    assert (spot.start_line, spot.end_line) == (1, 1)


def test_a_detector_that_breaks_is_named_and_the_others_go_on(monkeypatch):
    def broken(node, scope):
        raise ValueError("no such luck")
        yield

    detector = Detector(rule=rule("unchecked-send"), visits=(Call,), check=broken)
    monkeypatch.setattr(engine, "DETECTORS", (detector, *DETECTORS))
    analysis = analyse("a.sol", VAULT)
    assert [(f.rule, f.error) for f in analysis.failures] == [
        ("unchecked-send", "ValueError: no such luck")
    ]
    assert rules(analysis) == ["reentrancy"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\0",
        "\ufeff",
        "\ud800",
        "{" * 20_000,
        "contract A { function f() public { x = " + "(" * 20_000 + ")" * 20_000 + "; } }",
        "contract A { function f() public { " + "if (a) { " * 3_000 + "}" * 3_000 + " } }",
        "contract A { function f() public { " + "if (a) { } else " * 3_000 + "{ } } }",
        "contract A { uint x; function f() public { x = " + "1+" * 20_000 + "1; } }",
        "contract A { bool x; function f() public { x = " + "!" * 20_000 + "x; } }",
        "contract A is B { function f() public { g(); } } contract B is A { }",
        "contract A { function f() public { g(); } function g() public { f(); } }",
        "".join(f"contract C{i} is C{i - 1} {{ }}\n" for i in range(1, 500)),
        '{"not": ["Solidity", "at all"]}' * 200,
        "/*" + "x" * 200_000,
    ],
    ids=lambda text: ascii(text[:40]),
)
def test_no_text_is_too_strange(text):
    analysis = analyse("a.sol", text)
    assert analysis.failures == ()
    assert analysis.detectors == len(DETECTORS)


def test_line_ends_and_byte_order_marks_change_nothing():
    plain = analyse("a.sol", VAULT)
    strange = analyse("a.sol", "\ufeff" + VAULT.replace("\n", "\r\n"))
    assert [(f.rule, f.span.start_line) for f in strange.findings] == [
        (f.rule, f.span.start_line) for f in plain.findings
    ]


@given(st.text())
def test_random_text_never_raises(text):
    assert analyse("a.sol", text).failures == ()


@given(st.sampled_from(EXAMPLES), st.sampled_from(EXAMPLES), st.data())
def test_spliced_solidity_never_breaks_a_detector(one, other, data):
    cut = data.draw(st.integers(0, len(one)))
    end = data.draw(st.integers(0, len(other)))
    analysis = analyse("a.sol", one[:cut] + other[end:])
    assert analysis.failures == ()
    assert all(spot.start_line <= spot.end_line for spot in analysis.blind_spots)


MINOR = {
    detector.rule.name
    for detector in DETECTORS
    if detector.rule.category in {Category.BEST_PRACTICE, Category.GAS}
}
FIXTURES = sorted((Path(__file__).parent / "fixtures").glob("*.sol"))


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_a_fixture_is_found_on_the_lines_that_say_so(path):
    text = path.read_text(encoding="utf-8")
    analysis = analyse(path.name, text)
    wanted = dict(expected(text))
    ignored = MINOR - {name for _, name in wanted}
    told = [finding for finding in analysis.findings if finding.rule not in ignored]
    actual = {(f.span.start_line, f.rule): f.severity for f in told}
    assert actual == {place: severity or actual.get(place) for place, severity in wanted.items()}


def expected(text):
    """By line and rule the severity, where one is given: `// expect: reentrancy low`."""
    for number, line in enumerate(text.splitlines(), start=1):
        _, marker, names = line.partition("// expect: ")
        for name in names.split(",") if marker else ():
            rule, _, severity = name.strip().partition(" ")
            yield (number, rule), severity


def test_a_comment_is_no_code():
    code = dedent("""
        contract A {
            // require(tx.origin == owner);
            string public constant S = "require(tx.origin == owner)";
        }
    """)
    assert analyse("a.sol", code).findings == ()


def test_what_a_contract_inherits_from_unseen_files_is_named_once():
    text = 'import "x/Own.sol";\ncontract A is Own, ERC20 {}\ncontract B is A, Own {}\n'
    assert analyse("A.sol", text).opaque == ("Own", "ERC20")
    assert analyse("A.sol", text, {"Own.sol": "contract Own {}"}).opaque == ("ERC20",)


@pytest.mark.parametrize("form", ['import "./{}";', "import {{Base}} from './{}';"])
def test_an_import_of_what_is_no_sol_file_is_a_blind_spot(form):
    """The compiler takes any name, and nobody looks at a change of such a file."""
    rest = "contract A is Base {}\n"
    seen, unseen = (analyse("A.sol", f"{form.format(name)}\n{rest}") for name in ("B.sol", "B.inc"))
    assert seen.blind_spots == ()
    assert [spot.start_line for spot in unseen.blind_spots] == [1]
