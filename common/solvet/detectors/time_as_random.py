"""`time-as-random`: the time of a block under the name of a random number."""

import re
from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.declarations import StateVariable
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Assign, Binary, Call, Declare, Expr, Member, Name, Node, Return
from solvet.solidity.queries import root_name
from solvet.solidity.taint import origins

RULE = Rule(
    name="time-as-random",
    title="The time of a block taken for a random number",
    category=Category.TIME_MANIPULATION,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    what=(
        "Finds the block's time, as it is, in something named after chance: `random`, `seed`, "
        "`salt`, `lucky`."
    ),
    why="Everybody knows the time of the block, and whoever proposes the block chooses it.",
    how="Use a verifiable random function, or commit and reveal.",
    limits=(
        "Goes by names. Remainders and hashes of the time come as `timestamp-dependence`, whatever "
        "they are called."
    ),
    references=(swc(116), swc(120), cwe(330)),
    bad="""\
pragma solidity 0.8.30;

contract Lottery {
    uint256 private seed;

    function close() external {
        seed = block.timestamp;
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Lottery {
    uint256 private closedAt;

    function close() external {
        closedAt = block.timestamp;
    }
}
""",
)

_TIME = frozenset({"block.timestamp", "now"})
_CHANCE = re.compile(
    r"_*(?:(?:get|gen|generate|new|last|the|my)_?)?(?:[rR]and(?:om)?|[sS]eed|[sS]alt|[lL]ucky)"
    r"(?:[A-Z_\d]\w*|)\Z"
)
_NOT_CHANCE = re.compile(r"(?i)time|since|until|date|block|deadline|at\Z")


def _check(node: Node, scope: Scope) -> Iterator[Hit]:
    name, value = _kept(node, scope)
    if value is None or not _is_chance(name) or not _is_time(value, scope.function, scope):
        return
    yield Hit(
        node=node,
        message=f"`{name}` is the time of the block, which everybody knows.",
        recommendation="Draw from a verifiable random function, or commit and reveal.",
    )


def _kept(node: Node, scope: Scope) -> tuple[str, Expr | None]:
    """Where a value goes to, and the value."""
    match node:
        case StateVariable(name=name, value=value):
            return name, value
        case Declare(variables=(variable,), value=value) if variable is not None:
            return variable.name, value
        case Assign(target=Member(member=name), operator="=", value=value):
            return name, value
        case Assign(target=target, operator="=", value=value):
            return root_name(target), value
        case Return(value=value) if scope.function is not None:
            return scope.function.name, value
        case _:
            return "", None


def _is_chance(name: str) -> bool:
    return _CHANCE.match(name) is not None and _NOT_CHANCE.search(name) is None


def _is_time(value: Expr, function: FunctionModel | None, scope: Scope) -> bool:
    """Whether the value is the time and nothing else, not yet cut or hashed to a draw."""
    drawn = any(b.operator == "%" for b in scope.source.inside(value, Binary))
    if drawn or any(isinstance(c.callee, Member) for c in scope.source.inside(value, Call)):
        return False
    if function is None:
        return scope.code(value) in _TIME
    found = {name for name in origins(value, function) if not name.startswith("uint")}
    return bool(found) and found <= _TIME and isinstance(value, Name | Member | Binary | Call)


DETECTOR = Detector(rule=RULE, visits=(StateVariable, Declare, Assign, Return), check=_check)
