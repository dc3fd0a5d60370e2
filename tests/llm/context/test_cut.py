"""What a change becomes when it is cut into questions."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from solvet.detectors.engine import analyse
from solvet.llm.context.cut import EXTRACTS, FOCUS, REMOVED, cut
from solvet.llm.context.redact import redacted
from solvet.llm.context.tokens import ceiling, size
from solvet.llm.material import Limits, Trait
from solvet.solidity.outline import without_comments
from solvet.solidity.source import parse

VAULT = """\
pragma solidity 0.8.30;

interface IToken {
    function transfer(address to, uint256 amount) external returns (bool);
}

contract Vault is Owned {
    IToken public token;
    address public keeper;
    mapping(address => uint256) public balances; // what is owed

    modifier onlyKeeper() {
        require(msg.sender == keeper, "keeper");
        _;
    }

    function deposit() external payable {
        balances[msg.sender] += msg.value;
    }

    function withdraw(uint256 amount) external {
        // says that it is safe
        require(balances[msg.sender] >= amount, "funds");
        balances[msg.sender] -= amount;
        _pay(msg.sender, amount);
    }

    function sweep(address to) external onlyKeeper {
        token.transfer(to, 1);
    }

    function _pay(address to, uint256 amount) internal {
        (bool sent,) = to.call{value: amount}("");
        require(sent, "not sent");
    }
}
"""
OWNED = "contract Owned { address internal _owner; function _check() internal view {} }\n"


def changed(old, new, text=VAULT):
    assert old in text
    return text.replace(old, new)


def cut_of(head, base=VAULT, findings=(), **limits):
    return cut(head, base, {"lib/Owned.sol": OWNED}, tuple(findings), Limits(**limits))


def focus(result):
    return [symbol for material in result.materials for symbol in material.focus]


def section(material, start):
    return next((s for s in material.sections if s.title.startswith(start)), None)


def code(material):
    return [line.code for s in material.sections for line in s.lines]


@pytest.mark.parametrize(
    "head",
    [
        VAULT,
        changed("says that it is safe", "says nothing"),
        VAULT.replace("    ", "\t").replace(" {", "\n{"),
        changed("interface IToken {", "interface IToken {\n    function f() external;"),
    ],
)
def test_comments_white_space_and_interfaces_are_no_reason_to_ask(head):
    assert cut_of(head).materials == ()


def test_a_changed_function_is_shown_below_its_contract_with_what_was_removed():
    result = cut_of(changed('        require(balances[msg.sender] >= amount, "funds");\n', ""))
    shown = result.materials[0].sections[0]
    assert focus(result) == ["Vault.withdraw"]
    assert shown.title == FOCUS
    assert [(line.number, line.code.strip(), line.removed) for line in shown.lines] == [
        (7, "contract Vault is Owned {", False),
        (21, "function withdraw(uint256 amount) external {", False),
        (23, 'require(balances[msg.sender] >= amount, "funds");', True),
        (23, "balances[msg.sender] -= amount;", False),
        (24, "_pay(msg.sender, amount);", False),
        (25, "}", False),
    ]


def test_what_a_function_needs_is_shown_with_it():
    material = cut_of(changed("-= amount", "-= amount * 1")).materials[0]
    titles = [s.title for s in material.sections]
    assert titles == [
        FOCUS,
        "State and types of Vault",
        "Called code of Vault",
        "Entry points that write the same state of Vault",
    ]
    assert all(s.own for s in material.sections)
    assert "function deposit() external payable {" in [c.strip() for c in code(material)]


def test_what_was_asked_before_is_asked_alike_however_much_was_read_since():
    before = cut(VAULT, None, {}, ())
    for number in range(100):
        parse(f"contract Other{number} {{}}")
    assert cut(VAULT, None, {}, ()) == before


def test_modifiers_and_signatures_of_what_is_called_are_shown():
    material = cut_of(changed("token.transfer(to, 1)", "token.transfer(to, 2)")).materials[0]
    assert section(material, "Modifiers of Vault").lines[0].number == 12
    assert section(material, "Signatures of IToken").lines[0].code.strip().startswith("function")


def test_inherited_code_is_marked_as_not_of_this_file():
    material = cut_of(changed("_pay(msg.sender, amount);", "_check();")).materials[0]
    inherited = section(material, "Called code of Owned")
    assert not inherited.own
    assert inherited.title == "Called code of Owned, another file"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("== keeper", "!= keeper", ["Vault.onlyKeeper", "Vault.sweep"]),
        ("address public keeper", "address private keeper", ["Vault.onlyKeeper"]),
        ("IToken public token", "IToken internal token", ["Vault.sweep"]),
    ],
)
def test_a_changed_modifier_or_variable_brings_in_who_uses_it(old, new, expected):
    assert focus(cut_of(changed(old, new))) == expected


def test_a_changed_list_of_bases_brings_in_the_functions_of_the_contract():
    assert "Vault.withdraw" in focus(cut_of(changed("Vault is Owned", "Vault")))


def test_a_removed_function_is_shown_with_those_that_used_the_same_state():
    gone = VAULT[VAULT.index("    function deposit") : VAULT.index("    function withdraw")]
    result = cut_of(VAULT.replace(gone, ""))
    removed = section(result.materials[0], REMOVED)
    assert focus(result) == ["Vault.withdraw"]
    assert [line.number for line in removed.lines] == [17, 18, 19]
    assert all(line.removed for line in removed.lines)


def test_a_removal_nothing_is_left_to_ask_about_is_named():
    assert cut_of("contract Empty {}", "contract Empty { function f() public {} }").left_out == (
        "Empty.f",
    )


def test_of_a_new_file_every_function_with_a_body_is_asked_about():
    assert focus(cut_of(VAULT, None)) == [
        "Vault.onlyKeeper",
        "Vault.deposit",
        "Vault.withdraw",
        "Vault.sweep",
        "Vault._pay",
    ]


def test_a_renamed_contract_alone_is_no_change():
    assert cut_of(changed("contract Vault", "contract Safe")).materials == ()


def test_facts_tell_who_gets_in_and_in_what_order_things_happen():
    facts = cut_of(VAULT, None).materials[0].facts
    assert (
        "Vault.sweep: entry point, external; modifiers onlyKeeper; "
        "callers restricted by onlyKeeper (@13)." in facts
    )
    assert (
        "Vault.withdraw reads balances (@23), writes balances (@24), "
        "calls to.call with value (@25)." in facts
    )


def test_traits_come_from_what_is_done_and_from_names():
    traits = cut_of(changed("-= amount", "-= amount * 1")).materials[0].traits
    assert {Trait.ENTRY_POINT, Trait.MOVES_VALUE, Trait.WRITES_STATE, Trait.MATHS} <= traits
    assert Trait.GUARDED not in traits


def test_each_finding_goes_to_one_question_at_most_and_only_when_it_lies_in_the_focus():
    text = LARGE.replace('require(noticed, "Bank: receiver did not agree");', "")
    findings = analyse("a.sol", text, {}).findings
    given_out = [
        finding.fingerprint
        for material in cut_of(text, None, findings, tokens=1_500, questions=50).materials
        for finding in material.findings
    ]
    assert given_out
    assert len(given_out) == len(set(given_out))
    assert (
        cut_of(changed("+= msg.value", "+= 1"), findings=findings[20:]).materials[0].findings == ()
    )


def _bank(functions):
    """A contract whose functions share state, about a dozen lines each."""
    fields = "".join(
        f"    /// @notice Amounts of kind {n}, by holder.\n"
        f"    mapping(address => uint256) public amounts{n};\n"
        for n in range(functions // 4)
    )
    bodies = "".join(_body(n, functions // 4) for n in range(functions))
    return f"pragma solidity 0.8.30;\n\ncontract Bank {{\n{fields}\n{bodies}}}\n"


def _body(n, fields):
    return f"""\
    /// @notice Moves an amount of the caller's to somebody else, less the fee that is due.
    /// @param to Who gets it.
    function move{n}(address to, uint256 amount) external returns (uint256 received) {{
        require(to != address(0), "Bank: nobody to move to");
        require(amounts{n % fields}[msg.sender] >= amount, "Bank: not enough to move");
        uint256 fee = (amount * {n + 1}) / 10_000;
        received = amount - fee;
        amounts{n % fields}[msg.sender] -= amount;
        amounts{n % fields}[to] += received;
        amounts{(n + 1) % fields}[address(this)] += fee;
        (bool noticed,) = to.call(abi.encodeWithSignature("moved(uint256)", received));
        require(noticed, "Bank: receiver did not agree");
        emit Moved(msg.sender, to, received, fee);
    }}

