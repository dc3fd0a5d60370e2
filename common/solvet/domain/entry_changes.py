"""What a change does to a contract's entry points: who gets in, and what they can do there."""

from collections.abc import Iterator

from solvet.domain.surface import ANYONE, ContractSurface, EntryPoint, Guard
from solvet.domain.surface_change import Aspect, SurfaceChange, Turn, Weight, worse_if

_NONE = frozenset({"", ANYONE})
_AGAIN = "can run again and again"


def compare_entry_points(base: ContractSurface, head: ContractSurface) -> Iterator[SurfaceChange]:
    """Entry points that came, went or changed; they are matched by signature."""
    before = {entry.signature: entry for entry in base.entry_points}
    after = {entry.signature: entry for entry in head.entry_points}
    for signature, entry in after.items():
        if signature not in before:
            yield _come_or_gone(entry, head.name, Turn.ADDED, inside=signature in base.internal)
        else:
            yield from _entry_point(before[signature], entry, head.name)
    for signature, entry in before.items():
        if signature not in after:
            yield _come_or_gone(entry, head.name, Turn.REMOVED, inside=signature in head.internal)


def _come_or_gone(entry: EntryPoint, contract: str, turn: Turn, *, inside: bool) -> SurfaceChange:
    """An entry point that only one side has; `inside` if the other has it for itself."""
    added = turn is Turn.ADDED
    aspect = Aspect.VISIBILITY if inside else Aspect.ENTRY_POINT
    if entry.initialiser and not inside:
        aspect = Aspect.INITIALISER
    here, there = _described(entry), "internal" if inside else ""
    return SurfaceChange(
        aspect=aspect,
        turn=Turn.CHANGED if inside else turn,
        weight=worse_if(added) if entry.exposed else Weight.NEUTRAL,
        contract=contract,
        subject=entry.signature,
        before=there if added else here,
        after=here if added else there,
        line=entry.line,
    )


def _described(entry: EntryPoint) -> str:
    """`external payable, onlyOwner, nonReentrant`."""
    parts = [" ".join(filter(None, (entry.visibility, entry.mutability)))]
    if not entry.read_only:
        parts.append(entry.access)
    parts += [part for part in (entry.once, *entry.locks) if part]
    return ", ".join(parts)


def _entry_point(old: EntryPoint, new: EntryPoint, contract: str) -> Iterator[SurfaceChange]:
    """What changed about an entry point that both sides have."""
    for aspect, weight, before, after in _differences(old, new):
        turn = Turn.ADDED if before in _NONE else Turn.REMOVED if after in _NONE else Turn.CHANGED
        yield SurfaceChange(
            aspect=aspect,
            turn=turn,
            weight=weight,
            contract=contract,
            subject=new.signature,
            before=before,
            after=after,
            line=new.line,
        )


def _differences(old: EntryPoint, new: EntryPoint) -> Iterator[tuple[Aspect, Weight, str, str]]:
    yield from _guards(old, new)
    if old.mutability != new.mutability:
        yield _mutability(old, new)
    if bool(old.locks) != bool(new.locks):
        weight = worse_if(bool(old.locks))
        yield Aspect.LOCK, weight, ", ".join(old.locks), ", ".join(new.locks)
    if old.once != new.once:
        only_one = not (old.once and new.once)
        weight = worse_if(bool(old.once)) if only_one else Weight.NEUTRAL
        yield Aspect.INITIALISER, weight, old.once or _AGAIN, new.once or _AGAIN


def _guards(old: EntryPoint, new: EntryPoint) -> Iterator[tuple[Aspect, Weight, str, str]]:
    """A guard that is only written otherwise is the same guard."""
    lost, gained = _missing(old.guards, new.guards), _missing(new.guards, old.guards)
    if not lost and not gained:
        return
    one_way = not new.read_only and not (lost and gained)
    weight = worse_if(bool(lost)) if one_way else Weight.NEUTRAL
    yield Aspect.GUARD, weight, old.access, new.access


def _missing(some: tuple[Guard, ...], others: tuple[Guard, ...]) -> list[Guard]:
    return [g for g in some if not any(g.same_as(other) for other in others)]


def _mutability(old: EntryPoint, new: EntryPoint) -> tuple[Aspect, Weight, str, str]:
    before, after = old.mutability or "nonpayable", new.mutability or "nonpayable"
    if "payable" in {old.mutability, new.mutability}:
        return Aspect.PAYABLE, worse_if(new.mutability == "payable"), before, after
    if old.read_only == new.read_only:
        return Aspect.MUTABILITY, Weight.NEUTRAL, before, after
    return Aspect.MUTABILITY, worse_if(old.read_only), before, after
