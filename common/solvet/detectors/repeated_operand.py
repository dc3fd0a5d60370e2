"""`repeated-operand`: something compared with, or assigned to, itself."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.nodes import Assign, Binary, Call, Expr, Literal, New, Unary
from solvet.solidity.queries import root_name

RULE = Rule(
    name="repeated-operand",
    title="The same on both sides",
    category=Category.OTHER,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    what=(
        "Finds an assignment of a variable to itself, and a comparison, difference, quotient or "
        "logical operation whose two sides are the same."
    ),
    why=(
        "The other operand was meant: `owner = owner` in a constructor leaves the owner unset, "
        "`a == a` lets everybody through."
    ),
    how="Name what was meant; a parameter named like a state variable is a usual cause.",
    limits=(
        "Calls are left out: they may give something else the second time. So are locals set to "
        "themselves, by which some quiet the compiler."
    ),
    references=(cwe(480), cwe(570), cwe(571)),
    bad="""\
pragma solidity 0.8.30;

contract Wallet {
    address private owner;

    constructor(address owner_) {
        require(owner_ != address(0), "no owner");
        owner = owner;
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Wallet {
    address private owner;

    constructor(address owner_) {
        require(owner_ != address(0), "no owner");
        owner = owner_;
    }
}
""",
)

_OPERATORS = frozenset({"==", "!=", "<", ">", "<=", ">=", "-", "/", "%", "&&", "||"})


def _check(node: Expr, scope: Scope) -> Iterator[Hit]:
    match node:
        case Binary(operator=operator, left=left, right=right) if operator in _OPERATORS:
            pass
        case Assign(operator="=", target=left, value=right) if _is_state(left, scope):
            pass
        case _:
            return
    if _is_plain(left, scope) and _text(left, scope) == _text(right, scope):
        yield Hit(
            node=node,
            message=f"Both sides of `{scope.code(node)}` are the same.",
            recommendation="Name the operand that was meant.",
            severity=Severity.LOW if isinstance(node, Assign) else None,
        )


def _is_state(target: Expr, scope: Scope) -> bool:
    """Whether it has a state variable's name; setting a local to itself only quiets warnings."""
    return scope.contract is not None and root_name(target) in scope.contract.variables


def _is_plain(side: Expr, scope: Scope) -> bool:
    """Whether it is a variable or an entry, so that it gives the same each time."""
    return not isinstance(side, Literal) and not any(
        isinstance(part, Call | New | Unary | Assign) for part in scope.source.inside(side, Expr)
    )


def _text(side: Expr, scope: Scope) -> str:
    return "".join(scope.source.code(side).split())


DETECTOR = Detector(rule=RULE, visits=(Binary, Assign), check=_check)
