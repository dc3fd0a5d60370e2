"""`first-depositor`: shares whose price the first depositor sets."""

import re
from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Reference, Rule, Scope, cwe
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.calls import internal_call
from solvet.solidity.model import ContractModel, FunctionModel
from solvet.solidity.nodes import Binary, Call, Conditional, Declare, Expr, If, Member, Name
from solvet.solidity.queries import called_name, is_constant_number
from solvet.solidity.taint import origins
from solvet.solidity.types import locals_of

RULE = Rule(
    name="first-depositor",
    title="Share inflation: the first depositor can set the price",
    category=Category.TOKEN_INTEGRATION,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    what=(
        "Finds shares worked out as `amount * totalSupply / balance`, where the balance is what "
        "the contract owns of a token or of ether, and the first deposit is one to one."
    ),
    why=(
        "The first depositor buys one share and then simply sends tokens. The next deposit is "
        "rounded down to fewer shares, or to none, and the first share takes the difference."
    ),
    how=(
        "Add virtual shares and assets, as OpenZeppelin's ERC4626 does, lock a minimum of shares "
        "at first, or keep account of deposits instead of asking for the balance."
    ),
    limits=(
        "Shares that are minted to address 0 or named a minimum, and additions to the supply, "
        "count as protection. A balance is followed through one function of the contract."
    ),
    references=(
        Reference(
            "OpenZeppelin on inflation attacks",
            "https://docs.openzeppelin.com/contracts/5.x/erc4626",
        ),
        cwe(682),
    ),
    bad="""\
pragma solidity 0.8.30;

interface IERC20 {
    function balanceOf(address owner) external view returns (uint256);
    function transferFrom(address from, address to, uint256 amount) external returns (bool);
}

contract Vault {
    IERC20 private immutable token = IERC20(msg.sender);
    uint256 public totalSupply;
    mapping(address => uint256) public shares;

    function deposit(uint256 amount) external {
        uint256 held = token.balanceOf(address(this));
        uint256 minted = totalSupply == 0 ? amount : amount * totalSupply / held;
        totalSupply += minted;
        shares[msg.sender] += minted;
        require(token.transferFrom(msg.sender, address(this), amount), "not paid");
    }
}
""",
    good="""\
pragma solidity 0.8.30;

interface IERC20 {
    function balanceOf(address owner) external view returns (uint256);
    function transferFrom(address from, address to, uint256 amount) external returns (bool);
}

contract Vault {
    IERC20 private immutable token = IERC20(msg.sender);
    uint256 public totalSupply;
    mapping(address => uint256) public shares;

    function deposit(uint256 amount) external {
        uint256 held = token.balanceOf(address(this));
        uint256 minted = amount * (totalSupply + 1000) / (held + 1);
        totalSupply += minted;
        shares[msg.sender] += minted;
        require(token.transferFrom(msg.sender, address(this), amount), "not paid");
    }
}
""",
)

_SUPPLY = re.compile(r"_?(?:total|cached)?_?(?:supply|shares)_?\Z", re.IGNORECASE)
_SUPPLY_CALLS = frozenset({"totalSupply", "totalShares", "_totalSupply"})
_PROTECTED = re.compile(
    r"minimum|dead|virtual|offset|initial_?(?:shares|deposit)|seed", re.IGNORECASE
)
_DIVISIONS = frozenset({"mulDiv", "mulDivDown", "mulDivUp", "fullMulDiv", "muldiv"})
_FACTORS = 3


