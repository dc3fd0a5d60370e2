"""`could-be-constant`: a slot for what never changes."""

import re
from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Reference, Rule, Scope
from solvet.domain.finding import Category, Confidence, Fix, Severity
from solvet.solidity.declarations import StateVariable
from solvet.solidity.effects import Kind
from solvet.solidity.flow import own_effects
from solvet.solidity.model import ContractModel
from solvet.solidity.nodes import Assembly, Binary, Expr, Literal, Unary
from solvet.solidity.types import ELEMENTARY
from solvet.solidity.versions import Version

RULE = Rule(
    name="could-be-constant",
    title="The variable never changes",
    category=Category.GAS,
    severity=Severity.INFO,
    confidence=Confidence.MEDIUM,
    what="Finds state variables that are set where they are declared, or in the constructor only.",
    why="Each read costs 2,100 gas that a `constant` or `immutable` does not.",
    how="Declare it `constant`, or `immutable` if it is known only at deployment.",
    limits=(
        "Contracts in other files that inherit a variable may change it, unless it is private. "
        "Contracts with assembly are left alone."
    ),
    references=(
        Reference(
            "constant and immutable",
            "https://docs.soliditylang.org/en/latest/contracts.html#constant-and-immutable-state-variables",
        ),
    ),
    bad="""\
pragma solidity 0.8.30;

contract Sale {
    uint256 public price = 1 ether;

    function buy() external payable {
        require(msg.value == price, "wrong price");
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Sale {
    uint256 public constant price = 1 ether;

    function buy() external payable {
        require(msg.value == price, "wrong price");
    }
}
""",
)

_IMMUTABLE: Version = (0, 6, 5)
_UNFIT = frozenset({"string", "bytes"})


def _check(node: StateVariable, scope: Scope) -> Iterator[Hit]:
    contract = scope.contract
    if contract is None or contract.node.kind != "contract" or node.constant or node.immutable:
        return
    if node.type in _UNFIT or not ELEMENTARY.match(node.type):
        return
    word = _word(node, contract)
    if not word:
        return
    name = re.compile(rf"\b{re.escape(node.name)}\s*[=;]").search(
        scope.source.text, node.start + len(node.type), node.end
    )
    span = scope.source.span_between(name.start(), name.start()) if name else None
    yield Hit(
        node=node,
        message=f"`{node.name}` never changes once the contract is deployed.",
        recommendation=f"Declare it `{word}`.",
        fix=Fix(f"Declare it {word}", span, f"{word} ") if span else None,
    )


def _word(variable: StateVariable, contract: ContractModel) -> str:
    """`constant` or `immutable`, as far as the compilers know it; '' if it changes."""
    written = contract.derived(_written)
    if written is None or variable.name in written["functions"]:
        return ""
    constructed = variable.name in written["constructors"]
    if variable.value is not None and not constructed and _is_plain(variable.value):
        return "constant"
    known = constructed or variable.value is not None
    return "immutable" if known and not contract.model.versions.may_be_before(_IMMUTABLE) else ""


def _is_plain(value: Expr) -> bool:
    """Whether the compiler knows the value."""
    match value:
        case Literal():
            return True
        case Unary(operand=operand):
            return _is_plain(operand)
        case Binary(left=left, right=right):
            return _is_plain(left) and _is_plain(right)
        case _:
            return False


def _written(contract: ContractModel) -> dict[str, frozenset[str]] | None:
    """State variables written in constructors, and elsewhere; None if assembly hides them."""
    found: dict[str, set[str]] = {"constructors": set(), "functions": set()}
    for heir in contract.heirs:
        for owner in heir.lineage:
            for function in owner.own_functions:
                if any(function.source.inside(function.node, Assembly)):
                    return None
                kind = "constructors" if function.is_constructor else "functions"
                effects = own_effects(function)
                found[kind].update(e.variable for e in effects if e.kind is Kind.WRITE)
    return {kind: frozenset(names) for kind, names in found.items()}


DETECTOR = Detector(rule=RULE, visits=(StateVariable,), check=_check)
