"""`delegatecall-in-loop`: one payment, seen by every call of a batch."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Reference, Rule, Scope, cwe
from solvet.domain.finding import Category, Confidence, Severity, Step
from solvet.solidity.calls import CallKind
from solvet.solidity.declarations import Contract
from solvet.solidity.flow import effects_of
from solvet.solidity.model import ContractModel, FunctionModel
from solvet.solidity.nodes import Assign, Binary, Call, Expr, Loop, Member, Node
from solvet.solidity.queries import called_name, is_member_of
from solvet.solidity.source import enclosing

RULE = Rule(
    name="delegatecall-in-loop",
    title="A payable batch counts msg.value again and again",
    category=Category.OTHER,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    what=(
        "Finds a payable function that delegates to its own contract in a loop, where another "
        "function of that contract counts `msg.value`."
    ),
    why=(
        "A delegated call keeps `msg.value`. Ten deposits in one batch are credited ten times the "
        "ether that came once."
    ),
    how="Make the batch not payable, or measure the contract's balance instead.",
    limits="Contracts that only compare or send on `msg.value` are reported too.",
    references=(
        Reference(
            "Two rights might make a wrong",
            "https://www.paradigm.xyz/2021/08/two-rights-might-make-a-wrong",
        ),
        cwe(837),
    ),
    bad="""\
pragma solidity 0.8.30;

contract Bank {
    mapping(address => uint256) public balances;

    function deposit() external payable {
        balances[msg.sender] += msg.value;
    }

    function multicall(bytes[] calldata calls) external payable {
        for (uint256 i = 0; i < calls.length; i++) {
            (bool ok,) = address(this).delegatecall(calls[i]);
            require(ok, "failed");
        }
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Bank {
    mapping(address => uint256) public balances;

    function deposit() external payable {
        balances[msg.sender] += msg.value;
    }

    function multicall(bytes[] calldata calls) external {
        for (uint256 i = 0; i < calls.length; i++) {
            (bool ok,) = address(this).delegatecall(calls[i]);
            require(ok, "failed");
        }
    }
}
""",
)

_COUNTING = frozenset({"+", "-", "<", ">", "<=", ">=", "=="})


def _check(node: Contract, scope: Scope) -> Iterator[Hit]:
    contract = scope.contract
    if contract is None or node.kind != "contract":
        return
    for function in contract.entry_points:
        batch = _batch(function, scope)
        counted = _counted(contract) if batch is not None else None
        if batch is None or counted is None:
            continue
        where, value = counted
        mine = where.source is scope.source
        yield Hit(
            node=batch if scope.source.owns(batch) else node,
            message=(
                f"`{function.name}` delegates in a loop, and `{where.name}` counts the same "
                "msg.value in every turn."
            ),
            recommendation=f"Let `{function.name}` not be payable.",
            trace=(Step(scope.line(value), "msg.value is counted"),) if mine else (),
        )


def _batch(function: FunctionModel, scope: Scope) -> Node | None:
    """The call by which a payable function delegates to its own contract in a loop."""
    if function.node.mutability != "payable" or not function.source.contains("elegate"):
        return None
    for effect, call in effects_of(function).calls():
        own = call.kind is CallKind.DELEGATECALL and _is_this(call.target, effect.function)
        if own and effect.loops:
            return scope.place(effect) or effect.node
    calls = function.source.inside(function.node, Call)
    return next((call for call in calls if _delegates_by_library(call, function)), None)


def _delegates_by_library(call: Call, function: FunctionModel) -> bool:
    """OpenZeppelin's function for it, in a loop."""
    if called_name(call) != "functionDelegateCall" or enclosing(call, Loop) is None:
        return False
    return any(_is_this(argument, function) for argument in call.arguments)


def _is_this(expression: Expr, function: FunctionModel) -> bool:
    return function.source.code(expression).replace(" ", "") == "address(this)"


def _counted(contract: ContractModel) -> tuple[FunctionModel, Node] | None:
    return contract.derived(_counting_place)


def _counting_place(contract: ContractModel) -> tuple[FunctionModel, Node] | None:
    """The first function that credits or compares `msg.value`."""
    for function in contract.functions:
        for member in function.source.inside(function.node, Member):
            if is_member_of(member, "msg", "value") and _is_counted(member):
                return function, member
    return None


def _is_counted(value: Expr) -> bool:
    """Whether it is calculated with or stored, and not asked for being zero."""
    parent = value.parent
    if isinstance(parent, Assign):
        return parent.value is value
    return isinstance(parent, Binary) and parent.operator in _COUNTING


DETECTOR = Detector(rule=RULE, visits=(Contract,), check=_check)
