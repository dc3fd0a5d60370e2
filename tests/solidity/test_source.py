"""Files: what is declared, where it is, and what was not understood."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solvet.domain.finding import normalised
from solvet.solidity import imports, parse, parses_cleanly
from solvet.solidity.declarations import Function
from solvet.solidity.nodes import Assembly, Call, Declare, If, Loop, Node, Revert, Try
from solvet.solidity.outline import comments, functions, without_comments
from solvet.solidity.source import statement_of

OLD = """\
pragma solidity ^0.4.11;
contract Old {
    address owner;
    function Old() { owner = msg.sender; }
    function () payable { }
    modifier mine { if (msg.sender != owner) throw; _ }
    function total() constant returns (uint) { var (a, b) = f(); return a; }
}
"""
NEW = """\
pragma solidity ^0.8.0;
import {A as B, C} from "./a.sol";
import "./b.sol";
function free(uint256 a) pure returns (uint256) { return a; }
abstract contract New is B.D(1), C {
    constructor() payable C(2) { }
    receive() external payable { }
    fallback() external { }
    function f(S storage s) internal virtual override(B, C) only(1) returns (bool ok) {
        for (uint256 i = 0; i < 3; i++) { unchecked { i += 1; } }
        while (true) break;
        do { continue; } while (false);
        try this.g() returns (uint256 v) { v; } catch Error(string memory) { } catch { }
        assembly ("memory-safe") { let x := delegatecall(gas(), 0, 0, 0, 0, 0) }
        if (ok) revert Bad(1); else revert("no");
    }
}
"""


def of(kind, code):
    return list(parse(code).all(kind))


def test_old_code_is_read_as_what_it_meant():
    kinds = [(f.kind, f.name, f.mutability) for f in of(Function, OLD)]
    assert kinds == [
        ("function", "Old", ""),
        ("fallback", "", "payable"),
        ("modifier", "mine", ""),
        ("function", "total", "view"),
    ]
    assert len(of(Revert, OLD)) == 1
    (declared,) = of(Declare, OLD)
    assert [v.name for v in declared.variables] == ["a", "b"]
    assert parses_cleanly(OLD)


def test_new_code_is_read_in_full():
    source = parse(NEW)
    (contract,) = source.contracts
    assert contract.kind == "abstract"
    assert [(b.name, len(b.arguments)) for b in contract.bases] == [("B.D", 1), ("C", 0)]
    assert [f.kind for f in contract.functions] == [
        "constructor",
        "receive",
        "fallback",
        "function",
    ]
    function = contract.functions[-1]
    assert (function.visibility, function.virtual) == ("internal", True)
    assert [i.name for i in function.invocations] == ["only"]
    assert [p.location for p in function.parameters] == ["storage"]
    assert [p.name for p in function.returns] == ["ok"]
    assert [loop.keyword for loop in of(Loop, NEW)] == ["for", "while", "do"]
    assert len(of(Try, NEW)[0].catches) == 2
    assert "delegatecall" in of(Assembly, NEW)[0].opcodes
    assert len(of(If, NEW)) == 1
    assert list(source.unread_expressions) == []


def test_imports_come_as_written():
    assert imports(NEW) == ("./a.sol", "./b.sol")
    assert parse(NEW).imports[0].names == {"B": "A", "C": "C"}


def test_functions_have_names_and_lines():
    assert functions(OLD) == [
        ("Old.Old", 4, 4),
        ("Old.fallback", 5, 5),
        ("Old.mine", 6, 6),
        ("Old.total", 7, 7),
    ]
    assert functions(NEW)[0] == ("free", 4, 4)
    assert functions(NEW)[-1] == ("New.f", 9, 16)


def test_a_half_written_file_does_not_parse_cleanly():
    assert not parses_cleanly("contract A { function f( }")


def test_old_assembly_that_the_grammar_does_not_know_is_no_blind_spot():
    labels = "loop: jumpi(end, iszero(1)) mload(0) =: y jump(loop) end:"
    code = f"contract A {{ function f() public {{ assembly {{ {labels} }} }} }}"
    assert parses_cleanly(code)


def test_the_lines_of_a_text_are_counted_as_editors_do():
    assert [parse(text).lines for text in ("", "a", "a\n", "a\nb")] == [0, 1, 1, 2]


def test_a_condition_stands_for_its_branch():
    code = "contract A { function f() public { if (g(1)) { x = 2; } } }"
    source = parse(code)
    (branch,) = source.all(If)
    assert source.code(statement_of(branch.condition.arguments[0])) == "g(1)"


def test_everything_below_a_node_lies_behind_it():
    source = parse(NEW)
    for node in source.nodes:
        below = list(source.inside(node, Node))
        assert below[0] is node
        assert all(node.start <= other.start for other in below if other.end > other.start)


def test_comments_are_blanked_and_strings_kept():
    code = "a = \"// no\"; // yes\n/* x\ny */ b = '/* no */';"
    assert without_comments(code) == "a = \"// no\";       \n    \n     b = '/* no */';"


@given(st.text(alphabet="ab/*\"'\\\n\t é🦊"))
def test_blanking_moves_nothing(code):
    blanked = without_comments(code)
    assert len(blanked) == len(code)
    assert blanked.count("\n") == code.count("\n")
    assert all(new in {old, " "} for new, old in zip(blanked, code, strict=True))


#: Where solc 0.8.30 ends a comment; it was asked for the functions of these files.
COMMENTS = [
    ("// x\r FUNCTION", True),
    ("/// x\r FUNCTION", True),
    ("// x\\\r FUNCTION", True),
    ("// x\r\n FUNCTION", True),
    ("// x\\\n FUNCTION", True),
    ("// /*\r FUNCTION", True),
    ("/* // */ FUNCTION", True),
    ("/*/*/ FUNCTION", True),
    ("/**/ FUNCTION", True),
    ("// x\r // FUNCTION", False),
    ("/*/ FUNCTION */", False),
    ("/* \r FUNCTION */", False),
    ("// x\t FUNCTION", False),
]


@pytest.mark.parametrize(("text", "is_code"), COMMENTS)
def test_a_comment_ends_where_the_compiler_ends_it(text, is_code):
    code = "contract C { " + text.replace("FUNCTION", "function f() public { }") + "\n}"
    assert [f.name for f in of(Function, code)] == (["f"] if is_code else [])
    assert ("function f()" in without_comments(code)) is is_code
    assert ("function f" in normalised(code)) is is_code


def test_an_expression_goes_on_behind_a_carriage_return():
    code = "contract C { function f() public { x = a + // b\r g(1);\n } }"
    assert [call.callee.name for call in of(Call, code)] == ["g"]


def test_blanked_comments_leave_every_carriage_return_where_it_was():
    code = "a; // b\r\nc; // d\re; /* f\r */"
    assert without_comments(code) == "a;     \r\nc;     \re;     \r   "
    assert [code[start:end] for start, end in comments(code)] == ["// b", "// d", "/* f\r */"]
