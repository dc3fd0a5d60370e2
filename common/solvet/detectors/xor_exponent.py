"""`xor-exponent`: `10 ^ 18` is 24."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Reference, Rule, Scope, cwe
from solvet.domain.finding import Category, Confidence, Fix, Severity
from solvet.solidity.nodes import Binary, Call, Expr, Literal, Member, Name
from solvet.solidity.queries import called_name

RULE = Rule(
    name="xor-exponent",
    title="Exclusive or taken for a power",
    category=Category.ARITHMETIC,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    what="Finds `^` between the numbers 2, 10 or 256 and a decimal number, or `decimals`.",
    why="`^` is the bitwise exclusive or: `10 ^ 18` is 24, and `2 ^ 8` is 10.",
    how="Write `**`.",
    limits="Other bases, and exponents in other variables, are taken for meant as written.",
    references=(
        cwe(480),
        Reference("types", "https://docs.soliditylang.org/en/latest/types.html#integers"),
    ),
    bad="""\
pragma solidity 0.8.30;

contract Token {
    uint256 public constant SUPPLY = 1_000_000 * (10 ^ 18);
}
""",
    good="""\
pragma solidity 0.8.30;

contract Token {
    uint256 public constant SUPPLY = 1_000_000 * (10 ** 18);
}
""",
)

_BASES = frozenset({"2", "10", "256"})


def _check(node: Binary, scope: Scope) -> Iterator[Hit]:
    left = node.left
    if node.operator != "^" or not isinstance(left, Literal) or left.text not in _BASES:
        return
    if not _is_exponent(node.right):
        return
    between = scope.source.text[left.end : node.right.start]
    span = scope.source.span_between(left.end, node.right.start)
    yield Hit(
        node=node,
        message=f"`{scope.code(node)}` is an exclusive or, not a power.",
        recommendation="Write `**`.",
        fix=Fix("Raise to the power", span, between.replace("^", "**", 1)),
    )


def _is_exponent(side: Expr) -> bool:
    match side:
        case Literal(text=text):
            return text.isdigit()
        case Name(name=name) | Member(member=name):
            return name.strip("_").lower() == "decimals"
        case Call():
            return called_name(side).strip("_") == "decimals" or _is_cast(side)
        case _:
            return False


def _is_cast(call: Call) -> bool:
    """`uint256(decimals)`."""
    name = called_name(call)
    return name.startswith("uint") and len(call.arguments) == 1 and _is_exponent(call.arguments[0])


DETECTOR = Detector(rule=RULE, visits=(Binary,), check=_check)
