"""`weak-randomness`: a draw whose outcome others know, or choose."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Binary, Call, Expr, Name
from solvet.solidity.queries import called_name
from solvet.solidity.source import statement_of
from solvet.solidity.taint import origins, values_of

RULE = Rule(
    name="weak-randomness",
    title="Randomness from block data",
    category=Category.BAD_RANDOMNESS,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    what=(
        "Finds numbers drawn from block data: a remainder of, or a hash made a number of, "
        "`blockhash`, `block.number`, `block.prevrandao`, `block.difficulty`, `block.coinbase`, or "
        "the time mixed with something else."
    ),
    why=(
        "Every contract called in the same block sees the same values and can compute the draw "
        "before it bets; whoever proposes the block can choose among several."
    ),
    how="Use a verifiable random function, or commit and reveal.",
    limits=(
        "A draw from the time alone comes as `timestamp-dependence`. Block data that reaches the "
        "draw through a state variable is not followed."
    ),
    references=(swc(120), cwe(330)),
    bad="""\
pragma solidity 0.8.30;

contract Dice {
    uint256 public last;

    function roll() external {
        last = uint256(keccak256(abi.encode(blockhash(block.number - 1), msg.sender))) % 6;
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Dice {
    uint256 public last;
    address private immutable oracle = msg.sender;

    function fulfil(uint256 random) external {
        require(msg.sender == oracle, "not the oracle");
        last = random % 6;
    }
}
""",
)

_TIME = frozenset({"block.timestamp", "now"})
_BLOCK = frozenset(
    {
        "blockhash",
        "block.blockhash",
        "block.number",
        "block.difficulty",
        "block.prevrandao",
        "block.coinbase",
        "block.gaslimit",
    }
)
_HASHES = frozenset({"keccak256", "sha3", "sha256"})
_NOT_INPUTS = frozenset({"abi", "keccak256", "sha3", "sha256", "this"})


def drawn_number(node: Expr, function: FunctionModel) -> frozenset[str]:
    """What a number is drawn from, if `node` draws one: a remainder, or a hash made a number."""
    if isinstance(node, Binary) and node.operator == "%":
        return frozenset() if _rounds(node, function) else origins(node.left, function)
    if not isinstance(node, Call) or not called_name(node).startswith("uint"):
        return frozenset()
    if not isinstance(node.callee, Name) or len(node.arguments) != 1:
        return frozenset()
    found = origins(node.arguments[0], function)
    return found if found & (_HASHES | {"blockhash", "block.blockhash"}) else frozenset()


def _rounds(remainder: Binary, function: FunctionModel) -> bool:
    """Whether it is taken off its dividend or its divisor: `n - n % 10` is no draw."""
    outer = remainder.parent
    if not isinstance(outer, Binary) or outer.operator != "-" or outer.right is not remainder:
        return False
    whole, *parts = (
        "".join(function.source.code(side).split()).strip("()")
        for side in (outer.left, remainder.left, remainder.right)
    )
    return whole in parts


def is_time_only(found: frozenset[str]) -> bool:
    """Whether the draw is made of the time and of nothing else."""
    inputs = {name for name in found - _NOT_INPUTS if not name.startswith("uint")}
    return bool(inputs) and inputs <= _TIME


def _is_drawn_already(node: Expr, function: FunctionModel) -> bool:
    """Whether it only narrows a local that was drawn, and reported, before."""
    if not isinstance(node, Binary) or not isinstance(node.left, Name):
        return False
    return any(
        drawn_number(part, function)
        for value in values_of(node.left.name, function)
        for part in function.source.inside(value, Call)
    )


def _check(node: Expr, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    if function is None or _is_drawn_already(node, function):
        return
    found = drawn_number(node, function)
    hashed_time = bool(found & _TIME and found & _HASHES)
    if is_time_only(found) or not (found & _BLOCK or hashed_time):
        return
    sources = ", ".join(f"`{name}`" for name in sorted(found & (_BLOCK | _TIME)))
    yield Hit(
        node=statement_of(node),
        message=f"A number is drawn from {sources}, which others know or choose.",
        recommendation="Draw from a verifiable random function, or commit and reveal.",
    )


DETECTOR = Detector(rule=RULE, visits=(Binary, Call), check=_check)
