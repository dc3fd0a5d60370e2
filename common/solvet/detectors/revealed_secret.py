"""`revealed-secret`: the answer can be read, and copied, before it counts."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.detectors.unprotected_function import is_open
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.declarations import Function
from solvet.solidity.effects import Effect, Effects
from solvet.solidity.flow import effects_of
from solvet.solidity.guards import is_caller, mentions_caller
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Binary, Call, Expr
from solvet.solidity.queries import called_name
from solvet.solidity.taint import parameters_in

RULE = Rule(
    name="revealed-secret",
    title="Whoever copies the answer gets the prize",
    category=Category.FRONT_RUNNING,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    what=(
        "Finds ether paid to the caller because the hash of his input is the expected one, where "
        "the hash does not contain his address."
    ),
    why=(
        "The input can be read while the transaction waits. Anybody can send the same input with "
        "a higher fee and be first."
    ),
    how="Let players commit to a hash of the answer and their address first, and reveal later.",
    limits="Answers that are compared without a hash are not recognised.",
    references=(swc(114), cwe(362)),
    bad="""\
pragma solidity 0.8.30;

contract Puzzle {
    bytes32 private immutable solution = keccak256("what else");

    function solve(string calldata answer) external {
        require(keccak256(bytes(answer)) == solution, "wrong");
        payable(msg.sender).transfer(1 ether);
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Puzzle {
    mapping(address => bytes32) private commitments;

    function commit(bytes32 commitment) external {
        commitments[msg.sender] = commitment;
    }

    function solve(string calldata answer) external {
        require(keccak256(abi.encode(answer, msg.sender)) == commitments[msg.sender], "wrong");
        payable(msg.sender).transfer(1 ether);
    }
}
""",
)

_HASHES = frozenset({"keccak256", "sha3", "sha256"})


def _check(_: Function, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    if function is None or not is_open(function):
        return
    effects = effects_of(function)
    for effect, call in effects.calls():
        if effect.route or call.value is None or not is_caller(call.target, function):
            continue
        secret = _secret(effect, effects, function)
        if secret is not None and scope.source.owns(secret):
            yield Hit(
                node=secret,
                message="The answer is public before it counts; anybody can copy it and be first.",
                recommendation="Make players commit to a hash that contains their address.",
            )
            return


def _secret(send: Effect, effects: Effects, function: FunctionModel) -> Expr | None:
    """The condition on a hash of the caller's input, that has nothing to do with the caller."""
    for condition, _, where in effects.checks_before(send):
        if where is not function:
            continue
        for comparison in where.source.inside(condition, Binary):
            if comparison.operator in {"==", "!="} and _hashes_input(comparison, where):
                return comparison
    return None


def _hashes_input(comparison: Binary, function: FunctionModel) -> bool:
    if mentions_caller(comparison, function):
        return False
    hashes = (c for c in function.source.inside(comparison, Call) if called_name(c) in _HASHES)
    return any(parameters_in(hash_, function) for hash_ in hashes)


DETECTOR = Detector(rule=RULE, visits=(Function,), check=_check)
