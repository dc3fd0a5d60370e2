"""`unprotected-selfdestruct`: anybody can end the contract."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.detectors.unprotected_function import is_open
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.calls import CallKind
from solvet.solidity.declarations import Function
from solvet.solidity.flow import effects_of
from solvet.solidity.guards import is_guarded

RULE = Rule(
    name="unprotected-selfdestruct",
    title="Anybody can destroy the contract",
    category=Category.ACCESS_CONTROL,
    severity=Severity.CRITICAL,
    confidence=Confidence.HIGH,
    what="Finds `selfdestruct`, also in assembly, on a way that has no condition on the caller.",
    why=(
        "All ether goes to the address in its argument. Before the Cancun upgrade, the code and "
        "the state went too."
    ),
    how="Check the caller, or remove the function.",
    limits=(
        "Conditions on anything but the caller (a date, a signature) do not count as a guard. An "
        "assembly that looks at the caller and may revert does, whatever it compares."
    ),
    references=(swc(106), cwe(284)),
    bad="""\
pragma solidity 0.8.17;

contract Fund {
    function close() external {
        selfdestruct(payable(msg.sender));
    }
}
""",
    good="""\
pragma solidity 0.8.17;

contract Fund {
    address private immutable owner = msg.sender;

    function close() external {
        require(msg.sender == owner, "not the owner");
        selfdestruct(payable(owner));
    }
}
""",
)


def _check(_: Function, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    if function is None or not is_open(function):
        return
    effects = effects_of(function)
    for effect, call in effects.calls():
        place = scope.place(effect)
        if call.kind is not CallKind.SELFDESTRUCT or place is None:
            continue
        if not is_guarded(effect, effects, function):
            yield Hit(
                node=place,
                message=(
                    f"Anybody can call `{function.name}` and send all ether to "
                    f"`{scope.code(call.target)}`."
                ),
                recommendation="Let only the owner call it.",
            )


DETECTOR = Detector(rule=RULE, visits=(Function,), check=_check)
