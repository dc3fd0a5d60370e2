"""`arbitrary-transfer-from`: somebody else's allowance, spent by whoever calls."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Reference, Rule, Scope, cwe
from solvet.detectors.unprotected_function import is_open
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.callers import is_caller_handed_on, without_payments
from solvet.solidity.calls import CallKind, ExternalCall
from solvet.solidity.declarations import Function
from solvet.solidity.effects import Effect, Effects
from solvet.solidity.flow import effects_of
from solvet.solidity.guards import is_guarded
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Name
from solvet.solidity.provenance import outer_parameters

RULE = Rule(
    name="arbitrary-transfer-from",
    title="The caller chooses whose tokens are taken",
    category=Category.TOKEN_INTEGRATION,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    what=(
        "Finds `transferFrom` and `safeTransferFrom` whose first argument is a parameter, on a way "
        "without any condition that mentions that parameter or the caller."
    ),
    why="Whoever has approved this contract can be robbed by anybody.",
    how="Take tokens from `msg.sender`, or check a signature of the owner.",
    limits=(
        "A condition on the parameter counts, whatever it says, and so does a `permit` of a token "
        "that the caller does not choose."
    ),
    references=(
        Reference("ERC-20", "https://eips.ethereum.org/EIPS/eip-20"),
        cwe(284),
    ),
    bad="""\
pragma solidity 0.8.30;

interface IERC20 {
    function transferFrom(address from, address to, uint256 amount) external returns (bool);
}

contract Pool {
    IERC20 private token;

    function deposit(address from, uint256 amount) external {
        require(token.transferFrom(from, address(this), amount), "not paid");
    }
}
""",
    good="""\
pragma solidity 0.8.30;

interface IERC20 {
    function transferFrom(address from, address to, uint256 amount) external returns (bool);
}

contract Pool {
    IERC20 private token;

    function deposit(uint256 amount) external {
        require(token.transferFrom(msg.sender, address(this), amount), "not paid");
    }
}
""",
)

_PERMITS = frozenset({"permit", "safePermit", "trustlessPermit"})
_TAKING = frozenset({"transferFrom", "safeTransferFrom"})


def _check(_: Function, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    if function is None or not is_open(function):
        return
    effects = effects_of(function)
    for effect, call in effects.calls():
        arguments, place = call.node.arguments, scope.place(effect, depth=0)
        taking = call.kind is CallKind.METHOD and call.method in _TAKING
        if not taking or not arguments or place is None:
            continue
        chosen = outer_parameters(arguments[0], effect, function)
        if not chosen or _is_permitted(effect, call, effects, function):
            continue
        if not _is_checked(effect, effects, function, chosen):
            name = min(chosen)
            yield Hit(
                node=place,
                message=f"Anybody can call `{function.name}` and take the tokens of `{name}`.",
                recommendation=f"Take them from `msg.sender` instead of `{name}`.",
            )


def _is_permitted(
    effect: Effect, call: ExternalCall, effects: Effects, function: FunctionModel
) -> bool:
    """Whether a token that the caller does not choose was shown the owner's signature before."""
    owner = outer_parameters(call.node.arguments[0], effect, function)
    if outer_parameters(call.target, effect, function):
        return False
    return any(
        owner & outer_parameters(permit.node.arguments[0], earlier, function)
        for earlier, permit in effects.calls()
        if permit.method in _PERMITS and permit.node.arguments and earlier is not effect
    )


def _is_checked(
    effect: Effect, effects: Effects, function: FunctionModel, chosen: frozenset[str]
) -> bool:
    """Whether a condition on the way looks at the caller or at whom he chose."""
    if is_guarded(effect, without_payments(effects), function):
        return True
    if any(is_caller_handed_on(earlier) for earlier in effects.before(effect)):
        return True
    return any(
        chosen & outer_parameters(name, earlier, function)
        for earlier in effects.before(effect)
        if earlier.condition is not None
        for name in earlier.function.source.inside(earlier.condition, Name)
    ) or any(
        name.name in chosen
        for arm in effect.arms
        if arm.condition is not None
        for name in arm.function.source.inside(arm.condition, Name)
    )


DETECTOR = Detector(rule=RULE, visits=(Function,), check=_check)
