"""`swapped-shift`: a number of bits shifted by a value."""

import re
from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Reference, Rule, Scope, cwe
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.nodes import Assembly, Node

RULE = Rule(
    name="swapped-shift",
    title="The operands of a shift are swapped",
    category=Category.ARITHMETIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    what=(
        "Finds `shl`, `shr` and `sar` in assembly whose second operand is a whole number of bytes "
        "written out, as `shr(value, 96)`, while the first is not a number."
    ),
    why="The first operand says by how many bits; so 96 is shifted, and the result is mostly zero.",
    how="Write the number of bits first: `shr(96, value)`.",
    limits=(
        "Only 8 to 248 in steps of 8 are taken for amounts; with `shl` no powers of two, which are "
        "shifted on purpose."
    ),
    references=(
        cwe(683),
        Reference("Yul", "https://docs.soliditylang.org/en/latest/yul.html#evm-dialect"),
    ),
    bad="""\
pragma solidity 0.8.30;

contract Words {
    function high(uint256 word) external pure returns (uint256 result) {
        assembly {
            result := shr(word, 128)
        }
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Words {
    function high(uint256 word) external pure returns (uint256 result) {
        assembly {
            result := shr(128, word)
        }
    }
}
""",
)

_SHIFT = re.compile(r"\b(shl|shr|sar)\(\s*([A-Za-z_$][\w$.]*)\s*,\s*(\d+)\s*\)")
_COMMENT = re.compile(r"//[^\r\n]*|/\*.*?\*/", re.DOTALL)
_AMOUNTS = range(8, 256, 8)


def _check(node: Assembly, scope: Scope) -> Iterator[Hit]:
    if not node.opcodes & {"shl", "shr", "sar"}:
        return
    code = _COMMENT.sub(lambda found: " " * len(found[0]), scope.source.code(node))
    for shift in _SHIFT.finditer(code):
        amount = int(shift[3])
        if amount not in _AMOUNTS or (shift[1] == "shl" and amount & (amount - 1) == 0):
            continue
        place = Node(node.start + shift.start(), node.start + shift.end())
        place.parent = node
        yield Hit(
            node=place,
            message=f"`{shift[0]}` shifts {shift[3]} by `{shift[2]}` bits.",
            recommendation=f"Write `{shift[1]}({shift[3]}, {shift[2]})`.",
        )


DETECTOR = Detector(rule=RULE, visits=(Assembly,), check=_check)
