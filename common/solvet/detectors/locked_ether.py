"""`locked-ether`: it goes in and never comes out."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.calls import CallKind, is_of_unknown_library
from solvet.solidity.declarations import Contract
from solvet.solidity.effects import Effect, Kind
from solvet.solidity.flow import effects_of
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Assembly, Call

RULE = Rule(
    name="locked-ether",
    title="Ether can be paid in and never out",
    category=Category.OTHER,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    what=(
        "Finds a contract with a payable function in which nothing sends ether, delegates, "
        "destroys the contract or uses a call in assembly."
    ),
    why="What is paid in is lost.",
    how="Add a way to withdraw, or remove `payable`.",
    limits="Contracts with a base, or calls of a library, that is not at hand are left alone.",
    references=(swc(132), cwe(400)),
    bad="""\
pragma solidity 0.8.30;

contract Box {
    mapping(address => uint256) public paid;

    function pay() external payable {
        paid[msg.sender] += msg.value;
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Box {
    mapping(address => uint256) public paid;

    function pay() external payable {
        paid[msg.sender] += msg.value;
    }

    function withdraw() external {
        uint256 amount = paid[msg.sender];
        paid[msg.sender] = 0;
        payable(msg.sender).transfer(amount);
    }
}
""",
)

_WAYS_OUT = frozenset(
    {
        CallKind.SEND,
        CallKind.TRANSFER,
        CallKind.DELEGATECALL,
        CallKind.CALLCODE,
        CallKind.SELFDESTRUCT,
    }
)
_OPCODES = frozenset({"call", "delegatecall", "callcode", "selfdestruct"})


def _check(_: Contract, scope: Scope) -> Iterator[Hit]:
    contract = scope.contract
    if contract is None or contract.node.kind != "contract" or contract.unknown_bases:
        return
    entrance = next((f for f in contract.entry_points if f.node.mutability == "payable"), None)
    if entrance is None or any(_lets_out(function) for function in contract.functions):
        return
    yield Hit(
        node=entrance.node if scope.source.owns(entrance.node) else contract.node,
        message=f"`{entrance.name}` takes ether, and nothing in `{contract.name}` sends any.",
        recommendation="Add a way to withdraw, or remove `payable`.",
    )


def _lets_out(function: FunctionModel) -> bool:
    effects = effects_of(function)
    if not effects.complete or any(map(_is_unknown, effects.of(Kind.INSIDE))):
        return True
    if any(call.kind in _WAYS_OUT or call.value is not None for _, call in effects.calls()):
        return True
    blocks = (effect.node for effect in effects.of(Kind.ASSEMBLY))
    return any(isinstance(block, Assembly) and block.opcodes & _OPCODES for block in blocks)


def _is_unknown(inside: Effect) -> bool:
    call = inside.node
    return isinstance(call, Call) and is_of_unknown_library(call, inside.function)


DETECTOR = Detector(rule=RULE, visits=(Contract,), check=_check)
