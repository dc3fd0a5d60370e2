"""`unprotected-sweep`: the contract's tokens for whoever asks."""

import re
from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.detectors.unprotected_function import is_open
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.callers import has_state_condition, is_caller_examined
from solvet.solidity.declarations import Function
from solvet.solidity.effects import Effects, Kind
from solvet.solidity.flow import effects_of, modifiers_of
from solvet.solidity.guards import is_caller, is_restricted
from solvet.solidity.model import ContractModel, FunctionModel
from solvet.solidity.nodes import Call, Expr, Member
from solvet.solidity.queries import called_name
from solvet.solidity.signatures import recoveries
from solvet.solidity.taint import origins, parameters_in
from solvet.solidity.upgrades import base_names

RULE = Rule(
    name="unprotected-sweep",
    title="Anybody can take the contract's tokens",
    category=Category.ACCESS_CONTROL,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    what=(
        "Finds, in contracts that have an owner, a public function that sends tokens to its "
        "caller or to whom he names, in an amount he chooses or all there are, without a look at "
        "the caller and without booking anything."
    ),
    why="The first who notices takes all tokens the contract holds.",
    how="Let only the owner call it, or pay only what the books say is owed.",
    limits=(
        "Contracts without an owner are left alone: routers are swept by everybody on purpose. "
        "Any write of state, a condition on it, and tokens that come in by the same call, count as "
        "booking. Callbacks have rules of their own."
    ),
    references=(swc(105), cwe(862)),
    bad="""\
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";

contract Treasury is Ownable(msg.sender) {
    using SafeERC20 for IERC20;

    function rescue(IERC20 token) external {
        token.safeTransfer(msg.sender, token.balanceOf(address(this)));
    }
}
""",
    good="""\
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";

contract Treasury is Ownable(msg.sender) {
    using SafeERC20 for IERC20;

    function rescue(IERC20 token) external onlyOwner {
        token.safeTransfer(msg.sender, token.balanceOf(address(this)));
    }
}
""",
)

_OWNED = re.compile(r"Ownable|Owned|AccessControl|Auth\b|Governed|Roles")
_INCOMING = re.compile(
    r"transferFrom|burn|swap|redeem|withdraw|claim|deposit|mint|harvest|collect|pull|pay|take",
    re.IGNORECASE,
)
_CALLBACK = re.compile(r"on[A-Z]|executeOperation|\w*(?:Callback|Call)\Z")
_SENDERS = frozenset({"transfer", "safeTransfer"})


def _check(_: Function, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    if function is None or function.contract is None or not _may_sweep(function):
        return
    if not function.contract.derived(_has_owner):
        return
    for call in scope.source.inside(function.node, Call):
        if _sends_at_will(call, function):
            yield Hit(
                node=call,
                message=f"Anybody can call `{function.name}` and take these tokens.",
                recommendation="Let only the owner call it.",
            )


def _may_sweep(function: FunctionModel) -> bool:
    """Whether anybody can call it, nothing is booked and nothing comes in."""
    hidden = len(modifiers_of(function)) < len(function.node.invocations)
    if hidden or not is_open(function) or is_caller_examined(function) or recoveries(function):
        return False
    if has_state_condition(function) or _CALLBACK.match(function.name):
        return False
    calls = function.source.inside(function.node, Call)
    if any(_INCOMING.search(called_name(call)) for call in calls):
        return False
    return not _is_booked(effects_of(function))


def _is_booked(effects: Effects) -> bool:
    if any(True for _ in effects.of(Kind.WRITE)):
        return True
    conditions = (e for e in effects.ordered if e.condition is not None)
    return any(
        is_caller(part, effect.function)
        for effect in conditions
        if effect.condition is not None
        for part in effect.function.source.inside(effect.condition, Expr)
    )


def _has_owner(contract: ContractModel) -> bool:
    """Whether somebody has a say in it; that only WETH may send it ether is no such thing."""
    functions = (f for f in contract.entry_points if f.node.kind == "function")
    named = any(_OWNED.search(name) for name in base_names(contract))
    return named or any(is_restricted(function) for function in functions)


def _sends_at_will(call: Call, function: FunctionModel) -> bool:
    if not isinstance(call.callee, Member) or called_name(call) not in _SENDERS:
        return False
    if len(call.arguments) <= 1:
        return False
    *_, receiver, amount = call.arguments
    chosen = is_caller(receiver, function) or bool(parameters_in(receiver, function))
    made_of = origins(amount, function)
    return chosen and (bool(parameters_in(amount, function)) or "this" in made_of)


DETECTOR = Detector(rule=RULE, visits=(Function,), check=_check, words=_SENDERS)
