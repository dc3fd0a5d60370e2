"""`missing-event`: a new owner, and nobody hears of it."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.declarations import Function
from solvet.solidity.effects import Kind
from solvet.solidity.flow import effects_of
from solvet.solidity.guards import guard_variables, is_guarded
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Assembly, Assign, Call, Name

RULE = Rule(
    name="missing-event",
    title="Change of power without an event",
    category=Category.BEST_PRACTICE,
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    what=(
        "Finds guarded functions that change whom the contract trusts (a variable that callers "
        "are compared with) and emit no event."
    ),
    why="Those who watch the contract do not see that it has another owner.",
    how="Emit an event with the old and the new value.",
    limits="Any event counts, and so does an assembly that logs.",
    references=(cwe(778),),
    bad="""\
pragma solidity 0.8.30;

contract Owned {
    address public owner = msg.sender;

    function hand(address next) external {
        require(msg.sender == owner, "not the owner");
        owner = next;
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Owned {
    address public owner = msg.sender;

    event Handed(address from, address to);

    function hand(address next) external {
        require(msg.sender == owner, "not the owner");
        emit Handed(owner, next);
        owner = next;
    }
}
""",
)


def _check(_: Function, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    contract = function.contract if function is not None else None
    if function is None or contract is None or not contract.has_code:
        return
    if not function.is_entry_point or function.is_read_only:
        return
    effects, owners = effects_of(function), guard_variables(contract)
    for effect in effects.of(Kind.WRITE):
        place = scope.place(effect)
        if effect.variable not in owners or place is None or not isinstance(effect.node, Assign):
            continue
        if is_guarded(effect, effects, function) and not _tells(function):
            yield Hit(
                node=place,
                message=f"`{function.name}` changes `{effect.variable}` without an event.",
                recommendation="Emit an event with the old and the new value.",
            )
        return


def _tells(function: FunctionModel) -> bool:
    """Whether an event is emitted; before 0.4.21 that looked like a call."""
    effects = effects_of(function)
    if any(True for _ in effects.of(Kind.EMIT)):
        return True
    for where in {id(e.function.node): e.function for e in effects.ordered}.values():
        calls = where.source.inside(where.node, Call)
        if any(isinstance(c.callee, Name) and c.callee.name[:1].isupper() for c in calls):
            return True
        blocks = where.source.inside(where.node, Assembly)
        if any(code.startswith("log") for block in blocks for code in block.opcodes):
            return True
    return False


DETECTOR = Detector(rule=RULE, visits=(Function,), check=_check)
