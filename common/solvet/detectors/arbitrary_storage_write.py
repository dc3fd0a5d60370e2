"""`arbitrary-storage-write`: the caller reaches every slot."""

import re
from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.detectors.unprotected_function import is_open
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.callers import is_caller_examined
from solvet.solidity.declarations import Function
from solvet.solidity.effects import Effect, Effects, Kind
from solvet.solidity.flow import effects_of
from solvet.solidity.guards import is_guarded
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Assembly, Assign, Binary, Expr, Index, Literal, Member, Unary
from solvet.solidity.queries import root_name
from solvet.solidity.taint import parameters_in
from solvet.solidity.versions import Version

RULE = Rule(
    name="arbitrary-storage-write",
    title="The caller writes to any place of the storage",
    category=Category.ACCESS_CONTROL,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    what=(
        "Finds, where anybody may call: an array whose length is set from a parameter or counted "
        "down without a look at it (before Solidity 0.6), and `sstore` to a slot that is a "
        "parameter."
    ),
    why=(
        "An array that is nearly 2**256 long spans the whole storage. Writing the right element "
        "of it writes the owner."
    ),
    how="Use `push` and `pop`, and never take a slot or a length from the caller.",
    limits="A condition on the length, or an element looked at before, counts as a check.",
    references=(swc(124), cwe(123)),
    bad="""\
pragma solidity 0.5.17;

contract Codes {
    uint256[] private codes;

    function add(uint256 code) external {
        codes.push(code);
    }

    function drop() external {
        codes.length--;
    }

    function change(uint256 at, uint256 code) external {
        codes[at] = code;
    }
}
""",
    good="""\
pragma solidity 0.5.17;

contract Codes {
    uint256[] private codes;

    function add(uint256 code) external {
        codes.push(code);
    }

    function drop() external {
        require(codes.length > 0, "empty");
        codes.length--;
    }

    function change(uint256 at, uint256 code) external {
        codes[at] = code;
    }
}
""",
)

_LENGTH_IS_READ_ONLY: Version = (0, 6, 0)
_SSTORE = re.compile(r"\bsstore\s*\(\s*([A-Za-z_$][\w$]*)\s*,")


def _check(_: Function, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    if function is None or not is_open(function):
        return
    yield from _stores(function, scope)
    if not scope.model.versions.may_be_before(_LENGTH_IS_READ_ONLY):
        return
    effects = effects_of(function)
    for effect in effects.of(Kind.WRITE):
        place = scope.place(effect)
        array = _resized(effect, effects)
        if place is not None and array and not is_guarded(effect, effects, function):
            yield Hit(
                node=place,
                message=f"Anybody can make `{array}` span the whole storage.",
                recommendation=f"Check the length of `{array}`, or use `push` and `pop`.",
            )


def _stores(function: FunctionModel, scope: Scope) -> Iterator[Hit]:
    given = {parameter.name for parameter in function.node.parameters}
    if is_caller_examined(function):
        return
    for block in scope.source.inside(function.node, Assembly):
        if "sstore" not in block.opcodes or "caller" in block.opcodes:
            continue
        chosen = given.intersection(_SSTORE.findall(scope.source.code(block)))
        for name in sorted(chosen)[:1]:
            yield Hit(
                node=block,
                message=f"Anybody can write to the slot `{name}` he names.",
                recommendation="Write to fixed slots only, or check the caller.",
            )


def _resized(effect: Effect, effects: Effects) -> str:
    """The array whose length the caller controls by this write; '' if there is none."""
    node, where = effect.node, effect.function
    match node:
        case Unary(operator="--", operand=Member(object=array, member="length")):
            return _unlooked(array, effect, effects)
        case Assign(operator="-=", target=Member(object=array, member="length")):
            return _unlooked(array, effect, effects)
        case Assign(operator="=", target=Member(object=array, member="length"), value=value):
            shrinks = isinstance(value, Binary) and value.operator == "-"
            if shrinks:
                return _unlooked(array, effect, effects)
            bounded = any(_bounds(c, value, where) for c, _, _ in effects.checks_before(effect))
            is_set = bool(parameters_in(value, where)) and not bounded
            return where.source.code(array) if is_set else ""
        case _:
            return ""


def _unlooked(array: Expr, effect: Effect, effects: Effects) -> str:
    """The array, if nothing before says that it has an element to lose."""
    where = effect.function
    text = where.source.code(array)
    for condition, _, place in effects.checks_before(effect):
        if _tests_length(condition, text, place):
            return ""
    variable = root_name(array)
    before = [e for e in effects.before(effect) if e.variable == effect.variable]
    indexed = any(isinstance(e.node.parent, Index) for e in before if e.kind is Kind.READ)
    elements = any(isinstance(_target(e), Index) for e in before)
    return "" if indexed or elements or effect.loops or not variable else text


def _target(effect: Effect) -> Expr | None:
    return effect.node.target if isinstance(effect.node, Assign) else None


def _tests_length(condition: Expr, array: str, where: FunctionModel) -> bool:
    """Whether the condition looks at the length, other than to see that it is not negative."""
    for comparison in where.source.inside(condition, Binary):
        for side, other in (
            (comparison.left, comparison.right),
            (comparison.right, comparison.left),
        ):
            if not where.source.code(side).startswith(f"{array}.length"):
                continue
            turned = side is comparison.right
            idle = comparison.operator == ("<=" if turned else ">=")
            if not (idle and isinstance(other, Literal) and other.text == "0"):
                return True
    return False


def _bounds(condition: Expr, value: Expr, where: FunctionModel) -> bool:
    """Whether the condition limits a parameter to something that is not the array itself."""
    given = parameters_in(value, where)
    for comparison in where.source.inside(condition, Binary):
        sides = (comparison.left, comparison.right)
        compared = any(parameters_in(side, where) & given for side in sides)
        lengths = any(isinstance(side, Member) and side.member == "length" for side in sides)
        if compared and not lengths:
            return True
    return False


DETECTOR = Detector(rule=RULE, visits=(Function,), check=_check)
