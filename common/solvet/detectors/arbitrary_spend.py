"""`arbitrary-spend`: anybody spends or burns anybody's tokens."""

import re
from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.detectors.unprotected_function import is_open
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.callers import is_caller_examined
from solvet.solidity.declarations import Function
from solvet.solidity.effects import Effect, Effects, Kind
from solvet.solidity.flow import effects_of
from solvet.solidity.guards import is_caller
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Assign, Binary, Call, Expr, Index, Literal, Member, Name
from solvet.solidity.queries import called_name
from solvet.solidity.signatures import recoveries

RULE = Rule(
    name="arbitrary-spend",
    title="Anybody can spend another's tokens",
    category=Category.ACCESS_CONTROL,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    what=(
        "Finds a public function that burns or moves the tokens of an account its caller names, "
        "or takes off that account's entry in a mapping, and that looks neither at the caller nor "
        "at what he is allowed."
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
_MOVES = frozenset({"_transfer", "_safeTransfer"})
_SHORTEST_MOVE = 3


def _check(_: Function, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    if function is None or not is_open(function):
        return
    effects = effects_of(function)
    for effect in effects.of(Kind.INSIDE, Kind.WRITE):
        if effect.route or not _is_spending(effect, effects, function):
            continue
        if not _is_allowed(function):
            yield Hit(
                node=effect.node,
                message=f"Anybody can call `{function.name}` and spend what is not his.",
                recommendation="Spend what the caller has, or his allowance first.",
            )
        return


def _is_spending(effect: Effect, effects: Effects, function: FunctionModel) -> bool:
    if isinstance(effect.node, Call) and called_name(effect.node) in _MOVES:
        return _moves(effect.node, function)
    return _burns(effect, function) or _takes(effect, effects, function)


def _moves(call: Call, function: FunctionModel) -> bool:
    """Whether tokens of an account the caller names go to another."""
    accounts = {p.name for p in function.node.parameters if p.type.startswith("address")}
    first = call.arguments[0] if len(call.arguments) >= _SHORTEST_MOVE else None
    return isinstance(first, Name) and first.name in accounts


def _burns(effect: Effect, function: FunctionModel) -> bool:
    call = effect.node
    if not isinstance(call, Call) or called_name(call) != "_burn" or not call.arguments:
        return False
    named = {parameter.name for parameter in function.node.parameters}
    first, *rest = call.arguments
    if any(isinstance(argument, Literal) and argument.text == "true" for argument in rest):
        return False  # ERC721A's way to ask for a check of the caller
    return isinstance(first, Name) and first.name in named


def _takes(effect: Effect, effects: Effects, function: FunctionModel) -> bool:
    """Whether it lessens the entry of an account the caller names, and pays nobody."""
    node = effect.node
    if not isinstance(node, Assign) or not isinstance(node.target, Index):
        return False
    accounts = {p.name for p in function.node.parameters if p.type.startswith("address")}
    key = node.target.index_
    named = isinstance(key, Name) and key.name in accounts
    return named and _lessens(node) and not any(True for _ in effects.calls())


def _lessens(node: Assign) -> bool:
    match node.value:
        case _ if node.operator == "-=":
            return True
        case Binary(operator="-"):
            return node.operator == "="
        case Call(callee=Member(member="sub")):
            return node.operator == "="
        case _:
            return False


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
