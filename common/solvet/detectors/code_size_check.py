"""`code-size-check`: contracts kept out by a test that a contract passes."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Reference, Rule, Scope, cwe
from solvet.detectors.unprotected_function import is_open
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.declarations import Function
from solvet.solidity.effects import Effect
from solvet.solidity.flow import effects_of
from solvet.solidity.guards import is_caller, mentions_caller
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Assembly, Binary, Call, Declare, Expr, Literal, Member, Unary
from solvet.solidity.queries import called_name

RULE = Rule(
    name="code-size-check",
    title="Contracts are kept out by the size of their code",
    category=Category.ACCESS_CONTROL,
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    what=(
        "Finds a condition that the caller has no code: `msg.sender.code.length == 0`, "
        "`!isContract(msg.sender)` and the old `extcodesize`."
    ),
    why=(
        "A contract has no code while its constructor runs, so a contract that attacks from "
        "there passes. Wallets that are contracts are kept out for good."
    ),
    how="Do not tell contracts from people; make the function safe for both.",
    limits="Tests of addresses other than the caller's are not reported.",
    references=(
        Reference(
            "Solidity on code size",
            "https://docs.soliditylang.org/en/latest/units-and-global-variables.html#members-of-address-types",
        ),
        cwe(807),
    ),
    bad="""\
pragma solidity 0.8.30;

contract Draw {
    mapping(address => uint256) public tickets;

    function enter() external {
        require(msg.sender.code.length == 0, "no contracts");
        tickets[msg.sender] += 1;
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Draw {
    mapping(address => uint256) public tickets;

    function enter() external {
        require(tickets[msg.sender] == 0, "once each");
        tickets[msg.sender] += 1;
    }
}
""",
)

_QUESTIONS = frozenset({"isContract", "_isContract", "isHuman"})


def _check(_: Function, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    if function is None or not is_open(function):
        return
    for effect in effects_of(function).ordered:
        place = scope.place(effect)
        if effect.condition is None or place is None:
            continue
        if _demands_no_code(effect.condition, effect, holds=effect.holds):
            yield Hit(
                node=effect.condition if scope.source.owns(effect.condition) else place,
                message="A contract passes this test while its constructor runs.",
                recommendation="Make the function safe to be called by contracts.",
            )


def _demands_no_code(condition: Expr, effect: Effect, *, holds: bool) -> bool:
    """Whether the condition, being `holds`, means that the caller has no code."""
    function = effect.function
    match condition:
        case Unary(operator="!", operand=operand):
            return _demands_no_code(operand, effect, holds=not holds)
        case Binary(operator="&&" | "||", left=left, right=right):
            return any(_demands_no_code(side, effect, holds=holds) for side in (left, right))
        case Binary(operator=operator, left=left, right=Literal(text="0")):
            wanted = {"==": True, "!=": False, ">": False}.get(operator)
            return wanted is holds and _is_size_of_caller(left, function)
        case Call():
            return not holds and _asks_for_code(condition, function)
        case _:
            return False


def _is_size_of_caller(size: Expr, function: FunctionModel) -> bool:
    """`msg.sender.code.length`, or a local that an assembly set to `extcodesize(caller())`."""
    if isinstance(size, Member) and size.member == "length":
        code = size.object
        is_code = isinstance(code, Member) and code.member == "code"
        return isinstance(code, Member) and is_code and is_caller(code.object, function)
    text = function.source.code(size)
    measured = (
        function.source.code(block)
        for block in function.source.inside(function.node, Assembly)
        if "extcodesize" in block.opcodes
    )
    return any(text in assembly and _measures_caller(assembly, function) for assembly in measured)


def _measures_caller(assembly: str, function: FunctionModel) -> bool:
    _, _, argument = assembly.partition("extcodesize")
    named = argument.strip("( ").partition(")")[0].strip()
    if named.startswith("caller"):
        return True
    return named in function.derived(_names_of_caller)


def _names_of_caller(function: FunctionModel) -> frozenset[str]:
    """Locals that are declared as the caller."""
    return frozenset(
        variable.name
        for declared in function.source.inside(function.node, Declare)
        if declared.value is not None and is_caller(declared.value, function)
        for variable in declared.variables
        if variable is not None
    )


def _asks_for_code(call: Call, function: FunctionModel) -> bool:
    """`isContract(msg.sender)` or `msg.sender.isContract()`."""
    return called_name(call) in _QUESTIONS and mentions_caller(call, function)


DETECTOR = Detector(rule=RULE, visits=(Function,), check=_check)
