"""Where a contract keeps its state, and whether a later version still finds it there.

The rules are the compiler's: https://docs.soliditylang.org/en/latest/internals/layout_in_storage.html
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

Place = tuple[str, int, int]
"""What the count starts after ('' for the beginning), slot, and byte in the slot."""

_GAP = re.compile(r"(?:\A|_)(?:storage)?gap(?:\Z|[_\d])", re.IGNORECASE)
_MOST_ROWS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredVariable:
    """A variable, or a member of a struct (`s.a`), of `size` bytes from `place` on.

    `type` is as written; `shape` is equal for types that are stored alike. What is declared in no
    file at hand has size 0, and what stands behind it is counted from there: `after` names it.
    """

    name: str
    type: str
    shape: str
    contract: str
    after: str
    slot: int
    offset: int
    size: int

    @property
    def place(self) -> Place:
        return (self.after, self.slot, self.offset)

    @property
    def is_gap(self) -> bool:
        """Whether it only keeps room: `uint256[50] __gap`."""
        return self.shape.endswith("]") and _GAP.search(self.name) is not None

    @property
    def text(self) -> str:
        return f"{self.type} {self.name}"


@dataclass(frozen=True, slots=True)
class Namespace:
    """A struct with a place of its own (ERC-7201), slots counted from that place.

    https://eips.ethereum.org/EIPS/eip-7201
    """

    id: str
    variables: tuple[StoredVariable, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """All of a contract's storage. `unknown` names what hides where things are, `cut` says that
    there is more than is listed; `end` is the first free place.
    """

    variables: tuple[StoredVariable, ...] = ()
    namespaces: tuple[Namespace, ...] = ()
    end: Place = ("", 0, 0)
    unknown: tuple[str, ...] = ()
    cut: bool = False


class Fate(StrEnum):
    """What became of a place."""

    KEPT = "kept"
    RENAMED = "renamed"
    EXTENDED = "extended"
    ADDED = "added"
    ARRIVED = "moved here"
    GAP = "gap"
    MOVED = "moved"
    RETYPED = "retyped"
    REPLACED = "replaced"
    REMOVED = "removed"
    UNCLEAR = "unclear"


BREAKING = frozenset({Fate.MOVED, Fate.RETYPED, Fate.REPLACED, Fate.REMOVED})


@dataclass(frozen=True, slots=True)
class PlaceChange:
    """One place before and after; '' where nothing is."""

    place: Place
    before: str
    after: str
    fate: Fate


@dataclass(frozen=True, slots=True)
class LayoutChange:
    """Every place that either version uses. `shifted` says that it ends elsewhere than before,
    which moves the variables of the contracts that inherit it. Not `comparable` where something
    came or went that is in no file at hand: what looks moved is then unclear.
    """

    places: tuple[PlaceChange, ...]
    shifted: bool
    unknown: tuple[str, ...] = ()
    cut: bool = False
    comparable: bool = True

    @property
    def broken(self) -> tuple[PlaceChange, ...]:
        return tuple(p for p in self.places if p.fate in BREAKING)

    def count(self, fate: Fate) -> int:
        return sum(p.fate is fate for p in self.places)


def compare_layouts(base: Layout, head: Layout) -> LayoutChange | None:
    """What the change does to the storage; None if nothing."""
    places = [*_places(base.variables, head.variables), *_namespaces(base, head)]
    shifted = base.end != head.end
    if not shifted and all(p.fate is Fate.KEPT for p in places):
        return None
    unknown = tuple(dict.fromkeys((*base.unknown, *head.unknown)))
    cut = base.cut or head.cut or len(places) > _MOST_ROWS
    comparable = base.unknown == head.unknown
    if not comparable:
        places = [_unclear(place) for place in places]
    return LayoutChange(_shown(places), shifted, unknown, cut, comparable)


def _unclear(place: PlaceChange) -> PlaceChange:
    apart = place.fate in BREAKING or place.fate is Fate.ARRIVED
    return replace(place, fate=Fate.UNCLEAR) if apart else place


def _shown(places: list[PlaceChange]) -> tuple[PlaceChange, ...]:
    """What broke first, where there are too many."""
    if len(places) <= _MOST_ROWS:
        return tuple(places)
    by_fate = sorted(range(len(places)), key=lambda n: (_tameness(places[n].fate), n))
    return tuple(places[n] for n in sorted(by_fate[:_MOST_ROWS]))


def _tameness(fate: Fate) -> int:
    return 0 if fate in BREAKING else 2 if fate is Fate.KEPT else 1


def _namespaces(base: Layout, head: Layout) -> Iterator[PlaceChange]:
    before = {n.id: n.variables for n in base.namespaces}
    after = {n.id: n.variables for n in head.namespaces}
    for name in dict.fromkeys((*before, *after)):
        yield from _places(before.get(name, ()), after.get(name, ()))


def _places(
    base: tuple[StoredVariable, ...], head: tuple[StoredVariable, ...]
) -> Iterator[PlaceChange]:
    before, after = {v.place: v for v in base}, {v.place: v for v in head}
    old_names = {(v.contract, v.name) for v in base}
    new_names = {(v.contract, v.name) for v in head}
    for place in _in_order(base, head):
        old, new = before.get(place), after.get(place)
        if old is not None:
            fate = _fate(old, new, still_there=(old.contract, old.name) in new_names)
        else:
            known = new is not None and not new.is_gap and (new.contract, new.name) in old_names
            fate = Fate.ARRIVED if known else Fate.GAP if new and new.is_gap else Fate.ADDED
        yield PlaceChange(place, old.text if old else "", new.text if new else "", fate)


def _in_order(base: tuple[StoredVariable, ...], head: tuple[StoredVariable, ...]) -> list[Place]:
    """All places, in the order in which they were met."""
    rank = {after: n for n, after in enumerate(dict.fromkeys(v.after for v in (*base, *head)))}
    places = {v.place for v in (*base, *head)}
    return sorted(places, key=lambda place: (rank[place[0]], place[1:]))


def _fate(old: StoredVariable, new: StoredVariable | None, *, still_there: bool) -> Fate:
    """What became of the variable that stood somewhere, by what stands there now."""
    if old.is_gap:
        same = new is not None and new.shape == old.shape and new.is_gap
        return Fate.KEPT if same else Fate.GAP if new is None or new.is_gap else Fate.ADDED
    if new is None or new.is_gap:
        return Fate.MOVED if still_there else Fate.REMOVED
    if new.name == old.name:
        return _retyped(old.shape, new.shape)
    if still_there:
        return Fate.MOVED
    return Fate.RENAMED if new.shape == old.shape else Fate.REPLACED


def _retyped(old: str, new: str) -> Fate:
    if old == new:
        return Fate.KEPT
    return Fate.EXTENDED if _extends(old, new) else Fate.RETYPED


def _extends(old: str, new: str) -> bool:
    """Whether only members were added at the end of the struct that a mapping holds.

    >>> _extends("mapping(address=>{bool;})", "mapping(address=>{bool;uint8;})")
    True
    """
    if not old.startswith("mapping(") or not old.rstrip(")").endswith("}"):
        return False
    return new.startswith(old.rstrip(")")[:-1])
