"""Expressions bind as the language says, whatever the grammar makes of them."""

import pytest

from solvet.solidity.expressions import read
from solvet.solidity.nodes import (
    Assign,
    Binary,
    Call,
    Conditional,
    Index,
    Literal,
    Member,
    Name,
    New,
    Opaque,
    Tuple,
    Unary,
)


def shape(node):
    """The tree in brackets: every operation in its own pair."""
    return "" if node is None else SHAPES[type(node)](node)


def shapes(nodes):
    return ",".join(map(shape, nodes))


def call(node):
    given = ",".join(f"{option.name}:{shape(option.value)}" for option in node.options)
    options = "{" + given + "}" if given else ""
    return f"{shape(node.callee)}{options}({shapes(node.arguments)})"


def index(node):
    upto = f":{shape(node.upto)}" if node.upto else ""
    return f"{shape(node.base)}[{shape(node.index_)}{upto}]"


SHAPES = {
    Name: lambda node: node.name,
    Literal: lambda node: node.text,
    New: lambda node: f"new {node.type}",
    Member: lambda node: f"{shape(node.object)}.{node.member}",
    Index: index,
    Call: call,
    Unary: lambda node: f"({node.operator} {shape(node.operand)})",
    Binary: lambda node: f"({shape(node.left)} {node.operator} {shape(node.right)})",
    Assign: lambda node: f"({shape(node.target)} {node.operator} {shape(node.value)})",
    Conditional: lambda n: f"({shape(n.condition)} ? {shape(n.then)} : {shape(n.other)})",
    Tuple: lambda node: f"<{shapes(node.items)}>",
    Opaque: lambda node: "opaque",
}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("!a.send(1)", "(! a.send(1))"),
        ("a + b.c()", "(a + b.c())"),
        ("a - b - c", "((a - b) - c)"),
        ("a ** b ** c", "(a ** (b ** c))"),
        ("-a * b + c", "(((- a) * b) + c)"),
        ("a || b && c == d", "(a || (b && (c == d)))"),
        ("a == b & c", "(a == (b & c))"),
        ("a < b << 1", "(a < (b << 1))"),
        ("x = y += 1", "(x = (y += 1))"),
        ("a ? b : c ? d : e", "(a ? b : (c ? d : e))"),
        ("(a + b) * c", "((a + b) * c)"),
        ("(, a) = f()", "(<,a> = f())"),
        ("delete a[1].b", "(delete a[1].b)"),
        ("a[i++]", "a[(++ i)]"),
        ("f{value: 1, gas: 2}(x)", "f{value:1,gas:2}(x)"),
        ("a.call.value(1).gas(2)(x)", "a.call{value:1,gas:2}(x)"),
        ("a.call.value(1)", "a.call.value(1)"),
        ("f({b: 2, a: 1})", "f(2,1)"),
        ("new A{salt: s}(1)", "new A{salt:s}(1)"),
        ("new uint256[](3)", "new uint256[](3)"),
        ("abi.decode(d, (uint256[], address))", "abi.decode(d,<uint256[],address>)"),
        ("d[1:]", "d[1]"),
        ("d[:4]", "d[:4]"),
        ("1 ether + 0x1F", "(1 ether + 0x1F)"),
        ("1.5e10", "1.5e10"),
        ('"a" "b"', '"a" "b"'),
        ('unicode"ä"', 'unicode"ä"'),
        ("a /* b */ + // c\n d", "(a + d)"),
        ("address payable", "address"),
        ("type(uint256).max", "type(uint256).max"),
        ("[a, b]", "<a,b>"),
    ],
)
def test_an_expression_binds_as_the_language_says(code, expected):
    assert shape(read(code, 0, len(code))) == expected


@pytest.mark.parametrize("code", ["", "a +", "a b", ")", "a.(", "f(a", "a ? b", "{", "(" * 500])
def test_what_is_no_expression_is_opaque(code):
    assert shape(read(code, 0, len(code))) == "opaque"


def test_offsets_are_those_of_the_whole_text():
    text = "x = a + b.c();"
    node = read(text, 4, 13)
    assert text[node.start : node.end] == "a + b.c()"
