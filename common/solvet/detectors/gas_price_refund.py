"""`gas-price-refund`: the sender names the price that is paid back to him."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe
from solvet.detectors.unprotected_function import is_open
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.declarations import Function
from solvet.solidity.effects import Effect
from solvet.solidity.flow import effects_of
from solvet.solidity.guards import is_guarded
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Binary, Call, Expr, Node
from solvet.solidity.payments import pays_ether
from solvet.solidity.provenance import outer_origins
from solvet.solidity.queries import called_name, is_member_of

RULE = Rule(
    name="gas-price-refund",
    title="A refund at a gas price the sender chooses",
    category=Category.ACCESS_CONTROL,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    what=(
        "Finds ether paid in an amount that is calculated from `tx.gasprice`, without an upper "
        "bound, by a function that anybody can call."
    ),
    why=(
        "The sender sets the price. Who also proposes the block, or shares with who does, gets "
        "the fee back from there and the refund on top, until the contract is empty."
    ),
    how="Take the smaller of `tx.gasprice` and a bound, or `block.basefee` and a fixed tip.",
    limits="Any comparison of `tx.gasprice`, and any `min`, counts as a bound.",
    references=(cwe(770),),
    bad="""\
pragma solidity 0.8.30;

contract Relay {
    receive() external payable {}

    function execute(address payable worker) external {
        uint256 refund = 50000 * tx.gasprice;
        worker.transfer(refund);
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Relay {
    uint256 private constant MOST = 100 gwei;

    receive() external payable {}

    function execute(address payable worker) external {
        uint256 price = tx.gasprice < MOST ? tx.gasprice : MOST;
        worker.transfer(50000 * price);
    }
}
""",
)

_COMPARISONS = frozenset({"<", ">", "<=", ">="})


def _check(_: Function, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    if function is None or not is_open(function):
        return
    effects = effects_of(function)
    for effect, call in effects.calls():
        place = scope.place(effect)
        if place is None or call.value is None or not pays_ether(call):
            continue
        if not _is_priced(call.value, effect, function) or is_guarded(effect, effects, function):
            continue
        yield Hit(
            node=place,
            message=f"What is paid to `{scope.code(call.target)}` grows with `tx.gasprice`.",
            recommendation="Put an upper bound on the gas price that is refunded.",
        )


def _is_priced(amount: Expr, effect: Effect, function: FunctionModel) -> bool:
    """Whether the amount is made of the gas price, here or by a function that calculates it."""
    made_of = outer_origins(amount, effect, function)
    contract = function.contract
    calculating = [f for f in contract.functions if f.node.name in made_of] if contract else []
    places = [*calculating, effect.function, function]
    priced = "tx.gasprice" in made_of or any(_reads_price(f.node, f) for f in calculating)
    return priced and not any(_is_bounded(place) for place in places)


def _reads_price(node: Node, function: FunctionModel) -> bool:
    parts = function.source.inside(node, Expr)
    return any(is_member_of(part, "tx", "gasprice") for part in parts)


def _is_bounded(function: FunctionModel) -> bool:
    source = function.source
    compared = (b for b in source.inside(function.node, Binary) if b.operator in _COMPARISONS)
    return any(_reads_price(comparison, function) for comparison in compared) or any(
        called_name(call) == "min" for call in source.inside(function.node, Call)
    )


DETECTOR = Detector(rule=RULE, visits=(Function,), check=_check)
