"""`missing-zero-check`: an address that must not be zero, and may be."""

import re
from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.declarations import Function
from solvet.solidity.effects import Effect, Effects, Kind
from solvet.solidity.flow import effects_of
from solvet.solidity.guards import guard_variables
from solvet.solidity.model import ContractModel, FunctionModel
from solvet.solidity.nodes import Assign, Call, Expr, Name
from solvet.solidity.queries import root_name

RULE = Rule(
    name="missing-zero-check",
    title="Zero address is accepted",
    category=Category.BEST_PRACTICE,
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    what=(
        "Finds functions and constructors that store an address parameter as the owner, or as "
        "somebody the contract calls or pays, without any condition on the parameter."
    ),
    why="A forgotten argument leaves the contract without an owner, or pays into the void.",
    how='Add `require(next != address(0), "zero address")`.',
    limits="Any condition on the parameter counts, as does handing it to another function.",
    references=(cwe(20),),
    bad="""\
pragma solidity 0.8.30;

contract Owned {
    address public owner = msg.sender;

    function hand(address next) external {
        require(msg.sender == owner, "not the owner");
        owner = next;
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Owned {
    address public owner = msg.sender;

    function hand(address next) external {
        require(msg.sender == owner, "not the owner");
        require(next != address(0), "zero address");
        owner = next;
    }
}
""",
)

_OFFERED = re.compile(r"_*(?:pending|new|next|proposed|candidate|nominee|future)", re.IGNORECASE)


def _check(node: Function, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    contract = function.contract if function is not None else None
    if function is None or contract is None or not contract.has_code or function.is_read_only:
        return
    given = {p.name for p in node.parameters if p.type in {"address", "address payable"}}
    if not given or not (function.is_entry_point or function.is_constructor):
        return
    effects = effects_of(function)
    for effect in effects.of(Kind.WRITE):
        name = _stored(effect)
        matters = effect.variable in contract.derived(_needed) - contract.derived(_offered)
        if name in given and matters and not _is_examined(name, effect, effects):
            yield Hit(
                node=effect.node,
                message=f"`{effect.variable}` may become the zero address.",
                recommendation=f"Require that `{name}` is not zero.",
            )


def _stored(effect: Effect) -> str:
    """The name that is stored as it is; '' for anything else."""
    node = effect.node
    plain = isinstance(node, Assign) and node.operator == "=" and not effect.route
    if not plain or not isinstance(node, Assign) or not isinstance(node.target, Name):
        return ""
    return node.value.name if isinstance(node.value, Name) else ""


def _needed(contract: ContractModel) -> frozenset[str]:
    """The contract's owners, and whom it calls or pays."""
    called = {
        root_name(call.target)
        for function in contract.functions
        for _, call in effects_of(function).calls()
    }
    return guard_variables(contract) | frozenset(called)


def _offered(contract: ContractModel) -> frozenset[str]:
    """Those who have yet to accept; naming nobody takes the offer back."""
    return frozenset(name for name in contract.variables if _OFFERED.match(name))


def _is_examined(name: str, effect: Effect, effects: Effects) -> bool:
    """Whether a condition or another function looks at the parameter before, or a call after."""
    for condition, _, where in effects.checks_before(effect):
        if _mentions(name, condition, where):
            return True
    for other in effects.of(Kind.INSIDE, Kind.CALL):
        call = other.node
        arguments = call.arguments if isinstance(call, Call) else ()
        if any(_mentions(name, argument, other.function) for argument in arguments):
            return True
    return False


def _mentions(name: str, node: Expr, where: FunctionModel) -> bool:
    return any(found.name == name for found in where.source.inside(node, Name))


DETECTOR = Detector(rule=RULE, visits=(Function,), check=_check)
