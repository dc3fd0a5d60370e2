"""`unbounded-loop`: a loop that anybody can make longer."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.detectors.unprotected_function import is_open
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.declarations import Function
from solvet.solidity.effects import Effect, Effects, Kind
from solvet.solidity.flow import effects_of, own_effects
from solvet.solidity.growth import growing_arrays
from solvet.solidity.model import ContractModel, FunctionModel
from solvet.solidity.nodes import Binary, Declare, Expr, Jump, Literal, Loop, Member, Name, Return
from solvet.solidity.storage import storage_of
from solvet.solidity.taint import origins

RULE = Rule(
    name="unbounded-loop",
    title="Anybody can make a loop too long to run",
    category=Category.DENIAL_OF_SERVICE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    what=(
        "Finds a loop over the whole of a state array to which anybody can add, in a function "
        "that changes state."
    ),
    why=(
        "Whoever adds enough elements makes the loop need more gas than a block has. What the "
        "function does can then never be done again."
    ),
    how="Work through the array in parts, keep a running sum, or limit the array's length.",
    limits=(
        "An array with any condition on its length is taken to be limited. Loops that can be left "
        "early, and loops in view functions that no other function uses, are not reported; "
        "payments in loops come as `transfer-in-loop`."
    ),
    references=(swc(128), cwe(834)),
    bad="""\
pragma solidity 0.8.30;

contract Votes {
    address[] private voters;
    mapping(address => uint256) private weight;
    uint256 public total;

    function join() external payable {
        voters.push(msg.sender);
        weight[msg.sender] += msg.value;
    }

    function close() external {
        for (uint256 i = 0; i < voters.length; i++) {
            total += weight[voters[i]];
        }
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Votes {
    address[] private voters;
    mapping(address => uint256) private weight;
    uint256 public total;

    function join() external payable {
        voters.push(msg.sender);
        weight[msg.sender] += msg.value;
        total += msg.value;
    }

    function close(uint256 from, uint256 to) external view returns (uint256 sum) {
        for (uint256 i = from; i < to; i++) {
            sum += weight[voters[i]];
        }
    }
}
""",
)


_LIMITS = frozenset({"<", "<=", ">", ">="})


def _check(_: Function, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    if function is None or function.contract is None or not is_open(function):
        return
    effects = effects_of(function)
    if not any(e.loops for e in effects.ordered) or not any(effects.of(Kind.WRITE, Kind.CALL)):
        return
    growing = growing_arrays(function.contract)
    for loop, effect in _loops(effects):
        where = effect.function
        array = next(iter(_bounds(loop, where) & growing), "")
        if not array or not scope.source.owns(loop) or _pays(loop, effects):
            continue
        if _can_be_left(loop, where) or _is_limited(array, function):
            continue
        yield Hit(
            node=loop.condition or loop,
            message=(
                f"Anybody can add to `{array}`, until this loop needs more gas than a block has."
            ),
            recommendation=f"Work through `{array}` in parts, or limit its length.",
        )


def _loops(effects: Effects) -> Iterator[tuple[Loop, Effect]]:
    """Each loop once, with an effect in it."""
    seen: set[int] = set()
    for effect in effects.ordered:
        for loop in effect.loops:
            if id(loop) not in seen and _stands_in(loop, effect.function):
                seen.add(id(loop))
                yield loop, effect


def _stands_in(loop: Loop, function: FunctionModel) -> bool:
    """Whether it is the function's own loop, not one around a call of it."""
    node = function.node
    inside = node.index < loop.index < node.last
    return inside and function.source.nodes[loop.index] is loop


def _bounds(loop: Loop, function: FunctionModel) -> frozenset[str]:
    """State arrays whose length the loop's condition compares something with."""
    if not isinstance(loop.condition, Binary) or loop.keyword == "do":
        return frozenset()
    storage = storage_of(function)
    names: set[str] = set()
    for side in (loop.condition.left, loop.condition.right):
        if _length_of(side):
            names.add(storage.variable(_length_of(side)))
        elif isinstance(side, Name) and side.name in function.derived(_lengths):
            names |= {storage.variable(n) for n in origins(side, function)}
    return frozenset(names - {""})


def _lengths(function: FunctionModel) -> frozenset[str]:
    """Locals that are declared as some `a.length`."""
    declared = function.source.inside(function.node, Declare)
    measured = (d.variables[0] for d in declared if d.value and _length_of(d.value))
    return frozenset(variable.name for variable in measured if variable is not None)


def _length_of(expression: Expr) -> str:
    """`a` of `a.length`; '' of anything else."""
    is_length = isinstance(expression, Member) and expression.member == "length"
    array = expression.object if isinstance(expression, Member) and is_length else None
    return array.name if isinstance(array, Name) else ""


def _pays(loop: Loop, effects: Effects) -> bool:
    """Whether ether goes out in the loop, which is another rule's business."""
    return any(loop in effect.loops and call.value is not None for effect, call in effects.calls())


def _can_be_left(loop: Loop, function: FunctionModel) -> bool:
    jumps = (jump.keyword == "break" for jump in function.source.inside(loop, Jump))
    return any(jumps) or any(function.source.inside(loop, Return))


def _is_limited(array: str, function: FunctionModel) -> bool:
    """Whether any condition of the contract compares the array's length, loops aside."""
    contract = function.contract
    return contract is not None and array in contract.derived(_limited)


def _limited(contract: ContractModel) -> frozenset[str]:
    """Arrays whose length is compared, on the left: `a.length < MAX`, not `i < a.length`."""
    return frozenset(
        _length_of(comparison.left)
        for function in contract.functions
        for effect in own_effects(function)
        if effect.condition is not None
        for comparison in function.source.inside(effect.condition, Binary)
        if comparison.operator in _LIMITS and not _is_zero(comparison.right)
    )


def _is_zero(expression: Expr) -> bool:
    return isinstance(expression, Literal) and expression.text == "0"


DETECTOR = Detector(rule=RULE, visits=(Function,), check=_check)
