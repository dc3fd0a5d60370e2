"""What a change does to the attack surface and to the storage layout."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solvet.domain.layout import Fate
from solvet.domain.surface_change import Aspect, Turn, Weight
from solvet.domain.surface_diff import compare
from solvet.solidity.surface import surface_of

UPGRADEABLE = " is Initializable"
INITIALIZABLE = {"i.sol": "abstract contract Initializable { uint64 v; }"}


def changes(base, head, *, bases=""):
    made = (surface_of(f"contract A{bases} {{ {m} }}", INITIALIZABLE) for m in (base, head))
    return compare(*made)


def told(base, head):
    return [(c.aspect, c.turn, c.weight) for c in changes(base, head)]


def layout_change(base, head, *, bases=UPGRADEABLE):
    about = {Aspect.LAYOUT, Aspect.LAYOUT_BREAK}
    return next((c for c in changes(base, head, bases=bases) if c.aspect in about), None)


OPEN = "uint x; function f() external { x = 1; }"
GUARDED = "uint x; function f() external onlyOwner { x = 1; }"
LOCKED = "uint x; function f() external nonReentrant { x = 1; }"
PAYABLE = "uint x; function f() external payable { x = 1; }"
INSIDE = "uint x; function f() internal { x = 1; }"
READING = "uint x; function f() external view {}"
SET_UP = GUARDED.replace("onlyOwner", "initializer")
NONE = "uint x;"
WORSE, BETTER, NEUTRAL = Weight.WORSE, Weight.BETTER, Weight.NEUTRAL


@pytest.mark.parametrize(
    ("base", "head", "aspect", "turn", "weight"),
    [
        (NONE, OPEN, Aspect.ENTRY_POINT, Turn.ADDED, WORSE),
        (OPEN, NONE, Aspect.ENTRY_POINT, Turn.REMOVED, BETTER),
        (NONE, GUARDED, Aspect.ENTRY_POINT, Turn.ADDED, NEUTRAL),
        (NONE, READING, Aspect.ENTRY_POINT, Turn.ADDED, NEUTRAL),
        (INSIDE, OPEN, Aspect.VISIBILITY, Turn.CHANGED, WORSE),
        (OPEN, INSIDE, Aspect.VISIBILITY, Turn.CHANGED, BETTER),
        (GUARDED, OPEN, Aspect.GUARD, Turn.REMOVED, WORSE),
        (OPEN, GUARDED, Aspect.GUARD, Turn.ADDED, BETTER),
        (GUARDED, GUARDED.replace("only", "onlyNew"), Aspect.GUARD, Turn.CHANGED, NEUTRAL),
        (LOCKED, OPEN, Aspect.LOCK, Turn.REMOVED, WORSE),
        (OPEN, LOCKED, Aspect.LOCK, Turn.ADDED, BETTER),
        (OPEN, PAYABLE, Aspect.PAYABLE, Turn.CHANGED, WORSE),
        (PAYABLE, OPEN, Aspect.PAYABLE, Turn.CHANGED, BETTER),
        (READING, OPEN, Aspect.MUTABILITY, Turn.CHANGED, WORSE),
        (SET_UP, OPEN, Aspect.INITIALISER, Turn.CHANGED, WORSE),
        (NONE, OPEN.replace(" f()", " initialize()"), Aspect.INITIALISER, Turn.ADDED, WORSE),
    ],
)  # fmt: skip
def test_a_change_is_told_with_its_direction(base, head, aspect, turn, weight):
    assert (aspect, turn, weight) in told(base, head)


@pytest.mark.parametrize(
    ("body", "aspect"),
    [
        ('t.delegatecall("");', Aspect.DELEGATECALL),
        ("selfdestruct(payable(t));", Aspect.SELFDESTRUCT),
        ('t.call("");', Aspect.LOW_LEVEL_CALL),
        ("assembly { sstore(0, 1) }", Aspect.ASSEMBLY),
    ],
)
def test_a_new_dangerous_operation_makes_it_worse_and_its_end_better(body, aspect):
    base, head = (f"function f(address t) external {{ {b} }}" for b in ("", body))
    assert (aspect, Turn.ADDED, WORSE) in told(base, head)
    assert (aspect, Turn.REMOVED, BETTER) in told(head, base)


def test_a_guard_that_is_only_written_otherwise_is_no_change():
    plain = "address o; function f() external { require(msg.sender == o); }"
    other = "address o; function f() external { if (msg.sender != o) revert(); }"
    modifier = "address o; modifier m() { require(msg.sender == o); _; } function f() external m {}"
    assert told(plain, other) == []
    assert all(aspect is Aspect.ROLE for aspect, _, _ in told(plain, modifier))


def test_an_operation_that_moved_to_another_function_is_no_change():
    base = 'function a(address t) internal { t.call(""); }'
    assert told(base, base.replace(" a(", " b(")) == []


def test_a_new_role_and_a_contract_that_came_are_told():
    assert (Aspect.ROLE, Turn.ADDED, NEUTRAL) in told(OPEN, GUARDED)
    (change,) = compare(None, surface_of(f"contract A {{ {OPEN} }}", {}))
    assert (change.aspect, change.turn, change.weight) == (Aspect.CONTRACT, Turn.ADDED, WORSE)
    assert "f()" in change.after


def test_what_an_abstract_contract_shares_with_its_heir_is_told_once():
    def code(members):
        return surface_of(f"abstract contract B {{ {members} }} contract A is B {{}}", {})

    (change,) = (c for c in compare(code(NONE), code(OPEN)) if c.aspect is Aspect.ENTRY_POINT)
    assert change.contract == "A"


@pytest.mark.parametrize(
    ("base", "head", "fate"),
    [
        ("uint a; uint b;", "uint n; uint a; uint b;", Fate.MOVED),
        ("uint a; uint b;", "uint b; uint a;", Fate.MOVED),
        ("uint a; uint b;", "uint b;", Fate.MOVED),
        ("uint a; uint b;", "uint a;", Fate.REMOVED),
        ("uint a; uint b;", "uint a; int b;", Fate.RETYPED),
        ("uint a; uint128 b;", "uint a; uint64 b;", Fate.RETYPED),
        ("uint a; uint b;", "uint a; address c;", Fate.REPLACED),
        ("mapping(address => uint) m;", "mapping(bytes32 => uint) m;", Fate.RETYPED),
        ("struct S { uint a; } S s; uint z;", "struct S { uint a; uint b; } S s; uint z;",
         Fate.MOVED),
        ("struct S { uint a; } S[] s;", "struct S { uint a; uint b; } S[] s;", Fate.RETYPED),
        ("uint a; uint[49] __gap;", "uint a; uint b; uint[49] __gap;", None),
        ("/// @custom:storage-location erc7201:x.y\nstruct S { uint a; }",
         "/// @custom:storage-location erc7201:x.y\nstruct S { uint n; uint a; }", Fate.MOVED),
    ],
)  # fmt: skip
def test_a_break_is_an_alarm_where_a_proxy_may_stand_in_front(base, head, fate):
    change = layout_change(base, head)
    assert (change.aspect, change.weight) == (Aspect.LAYOUT_BREAK, WORSE)
    assert fate is None or change.layout.count(fate)
    plain = layout_change(base, head, bases="")
    assert "gap" in base or "erc7201" in base or plain.aspect is Aspect.LAYOUT


@pytest.mark.parametrize(
    ("base", "head", "fate"),
    [
        ("uint a;", "uint a; uint b;", Fate.ADDED),
        ("uint128 a;", "uint128 a; uint128 b;", Fate.ADDED),
        ("uint a;", "uint renamed;", Fate.RENAMED),
        ("uint a; uint[50] __gap;", "uint a; uint b; uint[49] __gap;", Fate.ADDED),
        ("uint a; uint[50] __gap;", "uint a; bool b; bool c; uint[49] __gap;", Fate.ADDED),
        ("struct S { uint a; } mapping(uint => S) m;",
         "struct S { uint a; uint b; } mapping(uint => S) m;", Fate.EXTENDED),
    ],
)  # fmt: skip
def test_a_layout_that_old_state_fits_is_only_noted(base, head, fate):
    change = layout_change(base, head)
    assert (change.aspect, change.weight) == (Aspect.LAYOUT, NEUTRAL)
    assert change.layout.count(fate)
    assert not change.layout.broken


@pytest.mark.parametrize(
    ("base", "head"),
    [
        ("uint a;", "uint256 a;"),
        ("address a;", "address payable a;"),
        ("enum E { A } E e;", "enum E { A, B } E e;"),
        ("uint a;", "uint a; uint constant N = 1; uint immutable i = 2;"),
        ("mapping(address => uint) m;", "mapping(address who => uint256 amount) m;"),
    ],
)
def test_what_is_stored_alike_is_no_change(base, head):
    assert layout_change(base, head) is None


def test_an_order_of_bases_that_changed_moves_what_they_hold():
    more = " contract X { uint x; } contract Y { uint y; }"
    base = surface_of("contract A is Initializable, X, Y {}" + more, INITIALIZABLE)
    head = surface_of("contract A is Initializable, Y, X {}" + more, INITIALIZABLE)
    aspects = {c.aspect for c in compare(base, head)}
    assert aspects == {Aspect.LAYOUT_BREAK, Aspect.BASES}


def test_an_abstract_base_that_grows_moves_its_heirs():
    code = "abstract contract A is Initializable {{ uint a; {} }}"
    sides = (surface_of(code.format(more), INITIALIZABLE) for more in ("", "bool b;"))
    (change,) = compare(*sides)
    assert (change.aspect, change.layout.shifted) == (Aspect.LAYOUT_BREAK, True)


def test_behind_the_same_unknown_base_variables_are_compared_all_the_same():
    moved = layout_change("uint a; uint b;", "uint b; uint a;", bases=" is OwnableUpgradeable")
    assert moved.aspect is Aspect.LAYOUT_BREAK
    assert moved.layout.unknown == ("OwnableUpgradeable",)


def test_where_an_unknown_base_came_nothing_is_claimed():
    base = surface_of("contract A is XUpgradeable { uint a; }", {})
    head = surface_of("contract A is XUpgradeable, Y { uint a; }", {})
    (change,) = (c for c in compare(base, head) if c.aspect is not Aspect.BASES)
    assert (change.aspect, change.weight) == (Aspect.LAYOUT, WORSE)
    assert not change.layout.comparable
    assert not change.layout.broken


MEMBERS = st.lists(
    st.sampled_from(
        [
            OPEN[8:],
            GUARDED[8:],
            LOCKED[8:],
            PAYABLE[8:],
            INSIDE[8:],
            "uint a;",
            "bool b;",
            "X x;",
            "uint[9] __gap;",
            "function g(address t) external { t.delegatecall(''); }",
            "struct S { uint a; } S s;",
            "mapping(uint => uint) m;",
        ]
    ),
    max_size=6,
    unique=True,
)
SURFACES = st.builds(
    lambda members, bases: surface_of(f"contract A{bases} {{ {' '.join(members)} }}", {}),
    MEMBERS,
    st.sampled_from(["", " is B", " is B, CUpgradeable"]),
)
OPPOSITE = {Turn.ADDED: Turn.REMOVED, Turn.REMOVED: Turn.ADDED, Turn.CHANGED: Turn.CHANGED}


@given(SURFACES)
def test_a_surface_compared_with_itself_shows_nothing(surface):
    assert compare(surface, surface) == ()


@given(SURFACES | st.none(), SURFACES | st.none())
def test_what_one_direction_adds_the_other_removes(one, other):
    there = Counter((c.aspect, c.turn, c.subject) for c in compare(one, other))
    back = Counter((c.aspect, OPPOSITE[c.turn], c.subject) for c in compare(other, one))
    layouts = {Aspect.LAYOUT, Aspect.LAYOUT_BREAK}
    assert {k: n for k, n in there.items() if k[0] not in layouts} == {
        k: n for k, n in back.items() if k[0] not in layouts
    }
