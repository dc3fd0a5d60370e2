"""`idle-guard`: a modifier that guards in name only."""

import re
from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.callers import is_caller_examined
from solvet.solidity.declarations import Function
from solvet.solidity.effects import Effects, Kind
from solvet.solidity.flow import effects_of
from solvet.solidity.guards import guard_variables, is_caller
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Assembly, Binary, Call, Expr, Name, Unary
from solvet.solidity.queries import called_name
from solvet.solidity.signatures import recoveries

RULE = Rule(
    name="idle-guard",
    title="Guard that lets the wrong ones through",
    category=Category.ACCESS_CONTROL,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    what=(
        "Finds modifiers named for those they let through (`onlyOwner`, `onlyMinter`, `auth`…) "
        "that do not look at the caller at all, or that refuse exactly the owner."
    ),
    why="Every function they stand on is open to everybody, and looks as if it were not.",
    how="Require that the caller is the owner, or has the role.",
    limits="Modifiers whose names speak of a time, a state or a contract are not judged.",
    references=(swc(105), cwe(863)),
    bad="""\
pragma solidity 0.8.30;

contract Box {
    address private immutable owner = msg.sender;
    uint256 public value;

    modifier onlyOwner() {
        require(msg.sender != owner, "not the owner");
        _;
    }

    function set(uint256 next) external onlyOwner {
        value = next;
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Box {
    address private immutable owner = msg.sender;
    uint256 public value;

    modifier onlyOwner() {
        require(msg.sender == owner, "not the owner");
        _;
    }

    function set(uint256 next) external onlyOwner {
        value = next;
    }
}
""",
)

_NAME = re.compile(
    r"only_?(?:the_?)?(?:owner|admin|minter|govern\w+|operator|keeper|manager|controller|creator"
    r"|authori[sz]ed|auth|deployer|guardian|pauser|role|whitelisted)s?|auth|authori[sz]ed"
    r"|is_?owner|owner_?only|is_?admin|restricted",
    re.IGNORECASE,
)


def _check(node: Function, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    if function is None or not function.is_modifier or _NAME.fullmatch(node.name) is None:
        return
    refused = _refused_owner(effects_of(function), function)
    if refused or _looks_at_nobody(function):
        says = f"refuses `{refused}` and lets all others" if refused else "lets everybody"
        yield Hit(
            node=node,
            message=f"`{node.name}` {says} through.",
            recommendation="Require that the caller is the one the name speaks of.",
        )


def _looks_at_nobody(function: FunctionModel) -> bool:
    """Whether nothing in it could tell one caller from another."""
    body = function.node.body
    if body is None or not body.statements or is_caller_examined(function):
        return False
    effects = effects_of(function)
    if not any(True for _ in effects.of(Kind.BODY)) or recoveries(function):
        return False
    if any(True for _ in effects.of(Kind.INSIDE, Kind.CALL)):
        return False
    parts = function.source.inside(body, Expr)
    if any(is_caller(part, function) or _asks(part) for part in parts):
        return False
    return not any(True for _ in function.source.inside(body, Assembly))


def _asks(part: Expr) -> bool:
    """Whether it is a call other than the check itself."""
    return isinstance(part, Call) and called_name(part) not in {"require", "assert"}


def _refused_owner(effects: Effects, function: FunctionModel) -> str:
    """The owner whom, alone, the modifier refuses; '' if it does not."""
    contract = function.contract
    owners = guard_variables(contract) if contract is not None else frozenset()
    for effect in effects.of(Kind.BODY):
        conditions = [(c, holds) for c, holds, _ in effects.checks_before(effect)]
        if len(conditions) != 1:
            continue
        condition, holds = conditions[0]
        for name in _unequal(condition, function, holds=holds):
            if name in owners:
                return name
    return ""


def _unequal(condition: Expr, function: FunctionModel, *, holds: bool) -> Iterator[str]:
    """What the caller is not, if the condition says no more than that."""
    while isinstance(condition, Unary) and condition.operator == "!":
        condition, holds = condition.operand, not holds
    if not isinstance(condition, Binary) or condition.operator not in {"==", "!="}:
        return
    if (condition.operator == "==") == holds:
        return
    sides = (condition.left, condition.right)
    for side, other in (sides, sides[::-1]):
        if is_caller(side, function) and isinstance(other, Name):
            yield other.name


DETECTOR = Detector(rule=RULE, visits=(Function,), check=_check)
