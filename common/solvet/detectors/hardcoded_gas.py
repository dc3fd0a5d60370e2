"""`hardcoded-gas`: an amount of gas that the next upgrade makes wrong."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.nodes import Call, Expr, Name
from solvet.solidity.queries import is_constant_number

RULE = Rule(
    name="hardcoded-gas",
    title="A call with a fixed amount of gas",
    category=Category.DENIAL_OF_SERVICE,
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    what="Finds calls whose gas is a number written out or a constant.",
    why=(
        "Network upgrades change what operations cost. A receiver that worked with the amount may "
        "fail after one, and what was to be paid stays."
    ),
    how="Forward all gas and protect the function against reentrancy, or make the amount settable.",
    limits="`send` and `transfer`, whose 2,300 gas are fixed by the compiler, are not reported.",
    references=(swc(134), cwe(665)),
    bad="""\
pragma solidity 0.8.30;

contract Payer {
    address private immutable heir = msg.sender;

    function pay() external {
        (bool sent,) = heir.call{value: 1 ether, gas: 2300}("");
        require(sent, "not sent");
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Payer {
    address private immutable heir = msg.sender;

    function pay() external {
        (bool sent,) = heir.call{value: 1 ether}("");
        require(sent, "not sent");
    }
}
""",
)


def _check(node: Call, scope: Scope) -> Iterator[Hit]:
    gas = node.option("gas")
    if gas is not None and _is_fixed(gas, scope):
        yield Hit(
            node=node,
            message=f"The callee gets {scope.code(gas)} gas, whatever its work costs in future.",
            recommendation="Forward all gas, or make the amount settable.",
        )


def _is_fixed(gas: Expr, scope: Scope) -> bool:
    if not isinstance(gas, Name) or scope.contract is None:
        return is_constant_number(gas)
    variable = scope.contract.variables.get(gas.name)
    return variable is not None and variable.constant


DETECTOR = Detector(rule=RULE, visits=(Call,), check=_check, words=frozenset({"gas"}))
