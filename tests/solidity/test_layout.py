"""Layouts worked out by hand from the language's documentation, and against its compiler."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solvet.solidity.surface import surface_of


def layout(code, name="C", imports=None):
    contracts = {c.name: c for c in surface_of(code, imports or {}).contracts}
    return contracts[name].layout


def places(code, name="C", imports=None):
    """Each variable with its slot and byte."""
    return [(v.name, v.slot, v.offset) for v in layout(code, name, imports).variables]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("contract C { uint a; uint b; }", [("a", 0, 0), ("b", 1, 0)]),
        (
            "contract C { uint128 a; uint64 b; uint64 c; bool d; }",
            [("a", 0, 0), ("b", 0, 16), ("c", 0, 24), ("d", 1, 0)],
        ),
        (
            "contract C { address a; bool b; bytes12 c; }",
            [("a", 0, 0), ("b", 0, 20), ("c", 1, 0)],
        ),
        (
            "contract C { bool a; string s; bytes b; bool c; bool d; }",
            [("a", 0, 0), ("s", 1, 0), ("b", 2, 0), ("c", 3, 0), ("d", 3, 1)],
        ),
        (
            "contract C { bool a; mapping(address who => uint n) m; uint[] l; bool b; }",
            [("a", 0, 0), ("m", 1, 0), ("l", 2, 0), ("b", 3, 0)],
        ),
        (
            "contract C { uint8 a; uint8[33] b; uint8 c; }",
            [("a", 0, 0), ("b", 1, 0), ("c", 3, 0)],
        ),
        (
            "contract C { uint24[11] a; bool[2][3] b; bool c; }",
            [("a", 0, 0), ("b", 2, 0), ("c", 5, 0)],
        ),
        (
            "contract C { uint constant N = 2; bool a; uint immutable i = 1; bool b; }",
            [("a", 0, 0), ("b", 0, 1)],
        ),
        (
            "contract C { uint8 a; uint transient t; bool transient u; uint8 b; }",
            [("a", 0, 0), ("b", 0, 1)],
        ),
        (
            "contract C { struct S { uint8 x; uint16 y; uint z; } bool a; S s; bool b; }",
            [("a", 0, 0), ("s.x", 1, 0), ("s.y", 1, 1), ("s.z", 2, 0), ("b", 3, 0)],
        ),
        (
            (
                "contract C { enum E { A, B } type T is uint48; E e; T t; I i; address payable p; }"
                "interface I {}"
            ),
            [("e", 0, 0), ("t", 0, 1), ("i", 0, 7), ("p", 1, 0)],
        ),
        (
            "contract C { function () external f; function (uint) internal returns (bool) g; }",
            [("f", 0, 0), ("g", 0, 24)],
        ),
        (
            "contract A { uint8 a; } contract B { uint8 b; } contract C is A, B { uint8 c; }",
            [("a", 0, 0), ("b", 0, 1), ("c", 0, 2)],
        ),
        (
            (
                "contract O { uint o; } contract A is O { uint a; } contract B is O { uint b; }"
                "contract C is A, B { uint c; }"
            ),
            [("o", 0, 0), ("a", 1, 0), ("b", 2, 0), ("c", 3, 0)],
        ),
        (
            (
                "uint constant M = 2; library L { uint constant N = 3; }"
                "contract C { uint[M ** L.N - 1] a; uint[2 * (1 + M)] b; bool c; }"
            ),
            [("a", 0, 0), ("b", 7, 0), ("c", 13, 0)],
        ),
        (
            "contract C { struct S { bool a; } S[3] s; mapping(uint => S)[][2] m; bool b; }",
            [("s", 0, 0), ("m", 3, 0), ("b", 5, 0)],
        ),
    ],
)
def test_variables_are_where_the_compiler_puts_them(code, expected):
    assert places(code) == expected


def test_the_order_of_bases_is_c3_and_not_the_order_of_a_walk():
    code = """
    contract A { uint a; } contract B { uint b; }
    contract P is A { uint p; } contract Q is B, A { uint q; }
    contract C is P, Q { uint c; }
    """
    assert [name for name, _, _ in places(code)] == ["b", "a", "p", "q", "c"]


def test_bases_and_types_are_found_in_the_files_around():
    imports = {
        "a.sol": 'import "t.sol"; contract Base { uint128 base; T.Kind kind; }',
        "t.sol": "library T { enum Kind { A } struct S { bool x; } } struct Free { bool y; }",
    }
    code = "contract C is Base { uint64 own; T.S s; Free f; }"
    expected = [("base", 0, 0), ("kind", 0, 16), ("own", 0, 17), ("s.x", 1, 0), ("f.y", 2, 0)]
    assert places(code, imports=imports) == expected


def test_what_stands_behind_an_unknown_base_is_counted_from_there():
    found = layout("contract C is Elsewhere { uint a; }")
    assert found.unknown == ("Elsewhere",)
    assert found.variables[-1].place == ("Elsewhere", 0, 0)


def test_an_unknown_type_hides_where_the_next_variable_is_and_two_are_told_apart():
    found = layout("contract C { uint a; Foo f; uint b; Foo g; uint c; }")
    assert [v.place for v in found.variables if v.size] == [
        ("", 0, 0),
        ("Foo", 0, 0),
        ("Foo (2)", 0, 0),
    ]


def test_an_unknown_type_inside_a_mapping_or_a_list_hides_nothing():
    found = layout("contract C { mapping(address => Foo) m; Foo[] l; uint a; }")
    assert found.unknown == ()
    assert found.variables[-1].place == ("", 2, 0)


def test_a_namespace_is_counted_from_a_place_of_its_own():
    found = layout("""contract C { uint a;
        /// @custom:storage-location erc7201:example.main
        struct Main { uint128 x; bool y; mapping(uint => uint) z; }
    }""")
    assert [v.name for v in found.variables] == ["a"]
    (main,) = found.namespaces
    assert main.id == "erc7201:example.main"
    assert [(v.name, v.slot, v.offset) for v in main.variables] == [
        ("x", 0, 0),
        ("y", 0, 16),
        ("z", 1, 0),
    ]


def test_a_layout_that_begins_elsewhere_is_counted_from_there():
    found = layout("contract C layout at 0x100 { uint a; }")
    assert found.variables[0].place == ("0x100", 0, 0)


@pytest.mark.parametrize(
    "code",
    [
        "contract C is C { uint a; }",
        "contract A is C {} contract C is A { uint a; }",
        (
            "contract X is A, B {} contract Y is B, A {} contract A {} contract B {}"
            "contract C is X, Y { uint a; }"
        ),
    ],
)
def test_an_order_that_cannot_be_is_said_to_be_unknown(code):
    assert layout(code).unknown


@pytest.mark.parametrize(
    "member",
    [
        "uint[2**255] a;",
        "uint[N] a; uint constant N = N;",
        "uint[9**9**9**9] a;",
        "struct S { S s; } S a;",
        "uint[0] a;",
        "uint[1/0] a;",
        "mapping(uint => " * 60 + "uint" + ")" * 60 + " a;",
        "uint" + "[2]" * 100 + " a;",
    ],
)
def test_types_that_make_no_sense_are_cut_short(member):
    found = layout(f"contract C {{ {member} uint z; }}")
    assert all(v.slot < 2**62 for v in found.variables)


def test_a_struct_of_structs_of_structs_is_bounded():
    structs = "".join(f"struct S{n} {{ S{n - 1} a; S{n - 1} b; }}" for n in range(1, 15))
    found = layout(f"contract C {{ struct S0 {{ uint a; uint b; }} {structs} S14 s; uint z; }}")
    assert found.cut
    assert len(found.variables) == 500


@given(st.lists(st.sampled_from(["uint8", "uint256", "bool", "address", "S", "uint64[3]"])))
def test_no_two_variables_overlap_and_none_is_split(types):
    members = "".join(f"{t} v{n};" for n, t in enumerate(types))
    found = layout(f"contract C {{ struct S {{ uint16 a; uint b; }} {members} }}").variables
    taken = [(v.slot * 32 + v.offset, v.slot * 32 + v.offset + v.size) for v in found]
    assert all(end <= start for (_, end), (start, _) in pairwise(taken))
    assert all(v.offset + v.size <= 32 or v.offset == 0 for v in found)
