"""`arbitrary-send`: ether for whoever asks."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.detectors.unprotected_function import is_open
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.calls import ExternalCall
from solvet.solidity.declarations import Function
from solvet.solidity.effects import Effect, Effects, Kind
from solvet.solidity.flow import effects_of
from solvet.solidity.guards import is_caller, is_guarded, mentions_caller
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Binary, Expr, Index, Name
from solvet.solidity.queries import is_member_of
from solvet.solidity.signatures import recoveries
from solvet.solidity.taint import origins, parameters_in
from solvet.solidity.upgrades import is_for_delegation

RULE = Rule(
    name="arbitrary-send",
    title="Anybody can take the contract's ether",
    category=Category.ACCESS_CONTROL,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    what=(
        "Finds ether sent, also in assembly, to the caller, or to an address the caller names, "
        "where the amount is the caller's choice or the whole balance, no condition is put on the "
        "caller, and nothing is looked up or booked for him."
    ),
    why="The first who notices empties the contract.",
    how="Check the caller, or pay only what the books say he is owed.",
    limits=(
        "Any condition or account that involves the caller, and any signature, counts as "
        "protection, right or wrong. "
        "Ether that came with the same call (`msg.value`) may be sent on, and so may whatever a "
        "contract without state takes in no other function, and what must come to `msg.value`."
    ),
    references=(swc(105), cwe(284)),
    bad="""\
pragma solidity 0.8.30;

contract Wallet {
    receive() external payable {}

    function withdraw(uint256 amount) external {
        payable(msg.sender).transfer(amount);
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Wallet {
    mapping(address => uint256) private owed;

    receive() external payable {
        owed[msg.sender] += msg.value;
    }

    function withdraw(uint256 amount) external {
        owed[msg.sender] -= amount;
        payable(msg.sender).transfer(amount);
    }
}
""",
)


def _check(_: Function, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    if function is None or not is_open(function) or recoveries(function):
        return
    effects = effects_of(function)
    for effect, call in effects.calls():
        place = scope.place(effect)
        if place is None or effect.route or not _is_for_the_taking(call, function):
            continue
        if (
            _passes_on(function)
            or _is_all_that_came(call, effects, function)
            or is_for_delegation(effect, effects, function)
        ):
            continue
        booked = _is_accounted(effect, effects) or _is_booked(call, effects, function)
        if not booked and not is_guarded(effect, effects, function):
            yield Hit(
                node=place,
                message=(
                    f"Anybody can call `{function.name}` and have ether sent to "
                    f"`{scope.code(call.target)}`."
                ),
                recommendation="Check the caller, or pay only what is recorded for him.",
            )


def _is_for_the_taking(call: ExternalCall, function: FunctionModel) -> bool:
    if call.value is None:
        return False
    to_caller = is_caller(call.target, function) or bool(parameters_in(call.target, function))
    made_of = origins(call.value, function)
    chosen = bool(parameters_in(call.value, function))
    return (
        to_caller and "msg.value" not in made_of and (chosen or _is_balance(call.value, function))
    )


def _passes_on(function: FunctionModel) -> bool:
    """Whether no other takes ether, and the contract keeps no state: it sends on what comes."""
    contract = function.contract
    if contract is None or contract.unknown_bases:
        return False
    if any(not (v.constant or v.immutable) for v in contract.variables.values()):
        return False
    return [f for f in contract.functions if f.node.mutability == "payable"] == [function]


def _is_all_that_came(call: ExternalCall, effects: Effects, function: FunctionModel) -> bool:
    """Whether what is sent has to come to what was received: `msg.value == sum`."""
    if call.value is None:
        return False
    sent = parameters_in(call.value, function)
    return any(sent & parameters_in(sum_, function) for sum_ in _received(effects))


def _received(effects: Effects) -> Iterator[Expr]:
    """What `msg.value` has to be, by conditions in the function itself."""
    for check in effects.of(Kind.CHECK):
        match check.condition:
            case Binary(operator="==" | "!=" as operator, left=left, right=right):
                if check.route or (operator == "==") != check.holds:
                    continue
                for side, other in ((left, right), (right, left)):
                    if is_member_of(side, "msg", "value"):
                        yield other


def _is_balance(amount: Expr, function: FunctionModel) -> bool:
    """`address(this).balance`, the old `this.balance`, and what assembly has for it."""
    code = function.source.code(amount)
    mine = code.endswith(".balance") and "this" in origins(amount, function)
    return mine or code in {"selfbalance()", "balance(address())"}


def _is_accounted(send: Effect, effects: Effects) -> bool:
    """Whether any check, lookup or write on the way involves the caller."""
    for effect in effects.ordered:
        if effect is not send and effect.kind in {Kind.WRITE, Kind.CHECK, Kind.INSIDE, Kind.CALL}:
            node = effect.condition or effect.node
            if isinstance(node, Expr) and mentions_caller(node, effect.function):
                return True
    conditions = effects.checks_before(send)
    return any(mentions_caller(condition, where) for condition, _, where in conditions)


def _is_booked(call: ExternalCall, effects: Effects, function: FunctionModel) -> bool:
    """Whether an entry of whom the caller names is changed: he is paid what is recorded."""
    receivers = parameters_in(call.target, function)
    for effect in effects.of(Kind.WRITE):
        entries = effect.function.source.inside(effect.node, Index)
        keys = (entry.index_ for entry in entries)
        if any(isinstance(key, Name) and key.name in receivers for key in keys):
            return True
    return False


DETECTOR = Detector(rule=RULE, visits=(Function,), check=_check)
