"""The attack surface of base and head compared."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from solvet.domain.entry_changes import compare_entry_points
from solvet.domain.layout import compare_layouts
from solvet.domain.surface import ContractSurface, Power, PowerKind, Surface
from solvet.domain.surface_change import Aspect, SurfaceChange, Turn, Weight, worse_if

_NAMED = 5


def compare(base: Surface | None, head: Surface | None) -> tuple[SurfaceChange, ...]:
    """What the change does to a file's contracts, worst first; they are matched by name."""
    before = {c.name: c for c in base.contracts} if base else {}
    after = {c.name: c for c in head.contracts} if head else {}
    found: list[SurfaceChange] = []
    for name in dict.fromkeys((*before, *after)):
        found += _contract(before.get(name), after.get(name))
    found += _unlisted(base, head)
    return tuple(sorted(_once(found, {**before, **after}), key=lambda c: c.sort_key))


def _once(
    changes: list[SurfaceChange], contracts: dict[str, ContractSurface]
) -> Iterator[SurfaceChange]:
    """Without what an abstract contract shares with a heir in the file: it shows at the heir."""
    deployed = {
        (base, replace(change, contract=""))
        for change in changes
        if change.contract in contracts and not contracts[change.contract].abstract
        for base in contracts[change.contract].lineage
    }
    for change in changes:
        shared = (change.contract, replace(change, contract="")) in deployed
        if not (shared and contracts[change.contract].abstract):
            yield change


def _unlisted(base: Surface | None, head: Surface | None) -> Iterator[SurfaceChange]:
    """That there is more than was compared, where anything changed at all."""
    sides = [side for side in (base, head) if side is not None]
    if base == head:
        return
    names = {c.name for side in sides for c in side.contracts if c.cut}
    for name in sorted(names | {"" for side in sides if side.cut}):
        yield SurfaceChange(
            aspect=Aspect.UNLISTED,
            turn=Turn.CHANGED,
            weight=Weight.NEUTRAL,
            contract=name,
            subject=name,
            after="more than is compared here" if name else "more contracts than are compared here",
        )


def _contract(
    base: ContractSurface | None, head: ContractSurface | None
) -> Iterator[SurfaceChange]:
    if base is not None and head is not None:
        yield from compare_entry_points(base, head)
        yield from _inheritance(base, head)
        yield from _layout(base, head)
        yield from _inside(base, head)
    elif head is not None:
        yield _whole(head, Turn.ADDED)
        yield from _inside(ContractSurface(name=head.name), head)
    elif base is not None:
        yield _whole(base, Turn.REMOVED)
        yield from _inside(base, ContractSurface(name=base.name))


def _whole(contract: ContractSurface, turn: Turn) -> SurfaceChange:
    """A contract as one row, with what anyone can do to it."""
    entries = contract.entry_points
    exposed = [entry.signature for entry in entries if entry.exposed]
    weight = worse_if(turn is Turn.ADDED) if exposed else Weight.NEUTRAL
    told = f"{len(entries)} entry points" if len(entries) != 1 else "1 entry point"
    if exposed:
        told += f", open to anyone: {_first_of(exposed)}"
    before, after = ("", told) if turn is Turn.ADDED else (told, "")
    return SurfaceChange(
        aspect=Aspect.CONTRACT,
        turn=turn,
        weight=weight,
        contract=contract.name,
        subject=contract.name,
        before=before,
        after=after,
        line=contract.line,
    )


def _inheritance(base: ContractSurface, head: ContractSurface) -> Iterator[SurfaceChange]:
    if base.bases != head.bases:
        yield SurfaceChange(
            aspect=Aspect.BASES,
            turn=Turn.CHANGED,
            weight=Weight.NEUTRAL,
            contract=head.name,
            subject=head.name,
            before=", ".join(base.bases) or "no base",
            after=", ".join(head.bases) or "no base",
            line=head.line,
        )


def _layout(base: ContractSurface, head: ContractSurface) -> Iterator[SurfaceChange]:
    """A break counts where a proxy may hold state of the version before, else it is a note."""
    change = compare_layouts(base.layout, head.layout)
    if change is None:
        return
    inherited = base.abstract or base.has_own_gap
    broken = bool(change.broken) or (change.shifted and inherited)
    behind_proxy = base.upgradeable or head.upgradeable
    alarming = broken and behind_proxy and change.comparable
    worse = alarming or (behind_proxy and not change.comparable)
    yield SurfaceChange(
        aspect=Aspect.LAYOUT_BREAK if alarming else Aspect.LAYOUT,
        turn=Turn.CHANGED,
        weight=Weight.WORSE if worse else Weight.NEUTRAL,
        contract=head.name,
        subject=head.name,
        line=head.line,
        layout=change,
    )


def _inside(base: ContractSurface, head: ContractSurface) -> Iterator[SurfaceChange]:
    """What a whole contract does, whichever of its functions does it."""
    yield from _powers(base, head)
    for role in sorted(set(base.roles) ^ set(head.roles)):
        turn = Turn.ADDED if role in head.roles else Turn.REMOVED
        yield SurfaceChange(
            aspect=Aspect.ROLE,
            turn=turn,
            weight=Weight.NEUTRAL,
            contract=head.name,
            subject=role,
            before="" if turn is Turn.ADDED else f"opens {_opened(base, role)}",
            after=f"opens {_opened(head, role)}" if turn is Turn.ADDED else "",
        )


def _opened(contract: ContractSurface, role: str) -> str:
    """The entry points a role opens, the first of them by name."""
    opened = [e.signature for e in contract.entry_points if any(g.role == role for g in e.guards)]
    return _first_of(opened)


def _first_of(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def _powers(base: ContractSurface, head: ContractSurface) -> Iterator[SurfaceChange]:
    """Operations there are more or fewer of; one that moved to another function is the same."""
    for turn, some, others in ((Turn.ADDED, head, base), (Turn.REMOVED, base, head)):
        left = Counter(map(_sort_of, others.powers))
        for power in some.powers:
            key = _sort_of(power)
            left[key] -= 1
            if left[key] < 0:
                yield _power(power, head.name, turn)


def _sort_of(power: Power) -> tuple[PowerKind, str]:
    return power.kind, power.text


def _power(power: Power, contract: str, turn: Turn) -> SurfaceChange:
    harmless = power.kind in {PowerKind.STATICCALL, PowerKind.PAYMENT}
    told = f"in {power.where}"
    return SurfaceChange(
        aspect=Aspect(power.kind.value),
        turn=turn,
        weight=Weight.NEUTRAL if harmless else worse_if(turn is Turn.ADDED),
        contract=contract,
        subject=power.text,
        before=told if turn is Turn.REMOVED else "",
        after=told if turn is Turn.ADDED else "",
        line=power.line,
    )
