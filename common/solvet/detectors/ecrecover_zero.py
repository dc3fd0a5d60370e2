"""`ecrecover-zero`: a broken signature is an answer too."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Reference, Rule, Scope, cwe, swc
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.calls import internal_call
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Assign, Binary, Call, Declare, Expr, Name
from solvet.solidity.queries import is_member_of

RULE = Rule(
    name="ecrecover-zero",
    title="The zero address from ecrecover is accepted",
    category=Category.SIGNATURE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    what=(
        "Finds `ecrecover` compared with a stored or given address, in a function that never "
        "compares anything with the zero address."
    ),
    why=(
        "`ecrecover` returns zero for a broken signature. Where the expected signer was never "
        "set, any broken signature is accepted."
    ),
    how="Use the ECDSA library of OpenZeppelin or Solady, or require a signer that is not zero.",
    limits=(
        "A comparison with zero anywhere in the function counts, except of a parameter that has "
        "nothing to do with the signer. One function that hands the signer on is looked through."
    ),
    references=(
        swc(117),
        cwe(347),
        Reference(
            "ecrecover",
            "https://docs.soliditylang.org/en/latest/units-and-global-variables.html"
            "#mathematical-and-cryptographic-functions",
        ),
    ),
    bad="""\
pragma solidity 0.8.30;

contract Claims {
    mapping(bytes32 => address) private signers;

    function check(bytes32 id, uint8 v, bytes32 r, bytes32 s) external view returns (bool) {
        return ecrecover(id, v, r, s) == signers[id];
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Claims {
    mapping(bytes32 => address) private signers;

    function check(bytes32 id, uint8 v, bytes32 r, bytes32 s) external view returns (bool) {
        address signer = ecrecover(id, v, r, s);
        return signer != address(0) && signer == signers[id];
    }
}
""",
)

_ZERO = frozenset({"address(0)", "address(0x0)", "0", "0x0"})


def _check(node: Call, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    if function is None or not (_is_ecrecover(node) or _hands_back(node, function)):
        return
    comparisons = list(_comparisons(node, function))
    excluded = (c for c in _all_comparisons(function) if _with_zero(c, function))
    if comparisons and all(_is_of_another(c, comparisons, function) for c in excluded):
        yield Hit(
            node=node,
            message="A broken signature makes this the zero address, which nothing rules out.",
            recommendation="Require a signer that is not the zero address.",
        )


def _is_of_another(zero: Binary, comparisons: list[Binary], function: FunctionModel) -> bool:
    """Whether a comparison with zero is about a parameter that the signer is not compared with."""
    parameters = {parameter.name for parameter in function.node.parameters}
    signers = {n.name for c in comparisons for n in function.source.inside(c, Name)}
    return any(
        isinstance(side, Name) and side.name in parameters - signers
        for side in (zero.left, zero.right)
    )


def _is_ecrecover(call: Call) -> bool:
    return isinstance(call.callee, Name) and call.callee.name == "ecrecover"


def _hands_back(call: Call, function: FunctionModel) -> bool:
    """Whether a function of ours is called that returns what `ecrecover` says, unexamined."""
    target = internal_call(call, function)
    if target is None or [r.type for r in target.node.returns] != ["address"]:
        return False
    recovered = [c for c in target.source.inside(target.node, Call) if _is_ecrecover(c)]
    return bool(recovered) and not any(_with_zero(c, target) for c in _all_comparisons(target))


def _all_comparisons(function: FunctionModel) -> Iterator[Binary]:
    for node in function.source.inside(function.node, Binary):
        if node.operator in {"==", "!="}:
            yield node


def _comparisons(call: Call, function: FunctionModel) -> Iterator[Binary]:
    """Where the recovered address is compared with something that is not the caller."""
    kept = _kept_in(call)
    for node in _all_comparisons(function):
        sides = (node.left, node.right)
        recovered = [s for s in sides if s is call or (isinstance(s, Name) and s.name == kept)]
        caller = any(is_member_of(side, "msg", "sender") for side in sides)
        if recovered and not caller:
            yield node


def _kept_in(call: Call) -> str:
    parent = call.parent
    if isinstance(parent, Declare) and parent.variables and parent.variables[0]:
        return parent.variables[0].name
    if isinstance(parent, Assign) and isinstance(parent.target, Name):
        return parent.target.name
    return ""


def _with_zero(comparison: Binary, function: FunctionModel) -> bool:
    sides: tuple[Expr, ...] = (comparison.left, comparison.right)
    return any("".join(function.source.code(side).split()) in _ZERO for side in sides)


DETECTOR = Detector(rule=RULE, visits=(Call,), check=_check, words=frozenset({"ecrecover"}))
