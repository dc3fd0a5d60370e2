"""`spot-price`: a price that one trade moves."""

import re
from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Reference, Rule, Scope, cwe
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Binary, Call, Declare, Expr, Member, Name, Node, Variable
from solvet.solidity.queries import called_name
from solvet.solidity.source import enclosing
from solvet.solidity.types import locals_of

RULE = Rule(
    name="spot-price",
    title="A price is taken from a pool's present state",
    category=Category.ORACLE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    what=(
        "Finds one of a pool's balances or reserves divided by the other, and a price worked out "
        "from Uniswap 3's `slot0`."
    ),
    why=(
        "Whoever borrows enough in a flash loan trades first, uses the price, and trades back, "
        "all in one transaction."
    ),
    how="Use a price feed, or an average over time.",
    limits=(
        "Reserves are followed within one function, and only where the function or what it "
        "assigns is called a price, a rate or a value; the same holds for what a router quotes."
    ),
    references=(
        Reference(
            "Uniswap on oracles",
            "https://docs.uniswap.org/contracts/v2/concepts/core-concepts/oracles",
        ),
        cwe(807),
    ),
    bad="""\
pragma solidity 0.8.30;

interface IPair {
    function getReserves() external view returns (uint112 a, uint112 b, uint32 at);
}

contract Lender {
    IPair private pair;

    function price() public view returns (uint256) {
        (uint112 dollars, uint112 tokens,) = pair.getReserves();
        return uint256(dollars) * 1e18 / tokens;
    }
}
""",
    good="""\
pragma solidity 0.8.30;

interface IFeed {
    function average(uint256 period) external view returns (uint256);
}

contract Lender {
    IFeed private feed;

    function price() public view returns (uint256) {
        return feed.average(30 minutes) / 1e10;
    }
}
""",
)

_PRICE = re.compile(r"price|rate|worth|value|oracle|collateral", re.IGNORECASE)
_NO_PRICE = re.compile(
    r"generate|iterate|separate|strategy|invariant|migrate|operate", re.IGNORECASE
)
_QUOTES = frozenset({"quote", "getAmountOut", "getAmountsOut", "getAmountIn", "getAmountsIn"})
_SOURCES = frozenset({"getReserves", "slot0"})


def _check(node: Expr, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    if function is None or function.contract is None or not function.contract.has_code:
        return
    parts = _fraction(node)
    if parts is None:
        pool = _quoting_router(node, function)
    else:
        pool = _pool_held_by_both(*parts, function) or _pool_of_price(node, function)
    if pool:
        yield Hit(
            node=node,
            message=f"One trade with `{pool}` in the same transaction moves this price.",
            recommendation="Use a price feed, or an average over time.",
        )


def _fraction(node: Expr) -> tuple[Expr, Expr] | None:
    """What is divided by what: `a / b`, `a.div(b)` or `mulDiv(a, b, c)`."""
    match node:
        case Binary(operator="/", left=above, right=below):
            return above, below
        case Call(callee=Member(object=above, member="div"), arguments=(below,)):
            return above, below
        case Call(arguments=(first, _, below)) if called_name(node).lower().endswith("muldiv"):
            return first, below
        case _:
            return None


def _pool_held_by_both(above: Expr, below: Expr, function: FunctionModel) -> str:
    """The one account whose holdings stand above and below; '' if there is none.

    Our own holdings count where the result is called a price.
    """
    both = _holders(above, function) & _holders(below, function)
    if not _is_called_price(above, function):
        both -= {"this"}
    return next(iter(sorted(both)), "")


def _holders(part: Expr, function: FunctionModel) -> frozenset[str]:
    """Accounts whose balances a value is made of, locals looked up where they are declared."""
    found = set(_balances(part, function))
    for name in function.source.inside(part, Name):
        declared = locals_of(function).get(name.name)
        value = _value(declared)
        if value is not None:
            found.update(_balances(value, function))
    return frozenset(found)


def _value(variable: Variable | None) -> Expr | None:
    parent = variable.parent if variable is not None else None
    return parent.value if isinstance(parent, Declare) else None


def _balances(part: Expr, function: FunctionModel) -> Iterator[str]:
    """`x` of `token.balanceOf(x)` and of `x.balance`, as an address."""
    source = function.source
    for node in source.inside(part, Expr):
        if isinstance(node, Call) and called_name(node) == "balanceOf" and len(node.arguments) == 1:
            yield _address(source.code(node.arguments[0]))
        elif isinstance(node, Member) and node.member == "balance":
            yield _address(source.code(node.object))


def _address(text: str) -> str:
    return text.removeprefix("address(").removesuffix(")") if "this" not in text else "this"


def _pool_of_price(node: Expr, function: FunctionModel) -> str:
    """The pool whose reserves are part of what is called a price; '' if none is."""
    if not _is_called_price(node, function):
        return ""
    names = {name.name for name in function.source.inside(node, Name)}
    known = function.derived(_pool_values)
    return next((known[name] for name in sorted(names) if name in known), "")


def _quoting_router(node: Expr, function: FunctionModel) -> str:
    """Who is asked what a swap would bring, in a function called a price; '' if nobody is."""
    if not isinstance(node, Call) or not isinstance(node.callee, Member):
        return ""
    named = _PRICE.search(function.name) is not None and not _NO_PRICE.search(function.name)
    asked = called_name(node) in _QUOTES and function.is_read_only and named
    return function.source.code(node.callee.object) if asked else ""


def _is_called_price(node: Node, function: FunctionModel) -> bool:
    declared = enclosing(node, Declare)
    names = [v.name for v in declared.variables if v is not None] if declared else []
    names += [variable.name for variable in function.node.returns]
    return any(_PRICE.search(n) and not _NO_PRICE.search(n) for n in (function.name, *names))


def _pool_values(function: FunctionModel) -> dict[str, str]:
    """Locals that hold a reserve or `slot0`'s price, and the pool they are of."""
    return {
        variable.name: function.source.code(value.callee.object)
        for declared in function.source.inside(function.node, Declare)
        if isinstance(value := declared.value, Call)
        and isinstance(value.callee, Member)
        and called_name(value) in _SOURCES
        for variable in declared.variables
        if variable is not None
    }


DETECTOR = Detector(rule=RULE, visits=(Binary, Call), check=_check)
