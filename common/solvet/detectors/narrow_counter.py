"""`narrow-counter`: a loop whose counter never reaches its bound."""

import re
from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.domain.finding import Category, Confidence, Fix, Severity
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Binary, Declare, Expr, Literal, Loop, Member, Name, Variable
from solvet.solidity.numbers import Integer, integer, integer_of, number
from solvet.solidity.queries import root_name
from solvet.solidity.taint import origins
from solvet.solidity.types import locals_of, type_of
from solvet.solidity.versions import VERSION_0_5

RULE = Rule(
    name="narrow-counter",
    title="The counter is too narrow for its loop",
    category=Category.DENIAL_OF_SERVICE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    what=(
        "Finds a loop whose counter has at most 16 bits, `var i = 0` included, while the bound is "
        "the length of an array or a wider number."
    ),
    why=(
        "Past the highest value the counter wraps around and the loop never ends, or since 0.8 "
        "reverts: the function stops working for good."
    ),
    how="Count in `uint256`.",
    limits=(
        "Whether the bound ever gets that large is not known. Bounds written as a number come as "
        "`constant-comparison`."
    ),
    references=(swc(128), cwe(835)),
    bad="""\
pragma solidity 0.8.30;

contract Members {
    address[] private members;
    mapping(address => uint256) private points;

    function reward() external {
        for (uint8 i = 0; i < members.length; i++) {
            points[members[i]] += 1;
        }
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Members {
    address[] private members;
    mapping(address => uint256) private points;

    function reward() external {
        for (uint256 i = 0; i < members.length; i++) {
            points[members[i]] += 1;
        }
    }
}
""",
)

_NARROW = 16
_FIXED = re.compile(r".*\[\d+\]\Z|bytes\d+\Z")
_WORD_TYPE = re.compile(r"(?:u?int\d*|var)\b")


def _check(node: Loop, scope: Scope) -> Iterator[Hit]:
    function, condition = scope.function, node.condition
    if function is None or not isinstance(condition, Binary) or condition.operator not in "<=!=":
        return
    counter, bound = condition.left, condition.right
    if not isinstance(counter, Name):
        return
    variable = locals_of(function).get(counter.name)
    type_ = _counter_type(variable, function) if variable is not None else None
    if variable is None or type_ is None or not _exceeds(bound, type_, function):
        return
    yield Hit(
        node=condition,
        message=(
            f"`{counter.name}` ends at {type_.highest}, but `{scope.code(bound)}` can be larger."
        ),
        recommendation="Count in `uint256`.",
        severity=None if _is_given(bound, function) else Severity.LOW,
        fix=_fix(variable, scope) if scope.source.owns(variable) else None,
    )


def _counter_type(variable: Variable, function: FunctionModel) -> Integer | None:
    """The counter's type if it is narrow; `var i = 0` has 8 bits."""
    declared = integer(variable.type)
    if declared is None and variable.type in {"", "var"} and isinstance(variable.parent, Declare):
        start, old = variable.parent.value, function.model.versions.may_be_before(VERSION_0_5)
        small = isinstance(start, Literal) and number(start) in range(1 << 8)
        declared = Integer(8, signed=False) if old and small else None
    return declared if declared is not None and declared.bits <= _NARROW else None


def _exceeds(bound: Expr, type_: Integer, function: FunctionModel) -> bool:
    if isinstance(bound, Member) and bound.member == "length":
        container = type_of(bound.object, function)
        return bool(container) and _FIXED.match(container) is None
    if isinstance(bound, Name) and _is_constant(bound.name, function):
        return False
    width = integer_of(bound, function)
    return width is not None and not type_.holds(width)


def _is_given(bound: Expr, function: FunctionModel) -> bool:
    """Whether the bound is state or comes from the caller, not from a copy in memory."""
    state = function.contract.variables.keys() if function.contract else frozenset[str]()
    return bool(origins(bound, function) & state) or root_name(bound) in {
        parameter.name for parameter in function.node.parameters
    }


def _is_constant(name: str, function: FunctionModel) -> bool:
    state = function.contract.variables.get(name) if function.contract else None
    if state is not None:
        return state.constant or state.immutable
    known = locals_of(function)
    return name not in known or not {p.name for p in function.node.parameters} & {name}


def _fix(variable: Variable, scope: Scope) -> Fix | None:
    found = _WORD_TYPE.match(scope.source.text, variable.start)
    if found is None:
        return None
    return Fix("Count in uint256", scope.source.span_between(*found.span()), "uint256")


DETECTOR = Detector(rule=RULE, visits=(Loop,), check=_check)
