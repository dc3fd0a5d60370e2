"""`lost-update`: changes to a copy that nobody keeps."""

import re
from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Reference, Rule, Scope, cwe
from solvet.domain.finding import Category, Confidence, Fix, Severity
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import (
    Assembly,
    Assign,
    Declare,
    Expr,
    Index,
    Loop,
    Member,
    Name,
    Node,
    Unary,
    Variable,
)
from solvet.solidity.queries import root_name
from solvet.solidity.source import enclosing
from solvet.solidity.storage import storage_of

RULE = Rule(
    name="lost-update",
    title="Changes to a copy in memory are lost",
    category=Category.OTHER,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    what=(
        "Finds a struct or array copied from storage to memory, changed, and not used after that."
    ),
    why="The contract's state stays as it was: the balance is not reduced, the flag not set.",
    how="Declare it `storage`, or write it back.",
    limits="A copy that is used in any other way, after the change or as a whole, is left alone.",
    references=(
        cwe(563),
        Reference("data location", "https://docs.soliditylang.org/en/latest/types.html"),
    ),
    bad="""\
pragma solidity 0.8.30;

contract Accounts {
    struct Account {
        uint256 balance;
        bool frozen;
    }

    mapping(address => Account) private accounts;

    function freeze() external {
        Account memory account = accounts[msg.sender];
        account.frozen = true;
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Accounts {
    struct Account {
        uint256 balance;
        bool frozen;
    }

    mapping(address => Account) private accounts;

    function freeze() external {
        Account storage account = accounts[msg.sender];
        account.frozen = true;
    }
}
""",
)

_WORD = re.compile(r"[A-Za-z_$][\w$]*")
_STEPS = frozenset({"++", "--", "delete"})


def _check(node: Declare, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    copy = node.variables[0] if len(node.variables) == 1 else None
    if function is None or copy is None or not _is_copy(node, copy, function):
        return
    uses = function.derived(_uses).get(copy.name, [])
    changes = [change for use in uses if (change := _changed_by(use)) is not None]
    if not changes or not _is_lost(uses, changes) or copy.name in function.derived(_assembly_words):
        return
    yield Hit(
        node=changes[-1],
        message=f"`{copy.name}` is a copy in memory; `{scope.code(node.value or node)}` stays.",
        recommendation=f"Declare `{copy.name}` in storage, or write it back.",
        fix=_fix(copy, scope),
    )


def _is_copy(node: Declare, copy: Variable, function: FunctionModel) -> bool:
    value = node.value
    if copy.location != "memory" or not isinstance(value, Name | Index | Member):
        return False
    return bool(storage_of(function).variable(root_name(value)))


def _uses(function: FunctionModel) -> dict[str, list[Name]]:
    """All places of each name in the function, in order."""
    found: dict[str, list[Name]] = {}
    for name in function.source.inside(function.node, Name):
        found.setdefault(name.name, []).append(name)
    return found


def _changed_by(use: Name) -> Expr | None:
    """The assignment to a part of what the name stands for."""
    node: Expr = use
    while isinstance(node.parent, Member | Index) and not (
        isinstance(node.parent, Index) and node.parent.index_ is node
    ):
        node = node.parent
    parent = node.parent
    if node is use:
        return None
    if isinstance(parent, Assign) and parent.target is node:
        return parent
    return parent if isinstance(parent, Unary) and parent.operator in _STEPS else None


def _is_lost(uses: list[Name], changes: list[Expr]) -> bool:
    """Whether nothing sees what the last change did."""
    last = changes[-1]
    around: Node = enclosing(last, Loop) or last
    for use in uses:
        bare = not isinstance(use.parent, Member | Index)
        changing = _changed_by(use)
        if bare or (changing is None and use.start >= around.start):
            return False
    return True


def _assembly_words(function: FunctionModel) -> frozenset[str]:
    """All words in the function's assembly."""
    blocks = function.source.inside(function.node, Assembly)
    return frozenset(
        word for block in blocks for word in _WORD.findall(function.source.code(block))
    )


def _fix(copy: Variable, scope: Scope) -> Fix | None:
    found = re.compile(r"\bmemory\b").search(scope.source.text, copy.start, copy.end)
    if found is None:
        return None
    span = scope.source.span_between(*found.span())
    return Fix("Point at the storage itself", span, "storage")


DETECTOR = Detector(rule=RULE, visits=(Declare,), check=_check)
