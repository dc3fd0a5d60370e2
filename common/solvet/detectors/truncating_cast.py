"""`truncating-cast`: a number that changes as its type does."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Reference, Rule, Scope, cwe, swc
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.guards import is_restricted
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Assign, Binary, Call, Declare, Expr, If, Name
from solvet.solidity.numbers import integer, integer_of
from solvet.solidity.queries import called_name
from solvet.solidity.source import statement_of
from solvet.solidity.storage import storage_of
from solvet.solidity.taint import parameters_in

RULE = Rule(
    name="truncating-cast",
    title="A cast can change the number",
    category=Category.ARITHMETIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    what=(
        "Finds a number the caller provides, cast to a type that does not hold all its values and "
        "then stored, where no condition in the function looks at it."
    ),
    why=(
        "A cast drops the high bits, or turns a large number negative, without reverting, in 0.8 "
        "too: what is stored is not what was paid or checked."
    ),
    how="Use SafeCast, or compare the number with the limit of the type first.",
    limits=(
        "Any condition on the number counts as a check. Casts whose result is not stored in the "
        "same function are not reported."
    ),
    references=(
        swc(101),
        cwe(197),
        Reference(
            "conversions",
            "https://docs.soliditylang.org/en/latest/types.html#explicit-conversions",
        ),
    ),
    bad="""\
pragma solidity 0.8.30;

contract Locks {
    mapping(address => uint64) private until;

    function lock(uint256 time) external {
        until[msg.sender] = uint64(time);
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Locks {
    mapping(address => uint64) private until;

    function lock(uint256 time) external {
        require(time <= type(uint64).max, "too late");
        until[msg.sender] = uint64(time);
    }
}
""",
)

_CHECKS = frozenset({"require", "assert"})
_MASKS = frozenset({"&", "%", ">>", "/"})


def _check(node: Call, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    to = integer(called_name(node)) if isinstance(node.callee, Name) else None
    if function is None or to is None or len(node.arguments) != 1 or not _is_exposed(function):
        return
    value = node.arguments[0]
    given = integer_of(value, function)
    if given is None or to.holds(given) or _is_masked(value):
        return
    chosen = sorted(parameters_in(value, function))
    if not chosen or _is_looked_at(chosen, function) or not _is_stored(node, function):
        return
    yield Hit(
        node=node,
        message=f"`{scope.code(node)}` is another number if `{chosen[0]}` does not fit.",
        recommendation="Use SafeCast, or compare with the limit of the type first.",
    )


def _is_exposed(function: FunctionModel) -> bool:
    contract = function.contract
    deployed = contract is not None and contract.node.kind == "contract"
    acts = deployed and function.is_entry_point and not function.is_read_only
    return acts and not is_restricted(function)


def _is_masked(value: Expr) -> bool:
    return isinstance(value, Binary) and value.operator in _MASKS


def _is_looked_at(names: list[str], function: FunctionModel) -> bool:
    """Whether a condition mentions one of the parameters."""
    return not function.derived(_looked_at).isdisjoint(names)


def _looked_at(function: FunctionModel) -> frozenset[str]:
    found = (parameters_in(condition, function) for condition in _conditions(function))
    return frozenset().union(*found)


def _conditions(function: FunctionModel) -> Iterator[Expr]:
    for branch in function.source.inside(function.node, If):
        yield branch.condition
    for call in function.source.inside(function.node, Call):
        if called_name(call) in _CHECKS and call.arguments:
            yield call.arguments[0]


def _is_stored(cast: Call, function: FunctionModel) -> bool:
    """Whether the statement writes to state, or the local it sets is written there."""
    statement = statement_of(cast)
    if any(_writes_state(a, function) for a in function.source.inside(statement, Assign)):
        return True
    if not isinstance(statement, Declare):
        return False
    kept = {variable.name for variable in statement.variables if variable is not None}
    return not function.derived(_stored_names).isdisjoint(kept)


def _stored_names(function: FunctionModel) -> frozenset[str]:
    """Names in the values that are written to state."""
    return frozenset(
        name.name
        for assign in function.source.inside(function.node, Assign)
        if _writes_state(assign, function)
        for name in function.source.inside(assign.value, Name)
    )


def _writes_state(assign: Assign, function: FunctionModel) -> bool:
    return bool(storage_of(function).written(assign.target))


DETECTOR = Detector(rule=RULE, visits=(Call,), check=_check)
