"""`proxy-storage-collision`: two contracts, one slot."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Reference, Rule, Scope, cwe, swc
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.calls import CallKind
from solvet.solidity.declarations import Contract, StateVariable
from solvet.solidity.flow import effects_of
from solvet.solidity.model import ContractModel
from solvet.solidity.nodes import Assembly
from solvet.solidity.upgrades import holds_value

RULE = Rule(
    name="proxy-storage-collision",
    title="Proxy keeps state where its implementation does",
    category=Category.UPGRADEABILITY,
    severity=Severity.MEDIUM,
    confidence=Confidence.LOW,
    what=(
        "Finds contracts that delegate unknown calls to another contract and declare ordinary "
        "state variables of their own."
    ),
    why=(
        "Both contracts count their variables from slot 0. What the implementation writes to its "
        "first variable becomes the proxy's owner, or its implementation."
    ),
    how="Keep the proxy's state in the slots of ERC-1967, or in constants and immutables.",
    limits=(
        "Whether the implementation declares the same variables first, as it should then, is not "
        "seen: it is another contract."
    ),
    references=(
        swc(124),
        cwe(787),
        Reference("ERC-1967", "https://eips.ethereum.org/EIPS/eip-1967"),
    ),
    bad="""\
pragma solidity 0.8.30;

contract Proxy {
    address private owner = msg.sender;
    address private target;

    function upgrade(address next) external {
        require(msg.sender == owner, "not the owner");
        target = next;
    }

    fallback() external payable {
        (bool ok,) = target.delegatecall(msg.data);
        require(ok, "failed");
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Proxy {
    address private immutable target;

    constructor(address target_) {
        target = target_;
    }

    fallback() external payable {
        (bool ok,) = target.delegatecall(msg.data);
        require(ok, "failed");
    }
}
""",
)


def _check(node: Contract, scope: Scope) -> Iterator[Hit]:
    contract = scope.contract
    if contract is None or not contract.has_code:
        return
    variables = [variable for variable in node.variables if holds_value(variable)]
    if variables and _delegates_unknown_calls(contract):
        first: StateVariable = variables[0]
        yield Hit(
            node=first,
            message=f"`{first.name}` shares its slot with a variable of the implementation.",
            recommendation="Keep the state of the proxy in slots of its own (ERC-1967).",
        )


def _delegates_unknown_calls(contract: ContractModel) -> bool:
    for function in contract.functions:
        unnamed = not function.node.name and function.node.kind in {"function", "fallback"}
        if not unnamed:
            continue
        effects = effects_of(function)
        if any(call.kind is CallKind.DELEGATECALL for _, call in effects.calls()):
            return True
        bodies = {id(e.function.node): e.function for e in effects.ordered} | {0: function}
        for where in bodies.values():
            blocks = where.source.inside(where.node, Assembly)
            if any("delegatecall" in block.opcodes for block in blocks):
                return True
    return False


DETECTOR = Detector(rule=RULE, visits=(Contract,), check=_check)
