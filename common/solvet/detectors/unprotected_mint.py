"""`unprotected-mint`: tokens for whoever asks."""

import re
from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.detectors.unprotected_function import is_open
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.callers import is_caller_examined
from solvet.solidity.declarations import Function
from solvet.solidity.effects import Effect, Effects, Kind
from solvet.solidity.flow import effects_of
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Assign, Call, Expr, Literal
from solvet.solidity.queries import called_name, root_name
from solvet.solidity.signatures import recoveries
from solvet.solidity.taint import parameters_in
from solvet.solidity.upgrades import base_names, is_setup

RULE = Rule(
    name="unprotected-mint",
    title="Anybody can create tokens",
    category=Category.ACCESS_CONTROL,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    what=(
        "Finds a public function that creates as many tokens as its caller says (`_mint` with a "
        "parameter as the amount, or a parameter added to the total supply), takes nothing for "
        "them and puts no condition on the caller."
    ),
    why="Whoever creates tokens at will sells them to those who paid for theirs.",
    how="Let only a minter's role call it, or take what the tokens stand for.",
    limits=(
        "Ether that comes along, a call of another contract or a check of a signature counts as "
        "payment or permission. Tokens that are numbered (ERC-721) are left alone."
    ),
    references=(swc(105), cwe(862)),
    bad="""\
pragma solidity 0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

contract Coin is ERC20("Coin", "COIN") {
    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }
}
""",
    good="""\
pragma solidity 0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";

contract Coin is ERC20("Coin", "COIN"), Ownable(msg.sender) {
    function mint(address to, uint256 amount) external onlyOwner {
        _mint(to, amount);
    }
}
""",
)

_SUPPLY = re.compile(r"_*(?:total_?supply|supply|total_?minted)", re.IGNORECASE)
_PAYING = re.compile(r"transferFrom|deposit|pull|pay|collect|burn|swap|wrap|sub", re.IGNORECASE)
_TEST = re.compile(r"mock|test|faucet|dummy|example|fake", re.IGNORECASE)


def _check(_: Function, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    if function is None or function.contract is None or not is_open(function):
        return
    if _TEST.search(function.contract.name) or is_setup(function):
        return
    effects = effects_of(function)
    for effect in effects.ordered:
        place = scope.place(effect)
        if place is None or not _creates(effect, function):
            continue
        if not _is_paid_or_allowed(effects, function):
            yield Hit(
                node=place,
                message=f"Anybody can call `{function.name}` and create tokens at will.",
                recommendation="Let only a minter's role call it.",
            )
        return


def _creates(effect: Effect, function: FunctionModel) -> bool:
    """Whether as many tokens are created as the caller says."""
    node = effect.node
    if effect.route:
        return False
    if effect.kind is Kind.INSIDE and isinstance(node, Call) and len(node.arguments) > 1:
        fungible = called_name(node) == "_mint" and _is_fungible(function)
        return fungible and _is_chosen(node.arguments[1], function)
    if effect.kind is not Kind.WRITE or not isinstance(node, Assign):
        return False
    grows = node.operator == "+=" or (node.operator == "=" and _adds(node, function))
    return bool(grows and _SUPPLY.fullmatch(root_name(node.target))) and _is_chosen(
        node.value, function
    )


def _adds(assign: Assign, function: FunctionModel) -> bool:
    """`supply + amount` or `supply.add(amount)`."""
    code = "".join(function.source.code(assign.value).split())
    target = "".join(function.source.code(assign.target).split())
    return code.startswith((f"{target}+", f"{target}.add("))


def _is_chosen(amount: Expr, function: FunctionModel) -> bool:
    return not isinstance(amount, Literal) and bool(parameters_in(amount, function))


def _is_fungible(function: FunctionModel) -> bool:
    names = base_names(function.contract) if function.contract else frozenset()
    coins = any("ERC20" in name or "ERC4626" in name for name in names)
    return coins and not any("721" in name or "1155" in name for name in names)


def _is_paid_or_allowed(effects: Effects, function: FunctionModel) -> bool:
    """Whether something comes in, somebody else is asked, or a check may turn the caller away."""
    if function.node.mutability == "payable" or recoveries(function):
        return True
    if any(True for _ in effects.calls()) or is_caller_examined(function):
        return True
    if any(_PAYING.search(called_name(c)) for c in function.source.inside(function.node, Call)):
        return True
    lessened = (e.node for e in effects.of(Kind.WRITE))
    return any(isinstance(node, Assign) and node.operator == "-=" for node in lessened)


DETECTOR = Detector(rule=RULE, visits=(Function,), check=_check)
