"""`missing-slippage`: a swap at whatever price comes."""

import re
from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Reference, Rule, Scope, cwe
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.calls import CallKind, external_call
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Call, Expr, Literal, Name
from solvet.solidity.queries import called_name
from solvet.solidity.resolved import resolved

RULE = Rule(
    name="missing-slippage",
    title="A swap accepts any price",
    category=Category.FRONT_RUNNING,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    what=(
        "Finds swaps and changes of liquidity on Uniswap 2 and 3, their forks and Curve, whose "
        "least acceptable amount is the constant 0."
    ),
    why=(
        "Whoever sees the transaction waiting trades before and after it, and keeps nearly all "
        "that it swaps."
    ),
    how="Take the least amount from the caller, or work it out from another price than the pool's.",
    limits=(
        "A least amount that is computed from the pool's own present price protects as little, "
        "and is not recognised. Liquidity added with two minima of 0 is reported as low: it loses "
        "less."
    ),
    references=(
        Reference(
            "Uniswap on slippage",
            "https://docs.uniswap.org/contracts/v2/guides/smart-contract-integration/trading-from-a-smart-contract",
        ),
        cwe(682),
    ),
    bad="""\
pragma solidity 0.8.30;

interface IRouter {
    function swapExactTokensForTokens(
        uint256 amountIn,
        uint256 amountOutMin,
        address[] calldata path,
        address to,
        uint256 deadline
    ) external returns (uint256[] memory amounts);
}

contract Harvester {
    IRouter private router;

    function harvest(uint256 amount, address[] calldata path, uint256 deadline) external {
        router.swapExactTokensForTokens(amount, 0, path, address(this), deadline);
    }
}
""",
    good="""\
pragma solidity 0.8.30;

interface IRouter {
    function swapExactTokensForTokens(
        uint256 amountIn,
        uint256 amountOutMin,
        address[] calldata path,
        address to,
        uint256 deadline
    ) external returns (uint256[] memory amounts);
}

contract Harvester {
    IRouter private router;

    function harvest(
        uint256 amount,
        uint256 least,
        address[] calldata path,
        uint256 deadline
    ) external {
        router.swapExactTokensForTokens(amount, least, path, address(this), deadline);
    }
}
""",
)

#: Methods by name and number of arguments, with the positions of the least amounts.
_LEAST = {
    ("swapExactTokensForTokens", 5): (1,),
    ("swapExactTokensForTokens", 6): (1,),
    ("swapExactTokensForETH", 5): (1,),
    ("swapExactETHForTokens", 4): (0,),
    ("swapExactTokensForTokensSupportingFeeOnTransferTokens", 5): (1,),
    ("swapExactTokensForETHSupportingFeeOnTransferTokens", 5): (1,),
    ("swapExactETHForTokensSupportingFeeOnTransferTokens", 4): (0,),
    ("exchange", 4): (3,),
    ("exchange_underlying", 4): (3,),
    ("remove_liquidity_one_coin", 3): (2,),
    ("removeLiquidity", 7): (3, 4),
    ("removeLiquidityETH", 6): (2, 3),
}
_LEAST_ADDED = {
    ("addLiquidity", 8): (4, 5),
    ("addLiquidityETH", 6): (2, 3),
    ("add_liquidity", 2): (1,),
}
#: Uniswap 3 takes a struct: its name, the member, and where that stands if members have no names.
_STRUCTS = {
    "ExactInputSingleParams": ("amountOutMinimum", {8: 6, 7: 5}),
    "ExactInputParams": ("amountOutMinimum", {5: 4, 4: 3}),
}
_ZERO = re.compile(r"0(?:x0+)?\Z")


def _check(node: Call, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    if function is None:
        return
    severity = _accepts_anything(node, function)
    if severity is not None:
        yield Hit(
            node=node,
            message=f"`{called_name(node)}` accepts any amount in return, even 0.",
            recommendation="Let the caller say the least amount he accepts.",
            severity=severity,
        )


def _accepts_anything(call: Call, function: FunctionModel) -> Severity | None:
    """How bad it is; None if there is a least amount, or if it is no swap."""
    name = called_name(call)
    if name in _STRUCTS:
        return RULE.severity if _is_struct_without_least(call, function) else None
    key = (name, len(call.arguments))
    positions = _LEAST.get(key) or _LEAST_ADDED.get(key)
    if positions is None or not all(_is_zero(call.arguments[at], function) for at in positions):
        return None
    found = external_call(call, function)
    if found is None or found.kind is not CallKind.METHOD:
        return None
    return RULE.severity if key in _LEAST else Severity.LOW


def _is_zero(amount: Expr, function: FunctionModel) -> bool:
    """`0`, or a constant or a local that is."""
    amount = resolved(amount, function)
    if isinstance(amount, Name) and function.contract is not None:
        variable = function.contract.variables.get(amount.name)
        fixed = variable is not None and variable.constant
        return fixed and variable is not None and _is_literal_zero(variable.value)
    return _is_literal_zero(amount)


def _is_literal_zero(value: Expr | None) -> bool:
    return isinstance(value, Literal) and _ZERO.match(value.text) is not None


def _is_struct_without_least(call: Call, function: FunctionModel) -> bool:
    member, places = _STRUCTS[called_name(call)]
    text = function.source.code(call)
    named = re.search(rf"\b{member}\s*:\s*([^,}}]*)", text)
    if named is not None:
        return _ZERO.match(named.group(1).strip()) is not None
    place = places.get(len(call.arguments))
    return place is not None and _is_zero(call.arguments[place], function)


DETECTOR = Detector(rule=RULE, visits=(Call,), check=_check)
