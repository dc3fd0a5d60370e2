"""`flash-loan-callback`: a callback that believes whoever calls it."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Reference, Rule, Scope, cwe
from solvet.detectors.unprotected_function import is_open
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.callers import has_state_condition, is_caller_examined
from solvet.solidity.declarations import Function
from solvet.solidity.effects import Effects, Kind
from solvet.solidity.flow import effects_of

RULE = Rule(
    name="flash-loan-callback",
    title="A callback does not check who calls",
    category=Category.ACCESS_CONTROL,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    what=(
        "Finds the callbacks of flash loans and swaps (`onFlashLoan`, `executeOperation`, "
        "`uniswapV2Call`, `uniswapV3SwapCallback` and their like) that act without any condition "
        "on the caller."
    ),
    why=(
        "They are public. Anybody can call one directly, with amounts, data and an initiator of "
        "his choice, and have the contract spend tokens or approvals as if a loan were running."
    ),
    how="Require that `msg.sender` is the pool, and that the loan was initiated by this contract.",
    limits=(
        "A condition on state, as on a flag that is set while a loan runs, counts as a check, and "
        "so does a function that is called to verify something. A check of the initiator alone "
        "does not: the caller provides it."
    ),
    references=(
        Reference("ERC-3156", "https://eips.ethereum.org/EIPS/eip-3156#security-considerations"),
        cwe(346),
    ),
    bad="""\
pragma solidity 0.8.30;

interface IERC20 {
    function approve(address spender, uint256 amount) external returns (bool);
}

contract Borrower {
    function onFlashLoan(
        address initiator,
        address token,
        uint256 amount,
        uint256 fee,
        bytes calldata
    ) external returns (bytes32) {
        require(initiator == address(this), "not ours");
        require(IERC20(token).approve(msg.sender, amount + fee), "not approved");
        return keccak256("ERC3156FlashBorrower.onFlashLoan");
    }
}
""",
    good="""\
pragma solidity 0.8.30;

interface IERC20 {
    function approve(address spender, uint256 amount) external returns (bool);
}

contract Borrower {
    address private immutable lender = msg.sender;

    function onFlashLoan(
        address initiator,
        address token,
        uint256 amount,
        uint256 fee,
        bytes calldata
    ) external returns (bytes32) {
        require(msg.sender == lender && initiator == address(this), "not ours");
        require(IERC20(token).approve(lender, amount + fee), "not approved");
        return keccak256("ERC3156FlashBorrower.onFlashLoan");
    }
}
""",
)

#: Callback names with their number of parameters: ERC-3156, Aave 2 and 3, Uniswap 2 and 3 and the
#: forks that renamed theirs, dYdX, Balancer, DODO.
_CALLBACKS = frozenset(
    {
        ("onFlashLoan", 5),
        ("executeOperation", 5),
        ("uniswapV2Call", 4),
        ("pancakeCall", 4),
        ("uniswapV3SwapCallback", 3),
        ("uniswapV3FlashCallback", 3),
        ("uniswapV3MintCallback", 3),
        ("pancakeV3SwapCallback", 3),
        ("pancakeV3FlashCallback", 3),
        ("algebraSwapCallback", 3),
        ("callFunction", 3),
        ("receiveFlashLoan", 4),
        ("DPPFlashLoanCall", 4),
        ("DVMFlashLoanCall", 4),
        ("DSPFlashLoanCall", 4),
    }
)
_ACTING = frozenset({Kind.CALL, Kind.WRITE, Kind.INSIDE})


def _check(node: Function, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    if (node.name, len(node.parameters)) not in _CALLBACKS:
        return
    if function is None or not is_open(function) or not _acts(effects_of(function)):
        return
    if is_caller_examined(function) or has_state_condition(function):
        return
    yield Hit(
        node=node,
        message=f"Anybody can call `{node.name}`, as if a loan or a swap were running.",
        recommendation="Require that msg.sender is the pool that is expected to call back.",
    )


def _acts(effects: Effects) -> bool:
    return any(effect.kind in _ACTING for effect in effects.ordered)


DETECTOR = Detector(rule=RULE, visits=(Function,), check=_check)
