"""`missing-storage-gap`: no room for the next version of a base."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Reference, Rule, Scope, cwe
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.declarations import Contract
from solvet.solidity.model import ContractModel
from solvet.solidity.upgrades import holds_value, is_upgradeable

RULE = Rule(
    name="missing-storage-gap",
    title="Upgradeable base leaves no room",
    category=Category.UPGRADEABILITY,
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    what=(
        "Finds abstract upgradeable contracts, and those that others in the file inherit from, "
        "which declare state variables and neither a gap (`__gap`) nor a namespace (ERC-7201)."
    ),
    why=(
        "A variable added to the base later moves all variables of the heirs by a slot: after the "
        "upgrade each of them reads its neighbour's value."
    ),
    how="End the base with `uint256[50] private __gap;`, or keep its state in a namespace.",
    limits="Whether a contract is upgradeable is told from the names of its bases.",
    references=(
        cwe(1061),
        Reference("ERC-7201", "https://eips.ethereum.org/EIPS/eip-7201"),
    ),
    bad="""\
pragma solidity 0.8.30;

import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";

abstract contract Fees is Initializable {
    uint256 internal fee;

    function _setFee(uint256 next) internal {
        fee = next;
    }
}
""",
    good="""\
pragma solidity 0.8.30;

import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";

abstract contract Fees is Initializable {
    uint256 internal fee;
    uint256[49] private __gap;

    function _setFee(uint256 next) internal {
        fee = next;
    }
}
""",
)


def _check(node: Contract, scope: Scope) -> Iterator[Hit]:
    contract = scope.contract
    if contract is None or not contract.has_code or not is_upgradeable(contract):
        return
    variables = [variable for variable in node.variables if holds_value(variable)]
    roomy = any("gap" in variable.name.lower() for variable in variables)
    if variables and not roomy and _is_base(contract):
        yield Hit(
            node=node,
            message=f"`{node.name}` has no gap: it cannot get another variable in an upgrade.",
            recommendation="Add `uint256[50] private __gap;` at its end.",
        )


def _is_base(contract: ContractModel) -> bool:
    if contract.node.kind == "abstract":
        return True
    heirs = (other for other in contract.model.contracts if other.node is not contract.node)
    return any(a.node is contract.node for heir in heirs for a in heir.lineage)


DETECTOR = Detector(rule=RULE, visits=(Contract,), check=_check)
