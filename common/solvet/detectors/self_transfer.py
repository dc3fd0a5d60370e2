"""`self-transfer`: whoever pays himself grows rich."""

from collections.abc import Iterator
from typing import NamedTuple

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.declarations import Function
from solvet.solidity.effects import Effect, Kind
from solvet.solidity.flow import own_effects
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Assign, Binary, Declare, Expr, Index, Name
from solvet.solidity.storage import storage_of
from solvet.solidity.types import locals_of

RULE = Rule(
    name="self-transfer",
    title="A transfer to oneself creates tokens",
    category=Category.TOKEN_INTEGRATION,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    what=(
        "Finds a function that reads two entries of one mapping into locals, and then writes both "
        "from those, without comparing the keys."
    ),
    why=(
        "If both keys are the same, the second write starts from the value before the first: the "
        "amount is added and not deducted."
    ),
    how="Use `-=` and `+=` on the entries themselves, or require that the keys differ.",
    limits="Entries of structs, and keys that are more than a name or `msg.sender`, are not seen.",
    references=(cwe(682), cwe(841)),
    bad="""\
pragma solidity 0.8.30;

contract Token {
    mapping(address => uint256) private balances;

    function transfer(address to, uint256 amount) external {
        uint256 mine = balances[msg.sender];
        uint256 theirs = balances[to];
        balances[msg.sender] = mine - amount;
        balances[to] = theirs + amount;
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Token {
    mapping(address => uint256) private balances;

    function transfer(address to, uint256 amount) external {
        balances[msg.sender] -= amount;
        balances[to] += amount;
    }
}
""",
)


class _Entry(NamedTuple):
    """`balances[to]`, and where in the file it is read."""

    variable: str
    key: str
    read: int


def _check(_: Function, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    if function is None or function.contract is None or function.is_read_only:
        return
    cached = function.derived(_cached)
    written: list[tuple[Effect, _Entry]] = []
    for effect in own_effects(function) if len(cached) > 1 else ():
        entry = _entry_written_from_cache(effect, cached)
        if entry is None:
            continue
        for first, other in written:
            alike = entry.variable == other.variable and entry.key != other.key
            if (
                alike
                and entry.read < first.node.index
                and not _are_compared(entry, other, function)
            ):
                yield _hit(effect, entry, other)
        written.append((effect, entry))


def _hit(effect: Effect, entry: _Entry, other: _Entry) -> Hit:
    return Hit(
        node=effect.node,
        message=(
            f"If `{other.key}` and `{entry.key}` are the same account, the first write to "
            f"`{entry.variable}` is lost."
        ),
        recommendation="Change the entries with `-=` and `+=`, without locals.",
    )


def _cached(function: FunctionModel) -> dict[str, _Entry]:
    """Locals that are declared as an entry of a mapping."""
    found: dict[str, _Entry] = {}
    for name, variable in locals_of(function).items():
        declared = variable.parent
        if isinstance(declared, Declare) and declared.value is not None and not variable.location:
            entry = _entry(declared.value, function)
            if entry is not None:
                found[name] = entry
    return found


def _entry(expression: Expr, function: FunctionModel) -> _Entry | None:
    if not isinstance(expression, Index) or expression.index_ is None:
        return None
    if not isinstance(expression.base, Name):
        return None
    variable = storage_of(function).variable(expression.base.name)
    key = function.source.code(expression.index_)
    return _Entry(variable, key, expression.index) if variable else None


def _entry_written_from_cache(effect: Effect, cached: dict[str, _Entry]) -> _Entry | None:
    """The cached entry that is set to a value made of what it was."""
    node = effect.node
    if effect.kind is not Kind.WRITE or not isinstance(node, Assign) or node.operator != "=":
        return None
    target = _entry(node.target, effect.function)
    if target is None:
        return None
    names = {name.name for name in effect.function.source.inside(node.value, Name)}
    made_of = (cached[name] for name in sorted(names) if name in cached)
    same = (e for e in made_of if (e.variable, e.key) == (target.variable, target.key))
    return next(same, None)


def _are_compared(one: _Entry, other: _Entry, function: FunctionModel) -> bool:
    """Whether a condition compares the keys, either way."""
    source = function.source
    return any(
        comparison.operator in {"==", "!="}
        and {source.code(comparison.left), source.code(comparison.right)} == {one.key, other.key}
        for comparison in source.inside(function.node, Binary)
    )


DETECTOR = Detector(rule=RULE, visits=(Function,), check=_check)