"""


LARGE = _bank(64)


def test_twenty_changed_lines_of_a_thousand_take_a_tenth_of_the_file_at_most():
    head = LARGE
    for n in (20, 24):
        before = _body(n, 16)
        after = re.sub(r"\bamount\b", "value", before).replace("received", "given")
        head = head.replace(before, after)
    assert LARGE.count("\n") >= 980
    differing = sum(a != b for a, b in zip(LARGE.split("\n"), head.split("\n"), strict=True))
    assert 18 <= differing <= 22
    result = cut_of(head, LARGE)
    assert focus(result) == ["Bank.move20", "Bank.move24"]
    assert sum(map(size, result.materials)) <= ceiling(LARGE) / 10


def test_a_question_stays_below_its_limit_and_all_is_asked_or_left_out():
    result = cut_of(LARGE, None, tokens=2_000, questions=3)
    assert len(result.materials) == 3
    assert all(size(material) <= 2_000 for material in result.materials)
    assert sorted({*focus(result), *result.left_out}) == sorted(f"Bank.move{n}" for n in range(64))


def test_views_are_left_out_before_what_moves_value():
    views = "".join(
        f"    function v{n}() external view returns (uint256) {{ return balances[keeper]; }}\n"
        for n in range(60)
    )
    head = VAULT.rstrip().removesuffix("}") + views + "}\n"
    result = cut_of(head, None, tokens=900, questions=1)
    assert "Vault.withdraw" in focus(result)
    assert "Vault.v59" in result.left_out


def test_a_function_too_large_for_a_question_is_cut_to_its_changed_lines():
    lines = "".join(f"        balances[keeper] += {n};\n" for n in range(2_000))
    base = changed("        balances[msg.sender] += msg.value;\n", lines)
    head = changed("+= 1234;", "+= 4321;", base)
    material = cut_of(head, base, tokens=1_000).materials[0]
    shown = material.sections[0]
    assert shown.title == EXTRACTS
    assert any("4321" in line.code for line in shown.lines)
    assert size(material) <= 1_000


def test_the_same_functions_further_down_give_the_same_material_but_for_numbers():
    head = changed("-= amount", "-= amount * 1")
    lower = "\n" * 10 + head
    one, other = cut_of(head).materials[0], cut_of(lower, "\n" * 10 + VAULT).materials[0]
    numbers = re.compile(r"\(@\d+\)")
    assert code(one) == code(other)
    assert [numbers.sub("", f) for f in one.facts] == [numbers.sub("", f) for f in other.facts]
    assert {
        b.number - a.number
        for s, t in zip(one.sections, other.sections, strict=True)
        for a, b in zip(s.lines, t.lines, strict=True)
    } == {10}


def test_lines_are_those_of_the_file():
    lines = redacted(without_comments(LARGE)).split("\n")
    for material in cut_of(LARGE, None).materials:
        for line in (line for s in material.sections if s.own for line in s.lines):
            assert line.code == lines[line.number - 1].rstrip()


def test_no_secret_is_shown():
    key = "0x" + "4c0883a69102937d6231471b5dbb6204fe512961708279feb1be6ae5538da033"
    head = changed(
        "-= amount;", f'-= amount; bytes32 k = {key}; string memory t = "ghp_{"a1" * 18}";'
    )
    said = "\n".join(code(cut_of(head).materials[0]))
    assert "4c08" in said
    assert "4c0883a" not in said
    assert "ghp_a1" not in said


GAPS = re.compile(r"(?<=[;{}(),])")
SECRET = "zqxjk"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.sampled_from(["// {} \"'\n", "/* {}\n{} */", "/** {} */", "/*{}*/"]), min_size=1)
)
def test_nothing_of_any_comment_is_shown(comments):
    parts = GAPS.split(without_comments(VAULT).replace('"funds"', '"// kept"'))
    head = "".join(
        part + comments[n % len(comments)].replace("{}", SECRET) for n, part in enumerate(parts)
    )
    result = cut_of(head + f"/* {SECRET}", None)
    assert focus(result)
    assert SECRET not in repr(result)
    assert "// kept" in repr(result)


FRAGMENTS = st.sampled_from(
    ["contract A {", "}", "function f() public {", "x = 1;", "/*", "*/", "//", '"', "'", "{", "(",
     "modifier m() { _; }", "assembly {", "\n", "\r", "\u202e", "\U0001f600", "is B, C", "uint x;"]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=200), st.lists(FRAGMENTS, max_size=40).map(" ".join))


@settings(max_examples=150, deadline=None)
@given(TEXTS, st.none() | TEXTS)
def test_any_text_is_cut_the_same_way_twice(head, base):
    assert cut_of(head, base) == cut_of(head, base)


@pytest.mark.parametrize(
    "text",
    [
        LARGE.replace("\n", " "),
        "contract A { function f() public { " + "x = x + 1; " * 20_000 + "} }",
        "\n".join([LARGE] * 5),
        "{" * 20_000,
        '"' * 20_000,
    ],
    ids=["one line", "one function in a line", "5,000 lines", "braces", "quotes"],
)
def test_monstrous_files_stay_within_the_limits(text):
    for material in cut_of(text, None).materials:
        assert size(material) <= Limits().tokens


def test_value_that_a_called_function_moves_is_a_trait_of_the_caller():
    code = """\
contract Vault {
    function leave(uint256 amount) external { _leave(amount); }
    function _leave(uint256 amount) internal { _out(amount); }
    function _out(uint256 amount) internal { SafeERC20.safeTransfer(asset, msg.sender, amount); }
    function idle(uint256 amount) external { _note(amount); }
    function _note(uint256 amount) internal { last = amount; }
    uint256 last;
}
"""
    traits = {
        name: cut(code, code.replace(f"{name}(uint256 amount) external {{", f"{name}() {{"), {}, ())
        .materials[0]
        .traits
        for name in ("leave", "idle")
    }
    assert Trait.MOVES_VALUE in traits["leave"]
    assert Trait.MOVES_VALUE not in traits["idle"]