def _check(node: Expr, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    parts = _fraction(node) or _handed_on(node, function)
    if function is None or function.contract is None or parts is None:
        return
    below = parts[1]
    if not _is_share_price(*parts, function):
        return
    if _begins_at_one(function) and not _is_protected(function.contract):
        yield Hit(
            node=node,
            message=(
                f"`{scope.code(below)}` grows by a mere transfer: with one share issued, the next "
                "deposits are rounded down to nothing."
            ),
            recommendation="Add virtual shares and assets, or lock a minimum of shares.",
        )


def _fraction(node: Expr) -> tuple[Expr, Expr] | None:
    """What is divided by what: `a * b / c`, `a.mul(b).div(c)` or `a.mulDiv(b, c)`."""
    match node:
        case Binary(operator="/", left=above, right=below):
            return above, below
        case Call(callee=Member(object=above, member="div"), arguments=(below,)):
            return above, below
        case Call(arguments=(_, *_)) if called_name(node) in _DIVISIONS:
            return node, node.arguments[2 if len(node.arguments) >= _FACTORS else -1]
        case _:
            return None


def _handed_on(node: Expr, function: FunctionModel | None) -> tuple[Expr, Expr] | None:
    """Two arguments of a function of this contract that divides by the second one."""
    if function is None or not isinstance(node, Call) or len(node.arguments) < _FACTORS:
        return None
    called = internal_call(node, function)
    if called is None or called.node.mutability != "pure":
        return None
    arguments = dict(zip((p.name for p in called.node.parameters), node.arguments, strict=False))
    for division in called.source.inside(called.node, Binary):
        below = arguments.get(called.source.code(division.right))
        if division.operator != "/" or below is None:
            continue
        factors = called.source.inside(division.left, Name)
        given = [arguments[f.name] for f in factors if f.name in arguments]
        supply = (g for g in given if _is_supply(g, function))
        return next(((above, below) for above in supply), None)
    return None


def _is_share_price(above: Expr, below: Expr, function: FunctionModel) -> bool:
    return _is_plain_supply(above, function) and _is_own_holding(below, function)


def _is_plain_supply(above: Expr, function: FunctionModel) -> bool:
    """Whether the number of shares is a factor, with nothing added to it."""
    parts = [function.source.code(e) for e in function.source.inside(above, Binary)]
    if any("+" in part for part in parts):
        return False
    return any(_is_supply(e, function) for e in function.source.inside(above, Expr))


def _is_supply(expression: Expr, function: FunctionModel) -> bool:
    match expression:
        case Name(name=name):
            return _SUPPLY.match(name) is not None or bool(
                origins(expression, function) & _SUPPLY_CALLS
            )
        case Call():
            return called_name(expression) in _SUPPLY_CALLS
        case _:
            return False


def _is_own_holding(below: Expr, function: FunctionModel) -> bool:
    """Whether it is the balance of this contract, itself, by a local or by one function."""
    if any(
        isinstance(e, Binary) and e.operator == "+" for e in function.source.inside(below, Binary)
    ):
        return False
    if _asks_for_balance(below, function):
        return True
    names = {name.name for name in function.source.inside(below, Name)}
    values = [v for n, v in function.derived(_declared) if n in names]
    return any(_asks_for_balance(value, function) for value in values)


def _declared(function: FunctionModel) -> tuple[tuple[str, Expr], ...]:
    """Locals with the values they are declared with."""
    return tuple(
        (name, variable.parent.value)
        for name, variable in locals_of(function).items()
        if isinstance(variable.parent, Declare) and variable.parent.value is not None
    )


def _asks_for_balance(value: Expr, function: FunctionModel, *, deeper: bool = True) -> bool:
    for node in function.source.inside(value, Expr):
        if _is_own_balance(node, function):
            return True
        called = internal_call(node, function) if isinstance(node, Call) and deeper else None
        if called is not None and any(
            _is_own_balance(e, called) for e in called.source.inside(called.node, Expr)
        ):
            return True
    return False


def _is_own_balance(node: Expr, function: FunctionModel) -> bool:
    """`token.balanceOf(address(this))` or `address(this).balance`."""
    text = function.source.code(node).replace(" ", "")
    if isinstance(node, Call):
        return called_name(node) == "balanceOf" and text.endswith(("(address(this))", "(this)"))
    return isinstance(node, Member) and text in {"address(this).balance", "this.balance"}


def _begins_at_one(function: FunctionModel) -> bool:
    """Whether the function asks if there are no shares yet."""
    source = function.source
    conditions = [n.condition for n in source.inside(function.node, If)]
    conditions += [n.condition for n in source.inside(function.node, Conditional)]
    return any(
        _is_supply(comparison.left, function) and is_constant_number(comparison.right)
        for condition in conditions
        for comparison in source.inside(condition, Binary)
    )


def _is_protected(contract: ContractModel) -> bool:
    return contract.derived(_has_protection)


def _has_protection(contract: ContractModel) -> bool:
    """Whether shares are locked for good, by a name or by minting them to nobody."""
    for function in contract.functions:
        for name in function.source.inside(function.node, Name):
            if _PROTECTED.search(name.name):
                return True
        for call in function.source.inside(function.node, Call):
            minted = called_name(call) in {"_mint", "mint"} and call.arguments
            text = function.source.code(call.arguments[0]) if minted else ""
            if text.replace(" ", "") in {"address(0)", "address(1)", "address(0xdead)"}:
                return True
    return any(_PROTECTED.search(name) for name in contract.variables)


DETECTOR = Detector(rule=RULE, visits=(Binary, Call), check=_check)
