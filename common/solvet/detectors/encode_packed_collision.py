"""`encode-packed-collision`: two inputs, one hash."""

from collections.abc import Iterator
from itertools import pairwise

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.domain.finding import Category, Confidence, Fix, Severity
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Call, Expr, Member
from solvet.solidity.queries import called_name, is_member_of
from solvet.solidity.taint import parameters_in
from solvet.solidity.types import type_of

RULE = Rule(
    name="encode-packed-collision",
    title="Hash of packed values of variable length",
    category=Category.SIGNATURE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    what=(
        "Finds `keccak256(abi.encodePacked(…))` of two or more strings, byte strings or arrays "
        "side by side, at least two of which the caller provides."
    ),
    why=(
        'Nothing marks where one value ends: ("a", "bc") and ("ab", "c") have the same hash, so '
        "what was signed or stored for one passes for the other."
    ),
    how="Use `abi.encode`.",
    limits="Values whose type is not visible in the file are taken to have a fixed length.",
    references=(swc(133), cwe(294)),
    bad="""\
pragma solidity 0.8.30;

contract Registry {
    mapping(bytes32 => address) private owners;

    function register(string calldata first, string calldata last) external {
        owners[keccak256(abi.encodePacked(first, last))] = msg.sender;
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Registry {
    mapping(bytes32 => address) private owners;

    function register(string calldata first, string calldata last) external {
        owners[keccak256(abi.encode(first, last))] = msg.sender;
    }
}
""",
)


def _check(node: Call, scope: Scope) -> Iterator[Hit]:
    function, callee, parent = scope.function, node.callee, node.parent
    hashed = isinstance(parent, Call) and called_name(parent) == "keccak256"
    if function is None or not hashed or not is_member_of(callee, "abi", "encodePacked"):
        return
    pair = _ambiguous_pair(node.arguments, function)
    if pair is None or not isinstance(callee, Member):
        return
    span = scope.source.span(callee)
    yield Hit(
        node=node,
        message=(
            f"Nothing marks where `{scope.code(pair[0])}` ends and `{scope.code(pair[1])}` begins."
        ),
        recommendation="Use `abi.encode`.",
        fix=Fix("Use abi.encode, which keeps the lengths", span, "abi.encode"),
    )


def _ambiguous_pair(
    arguments: tuple[Expr, ...], function: FunctionModel
) -> tuple[Expr, Expr] | None:
    """Two neighbours of variable length that the caller provides."""
    for one, other in pairwise(arguments):
        if all(_is_free(argument, function) for argument in (one, other)):
            return one, other
    return None


def _is_free(argument: Expr, function: FunctionModel) -> bool:
    type_ = type_of(argument, function)
    dynamic = type_ in {"string", "bytes"} or type_.endswith("[]")
    return dynamic and bool(parameters_in(argument, function))


DETECTOR = Detector(rule=RULE, visits=(Call,), check=_check, words=frozenset({"encodePacked"}))
