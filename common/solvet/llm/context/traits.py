"""What code is about: from what it does, and from the names it uses."""

import re
from collections.abc import Iterator

from solvet.llm.context.facts import FunctionFacts, facts_about
from solvet.llm.material import Trait
from solvet.solidity.calls import CallKind, internal_call
from solvet.solidity.effects import Effects, Kind
from solvet.solidity.flow import effects_of
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Assembly, Assign, Binary, Block, Call, Loop
from solvet.solidity.payments import paid_account
from solvet.solidity.queries import called_name

_DELEGATING = frozenset({CallKind.DELEGATECALL, CallKind.CALLCODE})
_MATHS = frozenset({"*", "/", "%", "**", "*=", "/=", "%="})
_VALUE = re.compile(r"safe\w*transfer\w*|transferFrom|sendValue|_?mint|_?burn", re.IGNORECASE)

#: A trait, and the names that give it away wherever they stand in a name.
BY_NAME: tuple[tuple[Trait, str], ...] = (
    (Trait.SHARES, r"shares?(?![a-z])|totalAssets|convertTo|previewDeposit|previewRedeem|4626"),
    (Trait.REWARDS, r"reward|accrue|stak(?:e|ing)|vesting|emission|perShare|dividend"),
    (Trait.LENDING, r"borrow|repay|collateral|liquidat|healthFactor|debt|flashLoan|interestRate"),
    (Trait.PRICE, r"price|oracle|latestAnswer|latestRoundData|getReserves|twap|slot0|exchangeRate"),
    (Trait.SIGNATURE, r"ecrecover|recover|permit|signature|isValidSig|typehash|domainSeparator"),
    (Trait.TOKEN, r"transferFrom|safeTransfer|allowance|approve|balanceOf|tokenId|_?mint(?![a-z])"),
    (Trait.CALLBACK, r"callback|onERC\d+|tokensReceived|onFlashLoan|tokenFallback|beforeSwap"),
    (Trait.SWAP, r"swap|addLiquidity|removeLiquidity|amountOutMin|slippage|sqrtPrice|router"),
    (Trait.AUCTION, r"auction|bid(?:der|s)?(?![a-z])|reservePrice|settleAuction"),
    (Trait.VOTE, r"vot(?:e|ing)|proposal|quorum|delegatee|governor|getPastVotes"),
    (Trait.TIME, r"timestamp|deadline|expir|cooldown|blockNumber|duration|unlockTime"),
    (Trait.RANDOM, r"random|blockhash|prevrandao|difficulty|lottery|vrf|winner"),
    (Trait.CROSS_CHAIN, r"bridge|crossChain|chainId|lzReceive|messenger|xDomain|srcChain|relay"),
    (Trait.UPGRADE, r"upgradeTo|authorizeUpgrade|setImplementation|proxiableUUID|_implementation"),
)
_PATTERNS = tuple((trait, re.compile(names, re.IGNORECASE)) for trait, names in BY_NAME)


def traits_of(function: FunctionModel, code: str) -> frozenset[Trait]:
    """What one function does; `code` is its text without comments."""
    facts = facts_about(function)
    named = {trait for trait, names in _PATTERNS if names.search(code)}
    done = _done(function, facts, code)
    return frozenset(named | {trait for trait, holds in done.items() if holds})


def _done(function: FunctionModel, facts: FunctionFacts, code: str) -> dict[Trait, bool]:
    calls = [call for _, call in effects_of(function).calls()]
    source, node = function.source, function.node
    return {
        Trait.ENTRY_POINT: facts.entry_point,
        Trait.PAYABLE: facts.payable,
        Trait.MOVES_VALUE: moves_value(function, code),
        Trait.EXTERNAL_CALL: bool(facts.call_lines),
        Trait.DELEGATECALL: any(call.kind in _DELEGATING for call in calls),
        Trait.ASSEMBLY: any(True for _ in source.inside(node, Assembly)),
        Trait.UNCHECKED: any(block.unchecked for block in source.inside(node, Block)),
        Trait.WRITES_STATE: bool(facts.write_lines),
        Trait.GUARDED: facts.guarded,
        Trait.LOCKED: facts.locked,
        Trait.INITIALISER: facts.initialiser,
        Trait.LOOP: any(effect.loops for effect in effects_of(function).of(*Kind))
        or any(True for _ in source.inside(node, Loop)),
        Trait.MATHS: _calculates(function),
    }


def moves_value(function: FunctionModel, code: str) -> bool:
    """Whether ether or tokens are paid, by what it does or calls."""
    effects = effects_of(function)
    paid = any(paid_account(call) or call.value is not None for _, call in effects.calls())
    named = _VALUE.search(code) is not None or any(f.derived(_pays) for f in _called(effects))
    return paid or named


def _called(effects: Effects) -> Iterator[FunctionModel]:
    """Functions at hand that are called on the way, at any depth that is followed."""
    for effect in effects.of(Kind.INSIDE):
        assert isinstance(effect.node, Call)  # noqa: S101 - INSIDE stands for calls only
        target = internal_call(effect.node, effect.function)
        if target is not None:
            yield target


def _pays(function: FunctionModel) -> bool:
    """Whether something that the function's own text calls has such a name."""
    calls = function.source.inside(function.node, Call)
    return any(_VALUE.search(called_name(call)) for call in calls)


def _calculates(function: FunctionModel) -> bool:
    source, node = function.source, function.node
    return any(b.operator in _MATHS for b in source.inside(node, Binary)) or any(
        a.operator in _MATHS for a in source.inside(node, Assign)
    )
