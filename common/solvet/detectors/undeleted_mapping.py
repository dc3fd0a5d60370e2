"""`undeleted-mapping`: what `delete` leaves behind."""

import re
from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Reference, Rule, Scope, cwe
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.model import Model
from solvet.solidity.nodes import Unary
from solvet.solidity.types import type_of

RULE = Rule(
    name="undeleted-mapping",
    title="A mapping survives the deletion of its struct",
    category=Category.OTHER,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    what="Finds `delete` of a struct, or of an array of structs, that holds a mapping.",
    why=(
        "`delete` does not know the keys and leaves the entries. When the struct is used again, "
        "old votes, balances or permissions come back."
    ),
    how="Delete the entries one by one, or key them by a number that is new each time.",
    limits=(
        "Compilers since 0.7 refuse some of these deletions. Whether the place is ever used again "
        "is not known."
    ),
    references=(
        cwe(459),
        Reference("delete", "https://docs.soliditylang.org/en/latest/types.html#delete"),
    ),
    bad="""\
pragma solidity 0.8.30;

contract Ballots {
    struct Ballot {
        uint256 count;
        mapping(address => bool) voted;
    }

    mapping(uint256 => Ballot) private ballots;

    function close(uint256 id) external {
        delete ballots[id];
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Ballots {
    struct Ballot {
        uint256 count;
        uint256 closedAt;
    }

    mapping(uint256 => Ballot) private ballots;

    function close(uint256 id) external {
        delete ballots[id];
    }
}
""",
)

_ARRAY = re.compile(r"(?:\[\w*\])+\Z")
_MAX_DEPTH = 4


def _check(node: Unary, scope: Scope) -> Iterator[Hit]:
    if node.operator != "delete" or scope.function is None:
        return
    type_ = type_of(node.operand, scope.function)
    member = _mapping_in(type_, scope.model)
    if member:
        yield Hit(
            node=node,
            message=f"`{member}` keeps its entries when `{scope.code(node.operand)}` is deleted.",
            recommendation="Delete the entries too, or use a new key each time.",
        )


def _mapping_in(type_: str, model: Model, depth: int = 0) -> str:
    """The member that is a mapping; '' if there is none."""
    struct = model.structs.get(_ARRAY.sub("", type_).rpartition(".")[2])
    if struct is None or depth > _MAX_DEPTH:
        return ""
    for member in struct.members:
        if member.type.startswith("mapping"):
            return member.name
        if found := _mapping_in(member.type, model, depth + 1):
            return found
    return ""


DETECTOR = Detector(rule=RULE, visits=(Unary,), check=_check)
