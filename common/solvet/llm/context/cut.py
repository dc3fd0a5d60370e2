"""Cuts a file's change into questions: the changed functions, and what they need.

What is shown with a function is kept in proportion: about as much again as the function itself, so
that a small change in a large file makes a small question.
"""

from collections.abc import Iterable, Mapping, Sequence

from solvet.domain.finding import Finding
from solvet.llm.context.changes import Change, change_of
from solvet.llm.context.extracts import extract
from solvet.llm.context.facts import facts_about
from solvet.llm.context.groups import Asked, asked, grouped
from solvet.llm.context.names import plain
from solvet.llm.context.packing import Packing
from solvet.llm.context.sheet import sheet
from solvet.llm.context.surroundings import Surroundings
from solvet.llm.context.tokens import characters, said, shown, titled
from solvet.llm.material import Cut, Limits, Line, Material, Section
from solvet.solidity.declarations import Contract
from solvet.solidity.model import Model
from solvet.solidity.nodes import Node
from solvet.solidity.source import enclosing, symbol_of

FOCUS = "Code in question"
EXTRACTS = "Code in question, only the changed lines and some around: it is too long to be shown"
REMOVED = "Removed by this change"

SMALLEST = 600
"""Tokens that a question may take however small the change is."""

DOUBLED = 800
"""Tokens up to which a question has as much context as code, however small the file is."""

LEAST_CONTEXT = 200
"""Tokens of context that every question may have."""

_OF_FILE = 10
_FOCUS_SHARE = 0.6
_REMOVED_SHARE = 4


def cut(
    head: str,
    base: str | None,
    imports: Mapping[str, str],
    findings: tuple[Finding, ...],
    limits: Limits = Limits(),  # noqa: B008 - frozen
) -> Cut:
    """The questions to ask about what changed between `base` and `head`; None is a new file.

    `imports` are texts of other files of the head, by path. Never raises, whatever the texts are.
    """
    before = None if base is None else sheet(base)
    page = sheet(head)
    around = Surroundings(Model(page.source, imports), page)
    change = change_of(around.model, around.head, before)
    if not change.focus:
        return Cut(materials=(), left_out=_symbols(change.gone))
    items = [asked(function, change, around) for function in change.focus]
    room = int(characters(limits.tokens) * _FOCUS_SHARE)
    groups = grouped(items, room)
    chosen, rest = groups[: limits.questions], groups[limits.questions :]
    cutter = _Cutter(around, change, limits, chosen)
    materials = [cutter.material(group, findings) for group in chosen]
    left_out = tuple(dict.fromkeys(item.symbol for group in rest for item in group))
    return Cut(materials=tuple(materials), left_out=left_out)


class _Cutter:
    """Makes one material after the other; what one has taken, the next does not get."""

    def __init__(
        self,
        around: Surroundings,
        change: Change,
        limits: Limits,
        groups: Sequence[Sequence[Asked]],
    ) -> None:
        self.around = around
        self.change = change
        self.most = characters(limits.tokens)
        self.share = around.head.length // (_OF_FILE * max(1, len(groups)))
        self.owners = frozenset().union(*map(_owners, groups))
        self.gone = list(change.gone)
        self.judged: set[str] = set()

    def material(self, group: Sequence[Asked], findings: Iterable[Finding]) -> Material:
        facts = tuple(dict.fromkeys(fact for item in group for fact in item.facts))
        focus = self._focus(group, self.most - said(facts))
        packing = Packing(self._room(focus, facts) - said(facts))
        packing.add(focus)
        if gone := self._gone(group, packing.left):
            packing.add(gone)
        packing.fill(self.around.pieces([item.function for item in group]))
        return Material(
            focus=tuple(dict.fromkeys(item.symbol for item in group)),
            sections=packing.sections,
            facts=facts,
            findings=self._findings(group, findings),
            traits=frozenset().union(*(item.traits for item in group)),
        )

    def _room(self, focus: Section, facts: Iterable[str]) -> int:
        """Characters for the whole material: as much context as code, up to a point."""
        asked = shown(focus.lines) + said(facts)
        doubled = min(asked + shown(focus.lines), characters(DOUBLED))
        wanted = max(doubled, asked + characters(LEAST_CONTEXT), characters(SMALLEST))
        return min(self.most, max(self.share, wanted))

    def _focus(self, group: Sequence[Asked], room: int) -> Section:
        """Each function below the head of its contract."""
        head, lines = self.around.head, list[Line]()
        contract = None
        for item in group:
            own = item.function.declared_in
            if own is not None and own is not contract:
                lines += head.lines([head.extent(own.node)])
            contract = own
            lines += item.lines
        if shown(lines) + titled(FOCUS) <= room:
            return Section(title=FOCUS, lines=tuple(lines))
        new = frozenset().union(*(item.new for item in group))
        return Section(title=EXTRACTS, lines=extract(lines, new, room - titled(EXTRACTS)))

    def _gone(self, group: Sequence[Asked], room: int) -> Section | None:
        """What the base has and the head has not, of these contracts or of none asked about."""
        base, names = self.change.base, _owners(group)
        mine = [n for n in self.gone if _owner(n) in names or _owner(n) not in self.owners]
        if base is None or not mine:
            return None
        self.gone = [node for node in self.gone if node not in mine]
        lines = base.lines(base.extent(node) for node in mine)
        removed = tuple(Line(line.number, line.code, removed=True) for line in lines)
        kept = extract(removed, frozenset(), room // _REMOVED_SHARE)
        return Section(title=REMOVED, lines=kept) if kept else None

    def _findings(self, group: Sequence[Asked], findings: Iterable[Finding]) -> tuple[Finding, ...]:
        stretches = [facts_about(item.function) for item in group]
        mine = [
            f
            for f in findings
            if f.fingerprint not in self.judged
            and any(s.first_line <= f.span.start_line <= s.last_line for s in stretches)
        ]
        self.judged |= {f.fingerprint for f in mine}
        return tuple(sorted(mine, key=lambda f: f.sort_key))


def _owners(group: Iterable[Asked]) -> frozenset[str]:
    contracts = (item.function.declared_in for item in group)
    return frozenset(contract.name if contract else "" for contract in contracts)


def _owner(node: Node) -> str:
    contract = enclosing(node, Contract)
    return contract.name if contract else ""


def _symbols(nodes: Iterable[Node]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(plain(symbol_of(node), dotted=True) for node in nodes))
