"""`discarded-result`: something is calculated, and thrown away."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.calls import internal_call
from solvet.solidity.declarations import Using
from solvet.solidity.effects import Kind
from solvet.solidity.flow import effects_of
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Call, Do, Member, Revert
from solvet.solidity.numbers import integer
from solvet.solidity.queries import called_name
from solvet.solidity.types import type_of

RULE = Rule(
    name="discarded-result",
    title="The result of a calculation is thrown away",
    category=Category.OTHER,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    what=(
        "Finds a call that stands alone and does nothing but calculate: SafeMath's `add`, `sub`, "
        "`mul`, `div` and `mod`, or a pure function of the contract that never reverts."
    ),
    why="`balance.add(amount);` changes nothing: the sum was to be assigned.",
    how="Assign the result, or remove the call.",
    limits="Such a call may be there for the overflow check alone; then say so with a `require`.",
    references=(swc(135), cwe(252)),
    bad="""\
pragma solidity 0.6.12;

library SafeMath {
    function sub(uint256 a, uint256 b) internal pure returns (uint256) {
        require(b <= a, "underflow");
        return a - b;
    }
}

contract Token {
    using SafeMath for uint256;

    mapping(address => uint256) private balances;

    function burn(uint256 amount) external {
        balances[msg.sender].sub(amount);
    }
}
""",
    good="""\
pragma solidity 0.6.12;

library SafeMath {
    function sub(uint256 a, uint256 b) internal pure returns (uint256) {
        require(b <= a, "underflow");
        return a - b;
    }
}

contract Token {
    using SafeMath for uint256;

    mapping(address => uint256) private balances;

    function burn(uint256 amount) external {
        balances[msg.sender] = balances[msg.sender].sub(amount);
    }
}
""",
)

_SUMS = frozenset({"add", "sub", "mul", "div", "mod"})
_READ_ONLY = frozenset({"pure", "view"})


def _check(node: Do, scope: Scope) -> Iterator[Hit]:
    function, call = scope.function, node.expression
    if function is None or not isinstance(call, Call) or called_name(call) == "":
        return
    target = internal_call(call, function)
    unknown_sum = target is None and _is_imported_sum(call, function)
    if unknown_sum or (target is not None and _only_calculates(target)):
        yield Hit(
            node=node,
            message=f"`{called_name(call)}` only calculates, and its result is thrown away.",
            recommendation="Assign the result, or remove the call.",
        )


def _only_calculates(target: FunctionModel) -> bool:
    if not target.node.returns:
        return False
    if target.node.name in _SUMS and target.node.mutability in _READ_ONLY:
        return target.declared_in is not None and target.declared_in.node.kind == "library"
    return target.node.mutability == "pure" and not _may_revert(target)


def _may_revert(target: FunctionModel) -> bool:
    """Whether it is called for what it refuses, as `validate(x)` is."""
    effects = effects_of(target)
    checks = any(effect.kind in {Kind.CHECK, Kind.INSIDE} for effect in effects.ordered)
    reverts = any(target.source.inside(target.node, Revert))
    return checks or reverts or target.node.body is None


def _is_imported_sum(call: Call, function: FunctionModel) -> bool:
    """`a.add(b)` of a SafeMath that is not at hand."""
    callee, contract = call.callee, function.declared_in
    if not isinstance(callee, Member) or callee.member not in _SUMS or contract is None:
        return False
    type_ = type_of(callee.object, function)
    if type_ and integer(type_) is None:
        return False
    attached = (m for m in contract.node.members if isinstance(m, Using))
    return any(using.library.startswith("SafeMath") for using in attached)


DETECTOR = Detector(rule=RULE, visits=(Do,), check=_check)
