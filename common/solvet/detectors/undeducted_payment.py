"""`undeducted-payment`: paid what is recorded, and the record stays."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.detectors.unprotected_function import is_open
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.declarations import Function
from solvet.solidity.effects import Kind
from solvet.solidity.flow import effects_of
from solvet.solidity.guards import is_caller
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Expr, Index
from solvet.solidity.queries import root_name
from solvet.solidity.storage import storage_of

RULE = Rule(
    name="undeducted-payment",
    title="A payment that is not booked",
    category=Category.ACCESS_CONTROL,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    what=(
        "Finds ether sent to the caller in the amount that a mapping records for him, in a "
        "function that changes nothing the amount depends on."
    ),
    why="The caller can have the same amount again and again, until the contract is empty.",
    how="Set the record to zero before paying.",
    limits="Only amounts that are the mapping's entry itself are recognised.",
    references=(swc(105), cwe(841)),
    bad="""\
pragma solidity 0.8.30;

contract Wallet {
    mapping(address => uint256) private balances;

    function deposit() external payable {
        balances[msg.sender] += msg.value;
    }

    function refund() external {
        payable(msg.sender).transfer(balances[msg.sender]);
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Wallet {
    mapping(address => uint256) private balances;

    function deposit() external payable {
        balances[msg.sender] += msg.value;
    }

    function refund() external {
        uint256 amount = balances[msg.sender];
        balances[msg.sender] = 0;
        payable(msg.sender).transfer(amount);
    }
}
""",
)


def _check(_: Function, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    if function is None or not is_open(function):
        return
    effects = effects_of(function)
    written = any(effect.kind is Kind.WRITE for effect in effects.ordered)
    for effect, call in effects.calls():
        if written or effect.route or call.value is None or not is_caller(call.target, function):
            continue
        record = _record(call.value, function)
        if record and scope.source.owns(effect.node):
            yield Hit(
                node=effect.node,
                message=f"The caller is paid what `{record}` says, and `{record}` stays as it is.",
                recommendation=f"Set the caller's entry in `{record}` to zero before paying.",
            )


def _record(amount: Expr, function: FunctionModel) -> str:
    """The mapping whose entry for the caller is paid; '' if the amount is anything else."""
    if not isinstance(amount, Index) or amount.index_ is None:
        return ""
    mine = is_caller(amount.index_, function)
    return storage_of(function).variable(root_name(amount)) if mine else ""


DETECTOR = Detector(rule=RULE, visits=(Function,), check=_check)
