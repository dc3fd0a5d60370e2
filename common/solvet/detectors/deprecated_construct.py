"""`deprecated-construct`: words the language has dropped."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.domain.finding import Category, Confidence, Fix, Severity
from solvet.solidity.nodes import Call, Member, Name, Node, Revert
from solvet.solidity.queries import is_member_of
from solvet.solidity.versions import Version

RULE = Rule(
    name="deprecated-construct",
    title="Dropped from the language",
    category=Category.BEST_PRACTICE,
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    what="Finds `throw`, `suicide`, `sha3`, `callcode`, `msg.gas` and `block.blockhash`.",
    why=(
        "Current compilers refuse them. `throw` gives no reason, and `callcode` loses the sender."
    ),
    how="Use `revert`, `selfdestruct`, `keccak256`, `delegatecall`, `gasleft()` and `blockhash`.",
    limits="`constant` functions, `var` and `years` are left to the compiler.",
    references=(swc(111), cwe(477)),
    bad="""\
pragma solidity 0.4.24;

contract Names {
    function hashed(string name) public pure returns (bytes32) {
        return sha3(name);
    }
}
""",
    good="""\
pragma solidity 0.4.24;

contract Names {
    function hashed(string name) public pure returns (bytes32) {
        return keccak256(name);
    }
}
""",
)

_ANY: Version = (0, 0, 0)
_REVERT: Version = (0, 4, 10)
_GASLEFT: Version = (0, 4, 21)
_BLOCKHASH: Version = (0, 4, 22)


def _check(node: Node, scope: Scope) -> Iterator[Hit]:
    found = _deprecated(node, scope)
    if found is None or scope.function is None:
        return
    place, replacement, since = found
    possible = since == _ANY or not scope.model.versions.may_be_before(since)
    span = scope.source.span(place)
    yield Hit(
        node=place,
        message=f"`{scope.code(place)}` is no longer part of the language.",
        recommendation=f"Use `{replacement.rstrip(';')}`.",
        fix=Fix(f"Use {replacement.rstrip(';')}", span, replacement) if possible else None,
    )


def _deprecated(node: Node, scope: Scope) -> tuple[Node, str, Version] | None:
    """What stands there, what to write, and since when that is understood."""
    match node:
        case Revert(error=None) if scope.code(node).startswith("throw"):
            return node, "revert();", _REVERT
        case Call(callee=Name(name="sha3") as name):
            return name, "keccak256", _ANY
        case Call(callee=Name(name="suicide") as name):
            return name, "selfdestruct", _ANY
        case Call(callee=Member() as member) if is_member_of(member, "block", "blockhash"):
            return member, "blockhash", _BLOCKHASH
        case Member() if is_member_of(node, "msg", "gas"):
            return node, "gasleft()", _GASLEFT
        case _:
            return None


DETECTOR = Detector(rule=RULE, visits=(Revert, Call, Member), check=_check)
