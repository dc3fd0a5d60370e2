"""Which functions of a file a change is about: those it touches, and users of what it touches."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from solvet.domain.finding import normalised
from solvet.llm.context.facts import functions_of
from solvet.llm.context.sheet import Sheet
from solvet.solidity.declarations import Contract, Function, StateVariable, Struct, ValueType
from solvet.solidity.model import FunctionModel, Model
from solvet.solidity.nodes import Node
from solvet.solidity.source import enclosing

MAX_USERS = 8
"""Functions that one changed declaration brings in."""

_WORD = re.compile(r"[A-Za-z_$][\w$]*")
_Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """`focus` in the order of the file; `before` holds what a function of the head was, by the id
    of its node; `gone` is what the base has and the head has not, functions that merely changed
    aside.
    """

    focus: tuple[FunctionModel, ...]
    base: Sheet | None = None
    before: dict[int, Node] = field(default_factory=dict)
    gone: tuple[Node, ...] = ()


def change_of(model: Model, head: Sheet, base: Sheet | None) -> Change:
    """What changed since `base`; everything when there is none. White space does not count."""
    able = tuple(f for f in functions_of(model) if _is_asked_about(f))
    if base is None:
        return Change(able)
    if normalised(head.text) == normalised(base.text):
        return Change((), base)
    return _Comparison(head, base).change(able)


def words_of(code: str) -> frozenset[str]:
    """The names that stand in code, those of the language included."""
    return frozenset(_WORD.findall(code))


def _is_asked_about(function: FunctionModel) -> bool:
    contract = function.contract
    return function.node.body is not None and (
        contract is None or contract.node.kind != "interface"
    )


class _Comparison:
    """Two versions of a file, member by member."""

    def __init__(self, head: Sheet, base: Sheet) -> None:
        self.head, self.base = head, base
        renamed = _renamed(head, base)
        self.now = _keyed(head, {})
        self.then = _keyed(base, renamed)
        self.touched = [n for key, n in self.now.items() if self._differs(key)]
        self.gone = tuple(n for key, n in self.then.items() if key not in self.now)

    def _differs(self, key: _Key) -> bool:
        before = self.then.get(key)
        if before is None:
            return True
        return _code(self.head, self.now[key]) != _code(self.base, before)

    def change(self, able: tuple[FunctionModel, ...]) -> Change:
        wanted = {id(node) for node in self.touched}
        for node in self.touched:
            wanted |= self._users(node, self.head, able)
        for node in self.gone:
            wanted |= self._users(node, self.base, able)
        focus = tuple(f for f in able if id(f.node) in wanted)
        before = self._before()
        replaced = (old for old in before.values() if not isinstance(old, Function))
        gone = sorted((*self.gone, *replaced), key=lambda node: node.start)
        return Change(focus, self.base, before, tuple(gone))

    def _before(self) -> dict[int, Node]:
        touched = {id(n) for n in self.touched}
        pairs = ((node, self.then.get(key)) for key, node in self.now.items())
        return {id(n): before for n, before in pairs if before is not None and id(n) in touched}

    def _users(self, node: Node, where: Sheet, able: tuple[FunctionModel, ...]) -> set[int]:
        """The functions a change of this declaration bears on, riskiest kinds first."""
        contract = enclosing(node, Contract)
        near = [f for f in able if _concerns(f, contract)]
        if isinstance(node, Contract):
            users: Iterable[FunctionModel] = near
        elif isinstance(node, Function) and node.kind != "modifier":
            users = self._siblings(node, near) if where is self.base else ()
        else:
            name = _name(node)
            users = (f for f in near if name in words_of(self.head.code(f.node)))
        first = sorted(users, key=lambda f: (not f.is_entry_point, f.is_read_only))
        return {id(f.node) for f in first[:MAX_USERS]}

    def _siblings(self, gone: Function, near: list[FunctionModel]) -> list[FunctionModel]:
        """Functions that use the state a removed function used."""
        contract = enclosing(gone, Contract)
        if contract is None:
            return []
        state = {v.name for v in contract.variables} & words_of(self.base.code(gone))
        return [f for f in near if not state.isdisjoint(words_of(self.head.code(f.node)))]


def _concerns(function: FunctionModel, contract: Contract | None) -> bool:
    """Whether what is declared in a contract of this name is in reach of the function."""
    if contract is None:
        return True
    if function.contract is None:
        return contract.kind == "library"
    lineage = (ancestor.name for ancestor in function.contract.lineage)
    return contract.kind == "library" or contract.name in lineage


def _name(node: Node) -> str:
    return node.name if isinstance(node, Function | StateVariable | Struct | ValueType) else ""


def _members(sheet: Sheet) -> Iterator[Node]:
    for member in sheet.source.unit.members:
        yield member
        if isinstance(member, Contract):
            yield from member.members


def _keyed(sheet: Sheet, renamed: dict[str, str]) -> dict[_Key, Node]:
    """Members by what they are called, equal ones told apart by their order."""
    found: dict[_Key, Node] = {}
    seen: dict[_Key, int] = {}
    for node in _members(sheet):
        if not isinstance(node, Contract | Function | StateVariable | Struct | ValueType):
            continue
        contract = enclosing(node, Contract)
        owner = renamed.get(contract.name, contract.name) if contract else ""
        key = (owner, type(node).__name__, *_signature(node))
        seen[key] = seen.get(key, -1) + 1
        found[(*key, str(seen[key]))] = node
    return found


def _signature(node: Node) -> _Key:
    if isinstance(node, Contract):
        return ()
    if isinstance(node, Function):
        return node.kind, node.name, *(" ".join(p.type.split()) for p in node.parameters)
    return (_name(node),)


def _code(sheet: Sheet, node: Node) -> str:
    """Without white space; of a contract its head, the name left out."""
    start, end = sheet.source.head(node) if isinstance(node, Contract) else (node.start, node.end)
    code = normalised(sheet.text[start:end])
    return code.replace(node.name, "", 1) if isinstance(node, Contract) else code


def _renamed(head: Sheet, base: Sheet) -> dict[str, str]:
    """The one contract that has another name now."""
    now = {c.name for c in head.source.contracts}
    then = {c.name for c in base.source.contracts}
    if len(now - then) == len(then - now) == 1:
        return {(then - now).pop(): (now - then).pop()}
    return {}
