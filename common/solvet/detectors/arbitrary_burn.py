"""`arbitrary-burn`: anybody destroys anybody's tokens."""

import re
from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.detectors.unprotected_function import is_open
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.callers import is_caller_examined
from solvet.solidity.declarations import Function
from solvet.solidity.effects import Effect, Kind
from solvet.solidity.flow import effects_of
from solvet.solidity.guards import is_caller
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Call, Expr, Name
from solvet.solidity.queries import called_name
from solvet.solidity.signatures import recoveries

RULE = Rule(
    name="arbitrary-burn",
    title="Anybody can burn another's tokens",
    category=Category.ACCESS_CONTROL,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    what=(
        "Finds a public function that burns tokens of an account, or the token, its caller names, "
        "and that looks neither at the caller nor at what he is allowed."
    ),
    why=(
        "Holders lose their tokens, and where a pair's tokens can be burnt the price can be set at "
        "will and the pair emptied."
    ),
    how="Burn the caller's own tokens, or spend his allowance first (`_spendAllowance`).",
    limits="Any use of the caller's address counts as a look at what he may do.",
    references=(swc(105), cwe(862)),
    bad="""\
pragma solidity 0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

contract Coin is ERC20("Coin", "COIN") {
    function burn(address from, uint256 amount) external {
        _burn(from, amount);
    }
}
""",
    good="""\
pragma solidity 0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

contract Coin is ERC20("Coin", "COIN") {
    function burn(address from, uint256 amount) external {
        _spendAllowance(from, msg.sender, amount);
        _burn(from, amount);
    }
}
""",
)

_ALLOWING = re.compile(r"allow|spend|approv|owner|role|permission|lock", re.IGNORECASE)


def _check(_: Function, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    if function is None or not is_open(function):
        return
    for effect in effects_of(function).of(Kind.INSIDE):
        if effect.route or not _burns_others(effect, function):
            continue
        if _is_allowed(function):
            return
        yield Hit(
            node=effect.node,
            message=f"Anybody can call `{function.name}` and burn tokens that are not his.",
            recommendation="Burn the caller's tokens, or spend his allowance first.",
        )


def _burns_others(effect: Effect, function: FunctionModel) -> bool:
    call = effect.node
    if not isinstance(call, Call) or called_name(call) != "_burn" or not call.arguments:
        return False
    named = {parameter.name for parameter in function.node.parameters}
    first = call.arguments[0]
    return isinstance(first, Name) and first.name in named


def _is_allowed(function: FunctionModel) -> bool:
    """Whether anything looks at the caller, a signature or an allowance."""
    if is_caller_examined(function) or recoveries(function):
        return True
    parts = function.source.inside(function.node, Expr)
    return any(
        is_caller(part, function)
        or (isinstance(part, Call) and _ALLOWING.search(called_name(part)) is not None)
        for part in parts
    )


DETECTOR = Detector(rule=RULE, visits=(Function,), check=_check)
