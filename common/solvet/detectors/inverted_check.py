"""`inverted-check`: refused when there is enough, let through when there is not."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.domain.finding import Category, Confidence, Fix, Severity
from solvet.solidity.declarations import Function
from solvet.solidity.effects import Effects, Kind
from solvet.solidity.flow import own_effects
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Assign, Binary, Call, Expr, Member, Unary

RULE = Rule(
    name="inverted-check",
    title="Comparison the wrong way round",
    category=Category.ACCESS_CONTROL,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    what=(
        "Finds an amount that is taken off a stored sum after a check that the amount is at "
        "least that sum: `require(amount >= balances[msg.sender])`."
    ),
    why=(
        "Those who ask for more than they have pass, and the subtraction wraps around before "
        "Solidity 0.8. Since 0.8 it works for exactly the whole sum only."
    ),
    how="Turn the comparison round.",
    limits="Both must stand in one function, and the sides be written as in the subtraction.",
    references=(swc(123), cwe(697)),
    bad="""\
pragma solidity 0.8.30;

contract Bank {
    mapping(address => uint256) private balances;

    function deposit() external payable {
        balances[msg.sender] += msg.value;
    }

    function withdraw(uint256 amount) external {
        require(amount >= balances[msg.sender], "too much");
        balances[msg.sender] -= amount;
        payable(msg.sender).transfer(amount);
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Bank {
    mapping(address => uint256) private balances;

    function deposit() external payable {
        balances[msg.sender] += msg.value;
    }

    function withdraw(uint256 amount) external {
        require(amount <= balances[msg.sender], "too much");
        balances[msg.sender] -= amount;
        payable(msg.sender).transfer(amount);
    }
}
""",
)

_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def _check(_: Function, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    if function is None or function.is_read_only:
        return
    assigned = scope.source.inside(function.node, Assign)
    if not any(_subtraction(node, function) for node in assigned):
        return
    effects = Effects(own_effects(function))
    for effect in effects.of(Kind.WRITE):
        taken = _subtraction(effect.node, effect.function)
        if taken is None:
            continue
        for condition, holds, where in effects.checks_before(effect):
            for comparison, operator in _comparisons(condition, holds=holds):
                if scope.source.owns(comparison) and _says(comparison, operator, taken, where):
                    yield _hit(comparison, taken, scope)


def _subtraction(node: object, function: FunctionModel) -> tuple[str, str] | None:
    """The sum and what is taken off it, as text."""
    if not isinstance(node, Assign):
        return None
    target, value = _text(node.target, function), node.value
    match value:
        case _ if node.operator == "-=":
            return target, _text(value, function)
        case Binary(operator="-", left=left, right=right) if node.operator == "=":
            return (target, _text(right, function)) if _text(left, function) == target else None
        case Call(callee=Member(object=left, member="sub"), arguments=(right, *_)):
            return (target, _text(right, function)) if _text(left, function) == target else None
        case _:
            return None


def _comparisons(condition: Expr, *, holds: bool) -> Iterator[tuple[Binary, str]]:
    """What certainly holds, as comparisons with their operators."""
    match condition:
        case Unary(operator="!", operand=operand):
            yield from _comparisons(operand, holds=not holds)
        case Binary(operator="&&" | "||" as operator, left=left, right=right):
            if (operator == "&&") == holds:
                yield from _comparisons(left, holds=holds)
                yield from _comparisons(right, holds=holds)
        case Binary(operator="<" | "<=" | ">" | ">=" as operator):
            yield condition, operator if holds else _OPPOSITE[operator]


def _says(
    comparison: Binary, operator: str, taken: tuple[str, str], function: FunctionModel
) -> bool:
    """Whether it says that what is taken is not less than the sum."""
    left, right = _text(comparison.left, function), _text(comparison.right, function)
    if (left, right) == taken:
        left, right, operator = right, left, _TURNED[operator]
    return (right, left) == taken and operator in {">", ">="}


def _text(expression: Expr, function: FunctionModel) -> str:
    return "".join(function.source.code(expression).split())


def _hit(comparison: Binary, taken: tuple[str, str], scope: Scope) -> Hit:
    source, (total, amount) = scope.source, taken
    between = source.text[comparison.left.end : comparison.right.start]
    turned = between.replace(comparison.operator, _TURNED[comparison.operator])
    span = source.span_between(comparison.left.end, comparison.right.start)
    return Hit(
        node=comparison,
        message=f"Lets only those through who ask for at least all of `{total}`.",
        recommendation=f"Require `{amount}` to be at most `{total}`.",
        fix=Fix("Turn the comparison round", span, turned),
    )


DETECTOR = Detector(rule=RULE, visits=(Function,), check=_check)
