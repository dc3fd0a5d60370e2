"""`blockhash-range`: the hash of a block that has none, or none any more."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Reference, Rule, Scope, cwe, swc
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.locals import kept_value
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Assign, Binary, Call, Expr, Literal, Name, Return
from solvet.solidity.queries import called_name, is_constant_number, is_member_of
from solvet.solidity.taint import origins

RULE = Rule(
    name="blockhash-range",
    title="Hash of a block out of reach",
    category=Category.BAD_RANDOMNESS,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    what=(
        "Finds `blockhash` of the current block, and of a block stored earlier where nothing makes "
        "sure that it is among the last 256."
    ),
    why=(
        "`blockhash` knows the last 256 blocks and is zero for all others, the current one "
        "included. Whoever waits long enough knows the draw: it comes from zero."
    ),
    how=(
        "Use a verifiable random function; at least refuse blocks that are too old, and a hash of "
        "zero."
    ),
    limits=(
        "Any comparison of the block number with a large constant counts as such a check. The "
        "current block's hash is low where the caller is only told it."
    ),
    references=(
        swc(120),
        cwe(330),
        Reference(
            "blockhash",
            "https://docs.soliditylang.org/en/latest/units-and-global-variables.html",
        ),
    ),
    bad="""\
pragma solidity 0.8.30;

contract Guess {
    mapping(address => uint256) private drawnAt;
    mapping(address => bytes32) private guesses;

    function lockIn(bytes32 hash) external payable {
        guesses[msg.sender] = hash;
        drawnAt[msg.sender] = block.number + 1;
    }

    function won() external view returns (bool) {
        require(block.number > drawnAt[msg.sender], "too early");
        bytes32 answer = blockhash(drawnAt[msg.sender]);
        return answer == guesses[msg.sender];
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Guess {
    mapping(address => uint256) private drawnAt;
    mapping(address => bytes32) private guesses;

    function lockIn(bytes32 hash) external payable {
        guesses[msg.sender] = hash;
        drawnAt[msg.sender] = block.number + 1;
    }

    function won() external view returns (bool) {
        require(block.number > drawnAt[msg.sender], "too early");
        require(block.number <= drawnAt[msg.sender] + 256, "too late");
        bytes32 answer = blockhash(drawnAt[msg.sender]);
        return answer == guesses[msg.sender];
    }
}
""",
)

_BLOCKHASH = frozenset({"blockhash", "block.blockhash"})
_COMPARISONS = frozenset({"<", ">", "<=", ">=", "==", "!="})
_LARGE = 64


def _check(node: Call, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    if function is None or called_name(node) != "blockhash" or len(node.arguments) != 1:
        return
    block = node.arguments[0]
    if _is_current(block, function):
        yield Hit(
            node=node,
            message="The current block has no hash yet: this is always zero.",
            recommendation="Take a block in the past, or better no block at all.",
            severity=Severity.LOW if _is_only_returned(node, function) else Severity.HIGH,
            confidence=Confidence.HIGH,
        )
    elif _is_stored(block, function) and not function.derived(_is_bounded):
        yield Hit(
            node=node,
            message=f"Once `{scope.code(block)}` is 257 blocks back, its hash is zero.",
            recommendation="Refuse blocks that are more than 256 blocks back.",
        )


def _is_only_returned(node: Call, function: FunctionModel) -> bool:
    """Whether the caller is told it and nothing hangs on it here."""
    match node.parent:
        case Return():
            return True
        case Assign(target=Name(name=name)):
            uses = (n for n in function.source.inside(function.node, Name) if n.name == name)
            return any(v.name == name for v in function.node.returns) and len([*uses]) == 1
    return False


def _is_current(block: Expr, function: FunctionModel) -> bool:
    """Whether it is `block.number`, itself or by the name of a local."""
    return is_member_of(kept_value(block, function), "block", "number")


def _is_stored(block: Expr, function: FunctionModel) -> bool:
    found = origins(block, function)
    variables = function.contract.variables.keys() if function.contract else frozenset()
    return bool(found & variables) and "block.number" not in found


def _is_bounded(function: FunctionModel) -> bool:
    """Whether the block number is compared with something far off, or the hash with zero."""
    return any(
        _bounds(comparison, function)
        for comparison in function.source.inside(function.node, Binary)
        if comparison.operator in _COMPARISONS
    )


def _bounds(comparison: Binary, function: FunctionModel) -> bool:
    found = origins(comparison, function)
    if found & _BLOCKHASH or any(
        called_name(call) == "blockhash" for call in function.source.inside(comparison, Call)
    ):
        return comparison.operator in {"==", "!="} and _mentions_zero(comparison, function)
    numbers = (n for n in function.source.inside(comparison, Literal) if is_constant_number(n))
    large = any(n.text.isdigit() and int(n.text) >= _LARGE for n in numbers)
    return "block.number" in found and (large or any(name.isupper() for name in found))


def _mentions_zero(comparison: Binary, function: FunctionModel) -> bool:
    sides = (comparison.left, comparison.right)
    texts = ("".join(function.source.code(side).split()) for side in sides)
    return any(text in {"0", "0x0", "bytes32(0)", "bytes32(0x0)"} for text in texts)


DETECTOR = Detector(rule=RULE, visits=(Call,), check=_check, words=frozenset({"blockhash"}))
