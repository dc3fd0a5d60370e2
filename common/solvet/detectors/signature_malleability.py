"""`signature-malleability`: signatures told apart by their bytes."""

import re
from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.declarations import Function
from solvet.solidity.effects import Kind
from solvet.solidity.flow import effects_of
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Assign, Expr, Index, Literal, Name
from solvet.solidity.queries import called_name
from solvet.solidity.signatures import Recovery, recoveries
from solvet.solidity.taint import origins

RULE = Rule(
    name="signature-malleability",
    title="A used signature can be rewritten",
    category=Category.SIGNATURE,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    what=(
        "Finds functions that call `ecrecover` without a bound on `s` and remember used "
        "signatures by their bytes, or by a hash of them."
    ),
    why=(
        "For each signature anybody can compute a second one, with other bytes, that is as valid. "
        "It is not on the list of used ones."
    ),
    how="Remember what was signed, not the signature, or use OpenZeppelin's ECDSA library.",
    limits="Any mention of the bound (`0x7FFFFFFF…`) in the file counts as a check.",
    references=(swc(117), cwe(347)),
    bad="""\
pragma solidity 0.8.30;

contract Votes {
    mapping(bytes32 => bool) private used;
    mapping(address => uint256) public votes;

    function vote(bytes32 digest, uint8 v, bytes32 r, bytes32 s) external {
        bytes32 key = keccak256(abi.encodePacked(r, s, v));
        require(!used[key], "used already");
        used[key] = true;
        address voter = ecrecover(digest, v, r, s);
        require(voter != address(0), "not signed");
        votes[voter] += 1;
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Votes {
    mapping(bytes32 => bool) private used;
    mapping(address => uint256) public votes;

    function vote(bytes32 digest, uint8 v, bytes32 r, bytes32 s) external {
        require(!used[digest], "used already");
        used[digest] = true;
        address voter = ecrecover(digest, v, r, s);
        require(voter != address(0), "not signed");
        votes[voter] += 1;
    }
}
""",
)

_BOUND = re.compile(r"0x7F{7}", re.IGNORECASE)


def _check(_: Function, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    plain = [r for r in recoveries(function) if r.plain] if function is not None else []
    if function is None or not plain or _BOUND.search(scope.source.text) is not None:
        return
    for recovery in plain:
        for effect in effects_of(function).of(Kind.WRITE):
            place = scope.place(effect)
            if (
                place is not None
                and not effect.route
                and _keyed_by(recovery, effect.node, function)
            ):
                yield Hit(
                    node=place,
                    message="Used signatures are told apart by bytes that anybody can change.",
                    recommendation="Remember the hash that was signed, and refuse a high `s`.",
                )


def _keyed_by(recovery: Recovery, write: object, function: FunctionModel) -> bool:
    """Whether an entry is set whose key is made of the signature, maybe among other things."""
    if not isinstance(write, Assign) or not isinstance(write.target, Index):
        return False
    key = write.target.index_
    if key is None or isinstance(key, Literal):
        return False
    signature = {name for part in recovery.signature for name in _made_of(part, function)}
    parts = _made_of(key, function)
    is_signer = called_name(recovery.call) in parts
    return not is_signer and bool(parts & (signature - _made_of(recovery.digest, function)))


def _made_of(expression: Expr, function: FunctionModel) -> frozenset[str]:
    names = {n.name for n in function.source.inside(expression, Name)}
    casts = {"keccak256", "abi", "bytes32", "uint256", "bytes", "sha256"}
    return (origins(expression, function) | names) - casts


DETECTOR = Detector(rule=RULE, visits=(Function,), check=_check)
