"""`timestamp-dependence`: an outcome that hangs on the exact second of a block."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.detectors.weak_randomness import drawn_number, is_time_only
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.effects import Kind
from solvet.solidity.flow import effects_of
from solvet.solidity.model import ContractModel, FunctionModel
from solvet.solidity.nodes import Assign, Binary, Call, Expr, Name
from solvet.solidity.queries import is_constant_number, root_name
from solvet.solidity.source import statement_of
from solvet.solidity.taint import origins

RULE = Rule(
    name="timestamp-dependence",
    title="Outcome depends on the exact time of a block",
    category=Category.TIME_MANIPULATION,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    what=(
        "Finds the block's time compared for equality, tested by its remainder, or hashed into a "
        "number."
    ),
    why="Whoever proposes a block chooses its time within seconds, and so chooses the outcome.",
    how="Compare with `<` and `>=` against periods that are long, and draw no numbers from it.",
    limits=(
        "Deadlines and periods (`block.timestamp >= start`) are not reported, however short: "
        "whether seconds matter is not visible in the code. Neither is a comparison with a time "
        "that was kept before, or that a function without arguments tells: is it this block's?"
    ),
    references=(swc(116), cwe(829)),
    bad="""\
pragma solidity 0.8.30;

contract Roulette {
    function spin() external payable {
        if (block.timestamp % 15 == 0) {
            payable(msg.sender).transfer(address(this).balance);
        }
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Savings {
    uint256 private immutable end = block.timestamp + 365 days;
    address private immutable owner = msg.sender;

    function close() external {
        require(msg.sender == owner && block.timestamp >= end, "not yet");
        payable(owner).transfer(address(this).balance);
    }
}
""",
)

_TIME = frozenset({"block.timestamp", "now"})


def _check(node: Expr, scope: Scope) -> Iterator[Hit]:
    function, contract = scope.function, scope.contract
    if function is None or contract is None or not contract.has_code:
        return
    how = _dependence(node, function)
    if how:
        yield Hit(
            node=statement_of(node),
            message=f"The outcome hangs on the exact time of the block: {how}.",
            recommendation="Use ranges of time that seconds do not change, and no draw from it.",
        )


def _dependence(node: Expr, function: FunctionModel) -> str:
    if isinstance(node, Binary) and node.operator in {"==", "!="}:
        return _equality(node, function)
    if isinstance(node, Call) and is_time_only(drawn_number(node, function)):
        return "a number is drawn from a hash of it"
    return ""


def _equality(node: Binary, function: FunctionModel) -> str:
    for side in (node.left, node.right):
        other = node.right if side is node.left else node.left
        if _is_time(side, function) and not is_constant_number(node.right):
            if _is_kept_time(other, function):
                return ""
            return "it is compared for equality"
        remainder = isinstance(side, Binary) and side.operator == "%"
        if remainder and origins(side, function) & _TIME:
            return "its remainder decides"
    return ""


def _is_kept_time(side: Expr, function: FunctionModel) -> bool:
    """Whether it is the time of an earlier block, or of this one: `now == lastUpdate`."""
    if isinstance(side, Call) and not side.arguments:
        return True
    contract = function.contract
    return contract is not None and root_name(side) in contract.derived(_times)


def _times(contract: ContractModel) -> frozenset[str]:
    """State variables that the time is put in."""
    return frozenset(
        effect.variable
        for function in contract.functions
        for effect in effects_of(function).of(Kind.WRITE)
        if isinstance(effect.node, Assign) and _is_time(effect.node.value, effect.function)
    )


def _is_time(side: Expr, function: FunctionModel) -> bool:
    """Whether it is the time itself, or a local that holds it."""
    if function.source.code(side) in _TIME:
        return True
    found = origins(side, function) if isinstance(side, Name) else frozenset()
    return bool(found) and found <= _TIME


DETECTOR = Detector(rule=RULE, visits=(Binary, Call), check=_check)
