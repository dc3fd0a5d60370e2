"""`visible-choice`: a game whose moves the other player can read first."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.detectors.unprotected_function import is_open
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.declarations import Function
from solvet.solidity.effects import Kind
from solvet.solidity.flow import effects_of, own_effects
from solvet.solidity.guards import mentions_caller
from solvet.solidity.model import ContractModel, FunctionModel
from solvet.solidity.nodes import Assign, Call, Declare, Expr, Index, Name
from solvet.solidity.numbers import integer
from solvet.solidity.payments import pays_ether
from solvet.solidity.queries import root_name

RULE = Rule(
    name="visible-choice",
    title="Players can read each other's moves",
    category=Category.FRONT_RUNNING,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    what=(
        "Finds a move that is stored as it is along with a stake, where the moves of several "
        "players together decide who is paid."
    ),
    why=(
        "Everything on the chain can be read, `private` or not, and so can a transaction that "
        "waits. Whoever moves last knows the other moves, and wins."
    ),
    how="Commit and reveal: store a hash of the move and a salt first, the move when all are in.",
    limits="Moves kept in variables of their own, not in a mapping or an array, are not seen.",
    references=(swc(136), swc(114), cwe(767)),
    bad="""\
pragma solidity 0.8.30;

contract OddOrEven {
    mapping(address => uint256) private numbers;
    address[2] private players;
    uint256 private count;

    function play(uint256 number) external payable {
        require(msg.value == 1 ether && count < 2, "no");
        players[count++] = msg.sender;
        numbers[msg.sender] = number;
        if (count == 2) {
            uint256 sum = numbers[players[0]] + numbers[players[1]];
            if (sum % 2 == 0) {
                payable(players[0]).transfer(2 ether);
            }
        }
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract OddOrEven {
    mapping(address => bytes32) private commitments;
    mapping(address => uint256) private numbers;
    address[2] private players;
    uint256 private count;

    function play(bytes32 commitment) external payable {
        require(msg.value == 1 ether && count < 2, "no");
        players[count++] = msg.sender;
        commitments[msg.sender] = commitment;
    }

    function reveal(uint256 number, bytes32 salt) external {
        require(count == 2, "too early");
        require(keccak256(abi.encode(number, salt)) == commitments[msg.sender], "other");
        numbers[msg.sender] = number;
    }

    function pay() external {
        if ((numbers[players[0]] + numbers[players[1]]) % 2 == 0) {
            payable(players[0]).transfer(2 ether);
        }
    }
}
""",
)

_PLAIN = frozenset({"bool", "string"})


def _check(node: Function, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    if function is None or function.contract is None or node.mutability != "payable":
        return
    if not is_open(function):
        return
    for effect in own_effects(function):
        move = _move(effect.node, function) if effect.kind is Kind.WRITE else ""
        if move and effect.variable in function.contract.derived(_deciding):
            yield Hit(
                node=effect.node,
                message=f"The next player reads `{move}` before he chooses his own.",
                recommendation="Store a hash of the move first, and the move when all are in.",
            )


def _move(node: object, function: FunctionModel) -> str:
    """The plain parameter that is stored for the caller; '' if none is."""
    if not isinstance(node, Assign) or node.operator != "=":
        return ""
    if not mentions_caller(node, function):
        return ""
    value = node.value
    stored = value.arguments if isinstance(value, Call) else (value,)
    given = {parameter.name: parameter.type for parameter in function.node.parameters}
    names = (part.name for part in stored if isinstance(part, Name))
    return next((name for name in names if _is_plain(given.get(name, ""), function)), "")


def _is_plain(type_: str, function: FunctionModel) -> bool:
    named = type_.rpartition(".")[2]
    is_enum = named in function.model.value_types and named not in function.model.structs
    return integer(type_) is not None or type_ in _PLAIN or is_enum


def _deciding(contract: ContractModel) -> frozenset[str]:
    """State variables of which several entries together decide on a payment."""
    found: set[str] = set()
    for function in contract.functions:
        for effect, call in effects_of(function).calls():
            if pays_ether(call):
                for arm in effect.arms:
                    if arm.condition is not None:
                        found |= _combined(arm.condition, arm.function)
    return frozenset(found)


def _combined(condition: Expr, function: FunctionModel) -> set[str]:
    """Roots of which the condition takes more than one entry, locals followed once."""
    entries: dict[str, set[str]] = {}
    for access in _accesses(condition, function):
        code = "".join(function.source.code(access).split())
        entries.setdefault(root_name(access), set()).add(code)
    return {root for root, codes in entries.items() if len(codes) > 1}


def _accesses(condition: Expr, function: FunctionModel) -> Iterator[Index]:
    source = function.source
    names = {name.name for name in source.inside(condition, Name)}
    yield from (i for i in source.inside(condition, Index) if not _is_key(i))
    for declared in source.inside(function.node, Declare):
        if declared.value is not None and any(v and v.name in names for v in declared.variables):
            yield from (i for i in source.inside(declared.value, Index) if not _is_key(i))


def _is_key(access: Index) -> bool:
    """Whether it only says which entry of another is meant."""
    return isinstance(access.parent, Index) and access.parent.index_ is access


DETECTOR = Detector(rule=RULE, visits=(Function,), check=_check)
