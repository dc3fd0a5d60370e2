"""A storage layout before and after: a warning, a folded table, and a few words."""

from collections.abc import Iterator, Sequence

from solvet.domain.layout import Fate, LayoutChange, Place, PlaceChange
from solvet.domain.surface_change import SurfaceChange
from solvet.render.fitting import fit_lines
from solvet.render.markdown import JOINER, code, details, one_line
from solvet.render.ways import caused, caused_markdown

_MOST_NAMES = 3
_MOST_PLACES = 40
_SLOTS_BUDGET = 4_000
_TEXT = 120
_DANGER = "A proxy that is upgraded to this version takes old values for something else."
_HEIRS_MOVE = "It ends elsewhere than before: the state of every heir moves."
_BEHIND = "What stands behind that is counted from there."
_TOLD = (Fate.MOVED, Fate.RETYPED, Fate.REPLACED, Fate.REMOVED, Fate.UNCLEAR)
_MILD = (Fate.ADDED, Fate.RENAMED, Fate.EXTENDED)


def cell(text: str) -> str:
    """Text that cannot leave its cell: in a table a pipe ends even a code span.

    https://github.github.com/gfm/#tables-extension-
    """
    return text.replace("\\|", f"\\{JOINER}|").replace("|", "\\|")


def summary(layout: LayoutChange) -> str:
    """`1 moved, 2 added`: how many variables had which fate, in words of ours."""
    counts = [(layout.count(fate), fate) for fate in (*_TOLD, *_MILD)]
    parts = [f"{count:,} {fate}" for count, fate in counts if count]
    parts += (
        ["ends elsewhere, so heirs move"]
        if layout.shifted and layout.comparable and not layout.broken
        else []
    )
    if not layout.comparable:
        parts.append("a base or type came or went that is in no file at hand")
    elif layout.unknown:
        parts.append("partly unknown")
    return ", ".join(parts) or "only the gap changed"


def warning(path: str, change: SurfaceChange, way: Sequence[str] = ()) -> str:
    """A block that GitHub shows in red, with the first things that broke."""
    name, layout = code(change.contract, limit=_TEXT), change.layout
    broken = layout.broken if layout else ()
    told = [
        "> [!CAUTION]",
        f"> **The storage layout of {name} breaks** ({code(path)}). {_DANGER}",
    ]
    if way:
        told.append(f"> {caused_markdown(way)}")
    for place in broken[:_MOST_NAMES]:
        old, new = _shown(place.before), _shown(place.after)
        told.append(f"> - {_place_shown(place.place)}: {old} → {new} ({place.fate})")
    if len(broken) > _MOST_NAMES:
        told.append(f"> - and {len(broken) - _MOST_NAMES:,} more")
    if not broken:
        told.append(f"> - {_HEIRS_MOVE}")
    return "\n".join(told)


def caution(path: str, change: SurfaceChange, way: Sequence[str] = ()) -> list[str]:
    """The same as plain lines of visible text."""
    broken = change.layout.broken if change.layout else ()
    told = [f"The storage layout of {change.contract} breaks ({path}). {_DANGER}"]
    told += [caused(way)] if way else []
    told += [became(place) for place in broken[:_MOST_NAMES]]
    if len(broken) > _MOST_NAMES:
        told.append(f"and {len(broken) - _MOST_NAMES:,} more")
    if not broken:
        told.append(_HEIRS_MOVE)
    return [one_line(each) for each in told]


def slots(change: SurfaceChange) -> str:
    """Every place before and after, folded; '' for a change of anything else."""
    layout = change.layout
    if layout is None:
        return ""
    rows = list(_slot_rows(layout))
    fitted = fit_lines(rows, _SLOTS_BUDGET)
    more = len(layout.places) - len(rows) + fitted.left_out
    body = [
        code(change.contract, limit=_TEXT),
        f"| Slot | Before | After | |\n| --- | --- | --- | --- |\n{fitted.text}",
    ]
    if more or layout.cut:
        body.append(f"… and {more:,} more places." if more else "More places are not listed.")
    if layout.unknown:
        names = ", ".join(code(name, limit=_TEXT) for name in layout.unknown[:_MOST_NAMES])
        body.append(
            f"Unknown: how much room is taken by {names}, declared in no file at hand. {_BEHIND}"
        )
    return details("Storage layout, before and after", "\n\n".join(body))


def _slot_rows(layout: LayoutChange) -> Iterator[str]:
    """The places that changed first, where not all can be shown."""
    places: Sequence[PlaceChange] = layout.places
    if len(places) > _MOST_PLACES:
        places = [p for p in places if p.fate is not Fate.KEPT][:_MOST_PLACES]
    for place in places:
        cells = (_place_shown(place.place), _shown(place.before), _shown(place.after))
        fate = f"**{place.fate}**" if place in layout.broken else place.fate.value
        yield f"| {' | '.join(map(cell, cells))} | {'' if fate == Fate.KEPT.value else fate} |"


def _shown(text: str) -> str:
    return code(text, limit=_TEXT) if text else "nothing"


def became(place: PlaceChange) -> str:
    """`slot 3: uint256 a → nothing (removed)`, as plain text."""
    before, after = place.before or "nothing", place.after or "nothing"
    return f"{_place(place.place)}: {before} → {after} ({place.fate})"


def _place(place: Place) -> str:
    """`slot 3`, `slot 3, byte 20`, `slot 0 after Base`."""
    after, slot, offset = place
    byte = f", byte {offset}" if offset else ""
    return f"slot {slot}{byte}" + (f" after {after}" if after else "")


def _place_shown(place: Place) -> str:
    """As `_place`, with what others wrote made safe."""
    after, slot, offset = place
    return _place(("", slot, offset)) + (f" after {code(after, limit=_TEXT)}" if after else "")
