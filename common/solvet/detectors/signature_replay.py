"""`signature-replay`: a signature that works more than once."""

import re
from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.detectors.unprotected_function import is_open
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.calls import CallKind, internal_call
from solvet.solidity.declarations import Function
from solvet.solidity.effects import Effect, Effects, Kind
from solvet.solidity.flow import effects_of
from solvet.solidity.guards import is_restricted
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Assembly, Assign, Binary, Call, Expr, Literal, Name, Unary
from solvet.solidity.queries import called_name, root_name
from solvet.solidity.signatures import recoveries, signed_names

RULE = Rule(
    name="signature-replay",
    title="Signature replay: it can be used again",
    category=Category.SIGNATURE,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    what=(
        "Finds a public function that acts on a signature and leaves nothing behind that would "
        "refuse it the next time: no nonce that goes up, no flag that is checked and set."
    ),
    why=(
        "Signatures are public once used. Whoever sends the same call again gets the payment, the "
        "mint or the vote again."
    ),
    how=(
        "Sign a nonce that goes up with every use, or record the hash of what was signed and "
        "refuse it when it is there."
    ),
    limits=(
        "Any variable that is both looked at and set counts, whether it is the right one or not. "
        "Functions that keep their marks in assembly or in another contract are left alone."
    ),
    references=(swc(121), cwe(294)),
    bad="""\
pragma solidity 0.8.30;

contract Vouchers {
    address private immutable signer = msg.sender;

    receive() external payable {}

    function redeem(uint256 amount, uint8 v, bytes32 r, bytes32 s) external {
        bytes32 digest = keccak256(abi.encode(address(this), block.chainid, msg.sender, amount));
        address found = ecrecover(digest, v, r, s);
        require(found != address(0) && found == signer, "not signed");
        payable(msg.sender).transfer(amount);
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Vouchers {
    address private immutable signer = msg.sender;
    mapping(bytes32 => bool) private used;

    receive() external payable {}

    function redeem(uint256 amount, uint256 id, uint8 v, bytes32 r, bytes32 s) external {
        bytes32 digest = keccak256(abi.encode(address(this), block.chainid, amount, id));
        require(!used[digest], "used already");
        used[digest] = true;
        address found = ecrecover(digest, v, r, s);
        require(found != address(0) && found == signer, "not signed");
        payable(msg.sender).transfer(amount);
    }
}
""",
)

_MARKING = re.compile(r"nonce|invalidate|consume|mark|(?:use|spend)[A-Z]|cancel", re.IGNORECASE)
_TRANSFERS = re.compile(
    r"_?(?:safe)?(?:transfer|mint|burn|approve|withdraw|send|pay)", re.IGNORECASE
)
_MOVING = frozenset({CallKind.CALL, CallKind.SEND, CallKind.TRANSFER, CallKind.DELEGATECALL})


def _check(_: Function, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    if function is None or not is_open(function) or not recoveries(function):
        return
    effects = effects_of(function)
    if not effects.complete or is_restricted(function) or not _acts(effects):
        return
    for recovery in recoveries(function)[:1]:
        looked_at = signed_names(recovery, function) | _checked(effects)
        if not _leaves_a_mark(effects, looked_at) and not _has_unseen_marks(function, effects):
            yield Hit(
                node=recovery.call,
                message=f"`{function.name}` accepts the same signature again and again.",
                recommendation="Sign a nonce that goes up, or record and refuse used signatures.",
            )


def _acts(effects: Effects) -> bool:
    """Whether doing it twice makes a difference: money or tokens move, or a sum changes."""
    return any(_moves(effect) or _adds_up(effect) for effect in effects.ordered)


def _moves(effect: Effect) -> bool:
    call = effect.external
    if call is not None:
        return call.kind in _MOVING or _TRANSFERS.match(call.method) is not None
    name = called_name(effect.node) if isinstance(effect.node, Call) else ""
    return effect.kind is Kind.INSIDE and _TRANSFERS.match(name) is not None


def _adds_up(effect: Effect) -> bool:
    node = effect.node
    if effect.kind is not Kind.WRITE:
        return False
    if isinstance(node, Unary):
        return node.operator in {"++", "--"}
    return isinstance(node, Assign) and (node.operator != "=" or _refers_to_itself(effect))


def _refers_to_itself(effect: Effect) -> bool:
    """Whether the old value is part of the new one."""
    node = effect.node
    if not isinstance(node, Assign):
        return False
    name = root_name(node.target)
    return any(n.name == name for n in effect.function.source.inside(node.value, Name))


def _checked(effects: Effects) -> frozenset[str]:
    """Names that conditions look at, those of the functions they ask included."""
    conditions = {e.condition: e.function for e in effects.ordered if e.condition is not None}
    for effect in effects.ordered:
        conditions |= {arm.condition: effect.function for arm in effect.arms if arm.condition}
    names: set[str] = set()
    for condition, where in conditions.items():
        names.update(name.name for name in where.source.inside(condition, Name))
        for call in where.source.inside(condition, Call):
            asked = internal_call(call, where)
            if asked is not None:
                names.update(n.name for n in asked.source.inside(asked.node, Name))
    return frozenset(names)


def _leaves_a_mark(effects: Effects, looked_at: frozenset[str]) -> bool:
    """Whether something is set that was looked at, and that is no running sum."""
    return any(
        _names_of(effect) & looked_at and _is_mark(effect) for effect in effects.of(Kind.WRITE)
    )


def _names_of(effect: Effect) -> frozenset[str]:
    """What the written variable is called: here, and by the storage pointer that leads to it."""
    node = effect.node
    target = node.target if isinstance(node, Assign) else None
    target = node.operand if isinstance(node, Unary) else target
    return frozenset({effect.variable, root_name(target)} if target else {effect.variable})


def _is_mark(effect: Effect) -> bool:
    node = effect.node
    match node:
        case Unary():
            return True
        case Assign(operator="=", value=value):
            return not _refers_to_itself(effect) or _counts_by_one(value)
        case Assign(operator="+=" | "-=", value=value):
            return isinstance(value, Literal)
        case _:
            return True


def _counts_by_one(value: Expr) -> bool:
    """`n + 1`, `n.add(1)`, `map | bit`."""
    if isinstance(value, Binary):
        return isinstance(value.right, Literal) or value.operator in {"|", "^", "&"}
    return isinstance(value, Call) and any(isinstance(a, Literal) for a in value.arguments)


def _has_unseen_marks(function: FunctionModel, effects: Effects) -> bool:
    """Whether a mark may be set where we do not look: assembly, or a function named so."""
    functions = {id(e.function.node): e.function for e in effects.ordered} | {0: function}
    for where in functions.values():
        blocks = where.source.inside(where.node, Assembly)
        if any("sstore" in block.opcodes for block in blocks):
            return True
        calls = where.source.inside(where.node, Call)
        if any(_MARKING.search(called_name(call)) for call in calls):
            return True
    return False


DETECTOR = Detector(rule=RULE, visits=(Function,), check=_check)
