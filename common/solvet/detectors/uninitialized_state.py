"""`uninitialized-state`: read, and never written."""

import re
from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.declarations import StateVariable
from solvet.solidity.effects import Kind
from solvet.solidity.flow import own_effects
from solvet.solidity.model import ContractModel, FunctionModel
from solvet.solidity.nodes import (
    Assembly,
    Assign,
    Call,
    Declare,
    Expr,
    Index,
    Member,
    Name,
    Node,
    Return,
    Unary,
)
from solvet.solidity.queries import called_name, root_name
from solvet.solidity.storage import storage_of
from solvet.solidity.types import ELEMENTARY

RULE = Rule(
    name="uninitialized-state",
    title="State variable that nothing ever sets",
    category=Category.OTHER,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    what=(
        "Finds a state variable that functions read and that neither a declaration, nor a "
        "constructor, nor any function of the file writes. Worse is a flag that is to let "
        "something happen once only: checked, and never set."
    ),
    why=(
        "It is zero for ever: ether goes to the zero address, a limit is nothing, an `initialized` "
        "flag refuses nobody."
    ),
    how="Set it where it should be set, or declare it a constant.",
    limits=(
        "Heirs in other files may write a variable that is not private. Abstract contracts, and "
        "variables that a library, an assembly or delegated code gets hold of, are left alone."
    ),
    references=(cwe(908), cwe(457)),
    bad="""\
pragma solidity 0.8.30;

contract Sale {
    address payable private beneficiary;

    receive() external payable {
        beneficiary.transfer(msg.value);
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Sale {
    address payable private beneficiary = payable(msg.sender);

    receive() external payable {
        beneficiary.transfer(msg.value);
    }
}
""",
)

_ONCE = re.compile(
    r"initiali[sz]ed|claimed|(?<!pa)used|executed|processed|minted|voted|redeemed|spent|paid|completed"
    r"|withdrawn|received|registered",
    re.IGNORECASE,
)
_SPARE = re.compile(r"_*gap|.*deprecated|.*reserved|.*unused|__", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z_$][\w$]*")


def _check(node: StateVariable, scope: Scope) -> Iterator[Hit]:
    contract = scope.contract
    if contract is None or not _may_be_forgotten(node, contract):
        return
    reader = _reader(node, contract)
    if reader is None:
        return
    once = _is_once_flag(node)
    yield Hit(
        node=node,
        message=(
            f"`{node.name}` is checked, but nothing ever sets it: the check never refuses."
            if once
            else f"`{reader.name}` reads `{node.name}`, which nothing ever sets."
        ),
        recommendation=f"Set `{node.name}` where it should be set, or remove it.",
        severity=Severity.HIGH if once else None,
        confidence=Confidence.HIGH if node.visibility == "private" else None,
    )


def _may_be_forgotten(variable: StateVariable, contract: ContractModel) -> bool:
    if contract.node.kind != "contract" or variable.constant or variable.value is not None:
        return False
    if _SPARE.match(variable.name) or not _is_plain(variable.type):
        return False
    if variable.type == "bool" and not _is_once_flag(variable):
        return False
    return variable.name not in contract.derived(_written) and not contract.derived(_delegates)


def _delegates(contract: ContractModel) -> bool:
    """Whether other code may write its storage."""
    calls = (c for f in _functions(contract).values() for c in f.source.inside(f.node, Call))
    return any(called_name(call) in {"delegatecall", "callcode"} for call in calls)


def _is_plain(type_: str) -> bool:
    """Whether it is a value, or a mapping to one."""
    if type_.startswith("mapping"):
        return ELEMENTARY.match(type_.rpartition("=>")[2].strip(" )")) is not None
    return ELEMENTARY.match(type_) is not None


def _is_once_flag(variable: StateVariable) -> bool:
    is_flag = variable.type == "bool" or variable.type.replace(" ", "").endswith("=>bool)")
    return is_flag and _ONCE.search(variable.name) is not None


def _functions(contract: ContractModel) -> dict[int, FunctionModel]:
    return {
        id(function.node): function.within(heir)
        for heir in contract.heirs
        for ancestor in heir.lineage
        for function in ancestor.own_functions
    }


def _written(contract: ContractModel) -> frozenset[str]:
    """Variables that are written, or handed to somebody who may write them."""
    found: set[str] = set()
    for function in _functions(contract).values():
        found.update(e.variable for e in own_effects(function) if e.kind is Kind.WRITE)
        found.update(_targets(function))
        found.update(_handed_out(function))
        for block in function.source.inside(function.node, Assembly):
            found.update(
                w.removesuffix("_slot") for w in _WORD.findall(function.source.code(block))
            )
    return frozenset(found)


def _targets(function: FunctionModel) -> Iterator[str]:
    """Roots of whatever is assigned to, immutables included."""
    for node in function.source.inside(function.node, Expr):
        match node:
            case Assign(target=target):
                yield from (name.name for name in function.source.inside(target, Name))
            case Unary(operator="delete" | "++" | "--", operand=operand):
                yield root_name(operand)
            case _:
                continue


def _handed_out(function: FunctionModel) -> Iterator[str]:
    """Mappings that go by reference, whole: as an argument, a pointer or a returned value."""
    variables = function.contract.variables if function.contract else {}
    for name in function.source.inside(function.node, Name):
        variable = variables.get(name.name)
        if variable is None or not variable.type.startswith("mapping"):
            continue
        access = _access(name)
        parent = access.parent
        whole = access is name and isinstance(parent, Call | Return | Declare)
        if whole or (isinstance(parent, Member) and isinstance(parent.parent, Call)):
            yield name.name


def _access(name: Name) -> Node:
    node: Node = name
    while isinstance(node.parent, Index) and node.parent.base is node:
        node = node.parent
    return node


def _reader(variable: StateVariable, contract: ContractModel) -> FunctionModel | None:
    """A function that reads the variable; for a flag, in a condition."""
    for function in _functions(contract).values():
        if storage_of(function).variable(variable.name) != variable.name:
            continue
        for effect in own_effects(function):
            if effect.kind is Kind.READ and effect.variable == variable.name:
                return function
    return None


DETECTOR = Detector(rule=RULE, visits=(StateVariable,), check=_check)
