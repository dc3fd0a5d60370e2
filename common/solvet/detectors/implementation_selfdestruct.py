"""`implementation-selfdestruct`: upgradeable code that can remove itself."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Reference, Rule, Scope, cwe, swc
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.calls import CallKind
from solvet.solidity.declarations import Function
from solvet.solidity.flow import effects_of
from solvet.solidity.guards import is_guarded
from solvet.solidity.upgrades import is_upgradeable

RULE = Rule(
    name="implementation-selfdestruct",
    title="Upgradeable contract can destroy itself",
    category=Category.UPGRADEABILITY,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    what="Finds `selfdestruct` in upgradeable contracts, behind a condition on the caller.",
    why=(
        "Through the proxy it sends away the proxy's ether. On a chain without the change of "
        "EIP-6780 it removes the code of the implementation, and all proxies stop working."
    ),
    how="Remove it; pause the contract or upgrade it instead.",
    limits=(
        "Without a condition on the caller it comes as `unprotected-selfdestruct`. Whether a "
        "contract is upgradeable is told from the names of its bases."
    ),
    references=(
        swc(106),
        cwe(749),
        Reference("EIP-6780", "https://eips.ethereum.org/EIPS/eip-6780"),
    ),
    bad="""\
pragma solidity 0.8.17;

import {OwnableUpgradeable} from "./OwnableUpgradeable.sol";

contract Vault is OwnableUpgradeable {
    function close() external onlyOwner {
        selfdestruct(payable(msg.sender));
    }
}
""",
    good="""\
pragma solidity 0.8.17;

import {OwnableUpgradeable} from "./OwnableUpgradeable.sol";

contract Vault is OwnableUpgradeable {
    bool public closed;

    function close() external onlyOwner {
        closed = true;
    }
}
""",
)


def _check(_: Function, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    if function is None or function.contract is None or not function.is_entry_point:
        return
    if not is_upgradeable(function.contract):
        return
    effects = effects_of(function)
    for effect, call in effects.calls():
        place = scope.place(effect)
        if call.kind is not CallKind.SELFDESTRUCT or place is None:
            continue
        if is_guarded(effect, effects, function):
            yield Hit(
                node=place,
                message=f"`{function.name}` destroys a contract that proxies may depend on.",
                recommendation="Pause or upgrade the contract instead.",
            )


DETECTOR = Detector(rule=RULE, visits=(Function,), check=_check)
