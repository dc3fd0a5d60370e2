"""`lost-initial-value`: set in the implementation, zero behind the proxy."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Reference, Rule, Scope, cwe
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.declarations import StateVariable
from solvet.solidity.effects import Kind
from solvet.solidity.flow import effects_of
from solvet.solidity.guards import is_initializer
from solvet.solidity.model import ContractModel
from solvet.solidity.nodes import Assign, Node
from solvet.solidity.upgrades import constructor, holds_value, is_upgradeable, is_zero

RULE = Rule(
    name="lost-initial-value",
    title="Initial value is lost behind the proxy",
    category=Category.UPGRADEABILITY,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    what=(
        "Finds, in upgradeable contracts, state variables that get their value where they are "
        "declared or in the constructor, and that no other function sets."
    ),
    why=(
        "Both run once, on the storage of the implementation. The proxy has a storage of its own, "
        "in which the variable is zero."
    ),
    how="Declare it `constant` or `immutable`, or set it in the initialiser.",
    limits=(
        "Whether a contract is upgradeable is told from the names of its bases. One whose "
        "constructor is the only `initializer` is not."
    ),
    references=(
        cwe(665),
        Reference(
            "OpenZeppelin",
            "https://docs.openzeppelin.com/upgrades-plugins/writing-upgradeable"
            "#avoid-initial-values-in-field-declarations",
        ),
    ),
    bad="""\
pragma solidity 0.8.30;

import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";

contract Vault is Initializable {
    uint256 public limit = 100 ether;

    constructor() {
        _disableInitializers();
    }
}
""",
    good="""\
pragma solidity 0.8.30;

import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";

contract Vault is Initializable {
    uint256 public constant limit = 100 ether;

    constructor() {
        _disableInitializers();
    }
}
""",
)


def _check(node: StateVariable, scope: Scope) -> Iterator[Hit]:
    contract = scope.contract
    if contract is None or not contract.has_code or not holds_value(node):
        return
    if not is_upgradeable(contract) or _is_set_up_when_made(contract):
        return
    if node.name in contract.derived(_set_later):
        return
    place = _place(node, contract)
    if place is not None:
        yield Hit(
            node=place,
            message=f"Behind a proxy `{node.name}` is zero: it is set in the implementation only.",
            recommendation="Make it constant or immutable, or set it in the initialiser.",
        )


def _is_set_up_when_made(contract: ContractModel) -> bool:
    """Whether its constructor runs what a proxy would, and nothing else can."""
    function = constructor(contract)
    made = function is not None and is_initializer(function)
    return made and not any(is_initializer(entry) for entry in contract.entry_points)


def _place(variable: StateVariable, contract: ContractModel) -> Node | None:
    """Where the variable is given a value that the proxy does not see."""
    if variable.value is not None:
        return None if is_zero(variable.value, contract.source) else variable
    return contract.derived(_set_in_constructor).get(variable.name)


def _set_in_constructor(contract: ContractModel) -> dict[str, Node]:
    function = constructor(contract)
    if function is None:
        return {}
    return {
        effect.variable: effect.node
        for effect in effects_of(function).of(Kind.WRITE)
        if not effect.route
        and isinstance(effect.node, Assign)
        and not is_zero(effect.node.value, function.source)
    }


def _set_later(contract: ContractModel) -> frozenset[str]:
    """Variables that a function other than the constructor writes."""
    return frozenset(
        effect.variable
        for function in contract.functions
        if not function.is_constructor
        for effect in effects_of(function).of(Kind.WRITE)
    )


DETECTOR = Detector(rule=RULE, visits=(StateVariable,), check=_check)
