"""`approve-race`: the old allowance and the new one."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Reference, Rule, Scope, cwe, swc
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.declarations import Function
from solvet.solidity.effects import Kind
from solvet.solidity.flow import own_effects
from solvet.solidity.nodes import Assign, Name

RULE = Rule(
    name="approve-race",
    title="Approve race: changing an allowance lets both be spent",
    category=Category.FRONT_RUNNING,
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    what=(
        "Finds `approve(address, uint256)` that overwrites an allowance without looking at the "
        "old one, in a token without `increaseAllowance` or its like."
    ),
    why=("Who sees the change coming spends the old allowance first and the new one afterwards."),
    how="Offer `increaseAllowance` and `decreaseAllowance`, or require one of the two to be zero.",
    limits="The standard itself is so made; how much it matters depends on the users.",
    references=(
        swc(114),
        cwe(362),
        Reference("ERC-20", "https://eips.ethereum.org/EIPS/eip-20"),
    ),
    bad="""\
pragma solidity 0.8.30;

contract Token {
    mapping(address => mapping(address => uint256)) private allowed;

    function approve(address spender, uint256 amount) external returns (bool) {
        allowed[msg.sender][spender] = amount;
        return true;
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Token {
    mapping(address => mapping(address => uint256)) private allowed;

    function approve(address spender, uint256 amount) external returns (bool) {
        require(amount == 0 || allowed[msg.sender][spender] == 0, "set to zero first");
        allowed[msg.sender][spender] = amount;
        return true;
    }
}
""",
)

_REMEDIES = frozenset({"increaseAllowance", "increaseApproval", "permit"})
_PARAMETERS = 2


def _check(node: Function, scope: Scope) -> Iterator[Hit]:
    function, contract = scope.function, scope.contract
    named = node.name == "approve" and len(node.parameters) == _PARAMETERS
    if not named or function is None or contract is None or not function.is_entry_point:
        return
    if any(other.name in _REMEDIES for other in contract.functions):
        return
    effects = own_effects(function)
    reads = {effect.variable for effect in effects if effect.kind is Kind.READ}
    for effect in effects:
        write = effect.node
        if not isinstance(write, Assign) or write.operator != "=" or effect.variable in reads:
            continue
        if isinstance(write.value, Name) and write.value.name == node.parameters[1].name:
            yield Hit(
                node=write,
                message=f"`{effect.variable}` is overwritten whatever of it was spent.",
                recommendation="Require the old or the new allowance to be zero.",
            )


DETECTOR = Detector(rule=RULE, visits=(Function,), check=_check)
