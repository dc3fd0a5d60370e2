"""What outsiders can do to a contract."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solvet import wire
from solvet.domain.surface import PowerKind, Surface
from solvet.solidity.surface import MAX_CONTRACTS, surface_of


def contract(members, *, bases="", more="", imports=None):
    found = surface_of(f"contract A{bases} {{ {members} }}\n{more}", imports or {})
    return found.contracts[0]


def entry(members, **given):
    return contract(members, **given).entry_points[0]


@pytest.mark.parametrize(
    ("parameters", "signature"),
    [
        ("uint a, int b, byte c", "f(uint256,int256,bytes1)"),
        ("address payable a, IFace b, A c", "f(address,address,address)"),
        ("E e, T t, S calldata s", "f(uint8,uint128,(uint256,bool[2]))"),
        ("S[] memory a, uint[N] memory b", "f((uint256,bool[2])[],uint256[3])"),
        ("Elsewhere e", "f(Elsewhere)"),
    ],
)
def test_a_signature_has_the_types_of_its_selector(parameters, signature):
    more = "interface IFace {} enum E { X } type T is uint128; uint constant N = 3;"
    more += "struct S { uint a; bool[2] b; }"
    assert entry(f"function f({parameters}) external {{}}", more=more).signature == signature


def test_fallback_and_receive_are_entry_points():
    found = contract("receive() external payable {} fallback(bytes calldata) external {}")
    assert [e.signature for e in found.entry_points] == ["receive()", "fallback()"]


def test_internal_functions_constructors_and_interfaces_are_no_entry_points():
    found = contract("constructor() {} function g(uint a) internal {}", more="interface I {}")
    assert found.entry_points == ()
    assert found.internal == ("g(uint256)",)


@pytest.mark.parametrize(
    ("members", "access"),
    [
        ("function f() external {}", "anyone"),
        ("function f() external onlyOwner {}", "onlyOwner"),
        ("function f() external onlyRole(MINTER) {}", "onlyRole(MINTER)"),
        ("address o; function f() external { require(msg.sender == o); }", "msg.sender == o"),
        ("address o; function f() external { if (msg.sender != o) revert(); }", "msg.sender == o"),
        ("address o; modifier m() { require(o == msg.sender); _; } function f() public m {}", "m"),
        ("modifier onlyOwner() { _; } function f() external onlyOwner {}", "anyone"),
        ("mapping(address => bool) k; function f() external { require(k[msg.sender]); }",
         "k[msg.sender]"),
        ("function f() external initializer {}", "anyone"),
        ("function f() external { require(payable(msg.sender).send(1)); }", "anyone"),
        ("mapping(address => uint) p; function f() external { require(p[msg.sender] == 0); }",
         "anyone"),
    ],
)  # fmt: skip
def test_access_is_what_stands_in_the_way(members, access):
    assert entry(members).access == access


def test_a_guard_knows_its_line_and_its_role():
    found = contract("address boss;\nfunction f() external {\nrequire(msg.sender == boss); }")
    (guard,) = found.entry_points[0].guards
    assert (guard.line, guard.role, found.roles) == (3, "boss", ("boss",))


def test_a_lock_is_recognised_by_name_and_by_what_it_does():
    named = entry("function f() external nonReentrant {}")
    flag = "bool on; modifier once() { require(!on); on = true; _; on = false; }"
    done = entry(flag + "uint x; function f() external once { x = 1; }")
    assert (named.locks, done.locks) == (("nonReentrant",), ("on",))


def test_an_initialiser_is_recognised_by_modifier_and_by_name():
    guarded = entry("function start() external reinitializer(2) {}")
    open_one = entry("uint x; function initialize() external { x = 1; }")
    assert (guarded.initialiser, guarded.once) == (True, "reinitializer(2)")
    assert (open_one.initialiser, open_one.once) == (True, "")


@pytest.mark.parametrize(
    ("statement", "kind", "text"),
    [
        ('t.call{value: 1}("");', PowerKind.LOW_LEVEL_CALL, "t.call{value: …}(…)"),
        ('t.delegatecall("");', PowerKind.DELEGATECALL, "t.delegatecall(…)"),
        ('t.staticcall("");', PowerKind.STATICCALL, "t.staticcall(…)"),
        ("payable(t).transfer(1);", PowerKind.PAYMENT, "payable(t).transfer(…)"),
        ("selfdestruct(payable(t));", PowerKind.SELFDESTRUCT, "selfdestruct(payable(t))"),
        ("assembly { sstore(0, add(1, 2)) }", PowerKind.ASSEMBLY, "assembly: add sstore"),
    ],
)
def test_operations_come_with_their_kind(statement, kind, text):
    (power,) = contract(f"function f(address t) external {{ {statement} }}").powers
    assert (power.kind, power.text, power.where) == (kind, text, "A.f")


def test_a_delegatecall_in_assembly_and_in_a_library_in_use_is_seen():
    library = "library L { function go(address t) internal { assembly { pop(delegatecall(0,t,0,0,0,0)) } } }"  # noqa: E501
    found = contract("function f(address t) external { L.go(t); }", more=library)
    assert PowerKind.DELEGATECALL in {power.kind for power in found.powers}


def test_inherited_entry_points_belong_to_the_heir():
    imports = {"b.sol": "contract B { uint x; function g() public { x = 1; } }"}
    assert entry("", bases=" is B", imports=imports).signature == "g()"


@pytest.mark.parametrize(
    ("bases", "members"),
    [
        (" is OwnableUpgradeable", ""),
        (" is Initializable", ""),
        (" is UUPSUpgradeable", ""),
        ("", "uint256[50] private __gap;"),
        ("", "function initialize() external initializer {}"),
        ("", "/// @custom:storage-location erc7201:a.b\nstruct S { uint a; }"),
    ],
)
def test_a_contract_behind_a_proxy_is_recognised(bases, members):
    assert contract(members, bases=bases).upgradeable
    assert not contract("uint a;", bases=" is Ownable").upgradeable


def test_there_are_never_more_contracts_than_are_allowed_and_it_is_said():
    found = surface_of("contract A {}\n" * (MAX_CONTRACTS + 1), {})
    assert (len(found.contracts), found.cut) == (MAX_CONTRACTS, True)


def test_a_surface_survives_being_stored():
    code = "contract A is B { struct S { uint a; } S s; function f() external onlyOwner {} }"
    found = surface_of(code, {})
    assert wire.decode(Surface, wire.encode(found)) == found


PIECES = ["contract A", "is", "B", "{", "}", "uint a;", "struct S", "S s;", "[", "N", "]", "layout",
          "at", "function f", "(", ")", "mapping(", "=>", "external", "modifier m", "_;", "enum E",
          "assembly", "delegatecall", ".", "\u0000", "é", "type T is", "m", ";"]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=40))
def test_no_text_makes_it_fail(pieces):
    text = " ".join(pieces)
    surface_of(text, {"b.sol": text[::-1]})
