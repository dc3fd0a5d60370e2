"""Texts that are legal, or nearly so, and bigger in one direction than anybody writes."""

from collections.abc import Callable, Iterable

_HEAD = "pragma solidity 0.8.30;\n"
Monster = Callable[[int], str]


def _contract(*members: str) -> str:
    return _HEAD + "contract A {\nuint256 s; mapping(address => uint256) m;\n" + _lines(members)


def _lines(parts: Iterable[str], end: str = "}") -> str:
    return "\n".join(parts) + f"\n{end}\n"


def _body(*statements: str) -> str:
    return _contract("function f(uint256 a, address to) external {", *statements, "}")


def chain(size: int) -> str:
    """Each contract inherits from the one before, and calls it."""
    head = "contract C0 { uint256 n; function f() public virtual { n++; } }"
    links = (
        f"contract C{i} is C{i - 1} {{ uint256 v{i};\n"
        f"function g{i}(address t) external {{ super.f(); t.call(''); v{i} = n; }} }}"
        for i in range(1, size)
    )
    return _HEAD + _lines([head, *links], end="")


def fan(size: int) -> str:
    """One contract inherits from all the others."""
    bases = [f"contract B{i} {{ uint256 v{i}; function f{i}() public {{ v{i}++; }} }}"
             for i in range(size)]  # fmt: skip
    heir = f"contract A is {', '.join(f'B{i}' for i in range(size))} {{}}"
    return _HEAD + _lines([*bases, heir], end="")


def circle(size: int) -> str:
    """Contracts that inherit from each other in a circle."""
    links = (f"contract C{i} is C{(i + 1) % size} {{ uint256 v{i}; }}" for i in range(size))
    return _HEAD + _lines(links, end="")


def callers(size: int) -> str:
    """Every function calls the next ones."""
    return _contract(
        *(
            f"function f{i}(address t) public {{ s += 1; m[t] += s; "
            f"f{(i + 1) % size}(t); f{(i * 7 + 3) % size}(t); t.call(''); m[t] = 0; }}"
            for i in range(size)
        )
    )


def tree_of_calls(size: int) -> str:
    """Inlining it all would double at each step."""
    return _contract(
        *(f"function f{i}() public {{ f{i + 1}(); f{i + 1}(); s++; }}" for i in range(size)),
        f"function f{size}() public {{ s--; }}",
    )


def states(size: int) -> str:
    """State variables, each set and read by a function of its own."""
    return _contract(
        *(
            f"uint256 v{i}; function f{i}() external {{ v{i} = v{i // 2} + 1; }}"
            for i in range(size)
        )
    )


def statements(size: int) -> str:
    """One function that does everything."""
    return _body(
        *(
            f"uint256 x{i} = a + {i}; m[to] += x{i}; to.call{{value: m[to]}}('');"
            for i in range(size)
        )
    )


def checks(size: int) -> str:
    """Conditions, and a payment after each."""
    return _body(
        *(f"require(a > {i} && msg.sender != to); payable(to).send(a);" for i in range(size))
    )


def switch(size: int) -> str:
    """`else if`, each below the one before."""
    arms = (f"if (a == {i}) {{ s = {i}; to.call(''); }} else" for i in range(size))
    return _body(*arms, "{ s = 0; }")


def branches(size: int) -> str:
    """Branches, one behind the other."""
    return _body(*(f"if (a == {i}) {{ s = {i}; to.call(''); return; }}" for i in range(size)))


def modifiers(size: int) -> str:
    """A function below many modifiers."""
    heads = (f"modifier m{i}() {{ require(s > {i}); _; s = {i}; }}" for i in range(size))
    names = " ".join(f"m{i}" for i in range(size))
    return _contract(*heads, f"function f(address t) external {names} {{ t.call(''); }}")


def blocks(size: int) -> str:
    """Blocks in blocks."""
    return _body("{" * size, "s++;", "}" * size)


def loops(size: int) -> str:
    """Loops in loops."""
    return _body("for (uint256 i; i < a; i++) {" * size, "to.call('');", "}" * size)


def parentheses(size: int) -> str:
    """An expression in parentheses."""
    return _body(f"s = {'(' * size}a{')' * size};")


def sums(size: int) -> str:
    """An expression of many terms."""
    return _body(f"s = {' + '.join(f'a * {i}' for i in range(size))};")


def members(size: int) -> str:
    """An access path without end."""
    return _body(f"s = to{'.a(1)[2]' * size};")


def mappings(size: int) -> str:
    """A type in a type."""
    return _contract("mapping(uint256 => " * size + "bool" + ")" * size + " deep;")


def aliases(size: int) -> str:
    """Locals, each made of those before."""
    return _body(
        "uint256 x0 = a;", *(f"uint256 x{i} = x{i - 1} + x{i // 2};" for i in range(1, size))
    )


def libraries(size: int) -> str:
    """Libraries attached to everything."""
    made = (
        f"library L{i} {{ function f{i}(uint256 x) internal returns (uint256) {{ return x; }} }}"
        for i in range(size)
    )
    used = _lines((f"using L{i} for uint256;" for i in range(size)), end="uint256 s;")
    calls = " ".join(f"a.f{i}(); a.g{i}();" for i in range(size))
    return _HEAD + _lines(made, end="") + _body(calls).replace("uint256 s;", used)


def tables(size: int) -> str:
    """Data in braces: no Solidity, but shaped like it."""
    rows = (
        f'{{"id": {i}, "contract": "C{i}", "tags": ["a", "b"], "f": null}},' for i in range(size)
    )
    return _lines(["[", *rows], end="]")


def prose(size: int) -> str:
    """Words."""
    return "The contract says function calls may revert; import nothing if (ever).\n" * size


def unclosed(size: int) -> str:
    """Beginnings without ends."""
    return _HEAD + "contract A { function f() public { if (x) { y = (" * size


def comments(size: int) -> str:
    """Hardly any code."""
    return "/* a */ // b\n" * size + _contract() + "/* no end"


def blank(size: int) -> str:
    """Lines."""
    return "\n" * size * 50


def one_line(size: int) -> str:
    """All on one line."""
    return callers(size).replace("\n", " ")


MONSTERS: tuple[Monster, ...] = (
    chain, fan, circle, callers, tree_of_calls, states, statements, checks, switch, branches,
    modifiers, blocks, loops, parentheses, sums, members, mappings, aliases, libraries, tables,
    prose, unclosed, comments, blank, one_line,
)  # fmt: skip
