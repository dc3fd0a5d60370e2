"""`revealed-secret`: the answer can be read, and copied, before it counts."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.detectors.unprotected_function import is_open
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.declarations import Function
from solvet.solidity.effects import Effect, Effects, Kind
from solvet.solidity.flow import effects_of
from solvet.solidity.guards import is_caller, mentions_caller
from solvet.solidity.model import ContractModel, FunctionModel
from solvet.solidity.nodes import Assign, Binary, Declare, Expr, Literal, Name, Unary
from solvet.solidity.payments import paid_account
from solvet.solidity.queries import root_name
from solvet.solidity.taint import origins, parameters_in

RULE = Rule(
    name="revealed-secret",
    title="Whoever copies the answer gets the prize",
    category=Category.FRONT_RUNNING,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    what=(
        "Finds ether or tokens paid to the caller, or the caller made the winner, because the hash "
        "of his input is the expected one, where no condition has to do with his address."
    ),
    why=(
        "The input can be read while the transaction waits. Anybody can send the same input with "
        "a higher fee and be first."
    ),
    how="Let players commit to a hash of the answer and their address first, and reveal later.",
    limits="Answers that are compared without a hash are not recognised.",
    references=(swc(114), cwe(362)),
    bad="""\
pragma solidity 0.8.30;

contract Puzzle {
    bytes32 private immutable solution = keccak256("what else");

    function solve(string calldata answer) external {
        require(keccak256(bytes(answer)) == solution, "wrong");
        payable(msg.sender).transfer(1 ether);
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Puzzle {
    mapping(address => bytes32) private commitments;

    function commit(bytes32 commitment) external {
        commitments[msg.sender] = commitment;
    }

    function solve(string calldata answer) external {
        require(keccak256(abi.encode(answer, msg.sender)) == commitments[msg.sender], "wrong");
        payable(msg.sender).transfer(1 ether);
    }
}
""",
)

_HASHES = frozenset({"keccak256", "sha3", "sha256", "ripemd160"})


def _check(_: Function, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    if function is None or not is_open(function):
        return
    effects = effects_of(function)
    for effect in effects.ordered:
        if effect.route or not _rewards_caller(effect, function):
            continue
        secret = _secret(effect, effects, function)
        if secret is None or not scope.source.owns(secret):
            continue
        if effect.kind is Kind.WRITE or not _spells_word(secret, function):
            yield Hit(
                node=secret,
                message="The answer is public before it counts; anybody can copy it and be first.",
                recommendation="Make players commit to a hash that contains their address.",
            )
            return


def _rewards_caller(effect: Effect, function: FunctionModel) -> bool:
    """Whether the caller is paid, or noted as the one who will be."""
    account = paid_account(effect.external) if effect.external else None
    if account is not None:
        return is_caller(account, function)
    match effect.node:
        case Assign(operator="=", target=Name(name=name), value=value) if effect.variable == name:
            paid = function.contract.derived(_paid_variables) if function.contract else frozenset()
            return name in paid and is_caller(value, function)
        case _:
            return False


def _paid_variables(contract: ContractModel) -> frozenset[str]:
    """State variables that hold somebody who is paid."""
    accounts = (
        paid_account(call)
        for function in contract.functions
        for effect, call in effects_of(function).calls()
    )
    return frozenset(root_name(account) for account in accounts if account is not None)


def _secret(payment: Effect, effects: Effects, function: FunctionModel) -> Expr | None:
    """The condition on a hash of the caller's input, where none has to do with the caller."""
    checks = [
        (condition, holds)
        for condition, holds, where in effects.checks_before(payment)
        if where.node is function.node
    ]
    if any(_depends_on_caller(condition, function) for condition, _ in checks):
        return None
    found = (_matched(condition, function, holds=holds) for condition, holds in checks)
    return next((comparison for comparison in found if comparison is not None), None)


def _depends_on_caller(condition: Expr, function: FunctionModel) -> bool:
    kept = function.derived(_callers_own)
    return mentions_caller(condition, function) or any(
        name.name in kept for name in function.source.inside(condition, Name)
    )


def _callers_own(function: FunctionModel) -> frozenset[str]:
    """Locals whose value depends on the caller, as part of a hash or a key of a mapping."""
    return frozenset(
        variable.name
        for declared in function.source.inside(function.node, Declare)
        if declared.value is not None and mentions_caller(declared.value, function)
        for variable in declared.variables
        if variable is not None
    )


def _matched(condition: Expr, function: FunctionModel, *, holds: bool) -> Expr | None:
    """The part of the condition that asks for a value with a given hash."""
    match condition:
        case Unary(operator="!", operand=operand):
            return _matched(operand, function, holds=not holds)
        case Binary(operator="&&" | "||" as operator, left=left, right=right):
            if (operator == "&&") != holds:
                return None
            found = (_matched(side, function, holds=holds) for side in (left, right))
            return next((comparison for comparison in found if comparison is not None), None)
        case Binary(operator="==" | "!=" as operator, left=left, right=right):
            sides = ((left, right), (right, left))
            asked = (operator == "==") == holds and any(
                _is_hash_of_input(side, function) and _is_given(other, function)
                for side, other in sides
            )
            return condition if asked else None
        case _:
            return None


def _is_hash_of_input(side: Expr, function: FunctionModel) -> bool:
    return bool(origins(side, function) & _HASHES and parameters_in(side, function))


def _is_given(expected: Expr, function: FunctionModel) -> bool:
    """Whether the contract knows the hash."""
    return not parameters_in(expected, function)


def _spells_word(comparison: Expr, function: FunctionModel) -> bool:
    """Whether it may just choose what to do: `keccak256(bytes(kind)) == keccak256("buy")`."""
    return any(e.text[:1] in {'"', "'"} for e in function.source.inside(comparison, Literal))


DETECTOR = Detector(rule=RULE, visits=(Function,), check=_check)
