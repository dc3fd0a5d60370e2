"""What a change does to the attack surface: a table, plain lines, and JSON."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from solvet.domain.layout import LayoutChange
from solvet.domain.surface_change import Aspect, SurfaceChange, Weight
from solvet.render.fitting import fit_lines, size
from solvet.render.layout import caution, cell, slots, summary, warning
from solvet.render.markdown import blob_link, code, one_line
from solvet.render.ways import arrows, arrows_markdown
from solvet.render.words import counted

Changes = Mapping[str, Sequence[SurfaceChange]]
"""By the file's path in the head (in the base, for one that is gone)."""

Ways = Mapping[str, Sequence[str]]
"""From the changed file to one that the change leaves alone, by the latter's path."""

NO_WAYS: Ways = {}
MOST_ROWS = 40
BUDGET = 40_000
_MOST_WARNINGS = 5
_TABLE_BUDGET = 10_000
_TEXT = 120
_MARKS = {Weight.WORSE: "🔴", Weight.NEUTRAL: "⚪", Weight.BETTER: "🟢"}


def warnings(changes: Changes, *, ways: Ways = NO_WAYS) -> str:
    """Markdown of the layouts that break, the first of them; '' when none does."""
    broken = _broken(changes)[:_MOST_WARNINGS]
    return "\n\n".join(warning(path, change, ways.get(path, ())) for path, change in broken)


def table(
    changes: Changes,
    *,
    ways: Ways = NO_WAYS,
    blob_url: str = "",
    budget: int = BUDGET,
    warned: bool = False,
) -> str:
    """Markdown, the worst first, of about `budget` bytes at most; '' when nothing changed.

    `blob_url` (`https://host/owner/name/blob/sha`, of the head) makes links of the places, `ways`
    tell of unchanged files why they are told of. The warnings are among it unless the report has
    `warned` elsewhere.
    """
    ordered = _ordered(changes)
    if not ordered:
        return ""
    parts = [f"### Attack surface\n{_counts(ordered)}."]
    if not warned and (alarm := warnings(changes, ways=ways)):
        parts.append(alarm)
    rows = [
        _row(path, change, blob_url, ways.get(path, ())) for path, change in ordered[:MOST_ROWS]
    ]
    fitted = fit_lines(rows, min(_TABLE_BUDGET, budget - _size(parts)))
    left_out = len(ordered) - len(rows) + fitted.left_out
    parts.append(f"| Change | Where |\n| --- | --- |\n{fitted.text}")
    if left_out:
        parts.append(f"… and {left_out:,} more, none of them worse than these.")
    for folded in map(slots, _with_slots(ordered)):
        if _size([*parts, folded]) <= budget:
            parts.append(folded)
    return "\n\n".join(parts)


def cautions(changes: Changes, *, ways: Ways = NO_WAYS) -> list[list[str]]:
    """The warnings as plain lines, each with what it warns of first."""
    broken = _broken(changes)[:_MOST_WARNINGS]
    return [caution(path, change, ways.get(path, ())) for path, change in broken]


def lines(changes: Changes, *, ways: Ways = NO_WAYS) -> list[tuple[Weight, str]]:
    """One plain line for each change, the worst first; none when nothing changed."""
    return [
        (change.weight, _line(path, change, ways.get(path, ())))
        for path, change in _ordered(changes)
    ]


def counts(changes: Changes) -> str:
    """`6 changes: 🔴 3 wider, 🟢 1 narrower, ⚪ 2 neither`."""
    return _counts(_ordered(changes))


def as_json(changes: Changes) -> list[dict[str, Any]]:
    """One object for each change, the worst first, with keys in a fixed order."""
    return [
        {
            "path": path,
            "line": change.line or None,
            "contract": change.contract,
            "aspect": change.aspect.value,
            "turn": change.turn.value,
            "weight": change.weight.value,
            "subject": change.subject,
            "before": change.before or None,
            "after": change.after or None,
            "layout": None if change.layout is None else _layout_json(change.layout),
        }
        for path, change in _ordered(changes)
    ]


def _layout_json(layout: LayoutChange) -> dict[str, Any]:
    places = [
        {
            "counted_from": place.place[0] or None,
            "slot": place.place[1],
            "byte": place.place[2],
            "before": place.before or None,
            "after": place.after or None,
            "fate": place.fate.value,
        }
        for place in layout.places
    ]
    return {
        "places": places,
        "moves_heirs": layout.shifted,
        "unknown": list(layout.unknown),
        "complete": not layout.cut,
    }


def _ordered(changes: Changes) -> list[tuple[str, SurfaceChange]]:
    everything = [(path, change) for path, some in changes.items() for change in some]
    return sorted(everything, key=lambda pair: (pair[1].sort_key, pair[0]))


def _counts(ordered: Sequence[tuple[str, SurfaceChange]]) -> str:
    """`6 changes: 🔴 3 wider, 🟢 1 narrower, ⚪ 2 neither`."""
    counts = {weight: sum(c.weight is weight for _, c in ordered) for weight in Weight}
    names = {Weight.WORSE: "wider", Weight.BETTER: "narrower", Weight.NEUTRAL: "neither"}
    parts = (f"{_MARKS[w]} {counts[w]:,} {names[w]}" for w in names if counts[w])
    return f"{counted(len(ordered), 'change')}: {', '.join(parts)}"


def _row(path: str, change: SurfaceChange, blob_url: str, way: Sequence[str]) -> str:
    subject = code(_subject(change), limit=_TEXT)
    detail = _detail(change, lambda text: code(text, limit=_TEXT))
    told = f"{_MARKS[change.weight]} **{_label(change)}** {subject}"
    told += f"<br>{detail}" if detail else ""
    linked = blob_url and change.line and not change.is_gone
    where = blob_link(blob_url, path, change.line, change.line) if linked else ""
    by = f"<br>by way of {arrows_markdown(way[:-1])}" if way else ""
    return f"| {cell(told)} | {cell((where or code(_location(path, change))) + by)} |"


def _line(path: str, change: SurfaceChange, way: Sequence[str]) -> str:
    detail = _detail(change, str)
    what = one_line(f"{_subject(change)}: {detail}" if detail else _subject(change))
    by = f", by way of {arrows(way[:-1])}" if way else ""
    where = one_line(f"{_location(path, change)}{by}")
    return f"{_MARKS[change.weight]} {_label(change)}  {what}  {where}"


def _label(change: SurfaceChange) -> str:
    if change.aspect is Aspect.LAYOUT_BREAK:
        return "STORAGE LAYOUT BROKEN"
    if change.aspect is Aspect.UNLISTED:
        return "not everything is listed"
    return f"{change.aspect} {change.turn}"


def _subject(change: SurfaceChange) -> str:
    """The contract, and what of it, unless that is the same."""
    if change.subject == change.contract:
        return change.contract
    joint = "." if change.subject.endswith(")") and " " not in change.subject else ": "
    return f"{change.contract}{joint}{change.subject}"


def _detail(change: SurfaceChange, shown: Callable[[str], str]) -> str:
    """Before and after; `shown` makes a contract's text safe."""
    if change.layout is not None:
        return summary(change.layout)
    if change.before and change.after:
        return f"{shown(change.before)} → {shown(change.after)}"
    told = change.before or change.after
    return shown(told) if told else ""


def _location(path: str, change: SurfaceChange) -> str:
    return f"{path}:{change.line}" if change.line else path


def _broken(changes: Changes) -> Sequence[tuple[str, SurfaceChange]]:
    return [pair for pair in _ordered(changes) if pair[1].aspect is Aspect.LAYOUT_BREAK]


def _with_slots(ordered: Sequence[tuple[str, SurfaceChange]]) -> Sequence[SurfaceChange]:
    """The layouts to fold out: broken ones before all others."""
    layouts = (Aspect.LAYOUT_BREAK, Aspect.LAYOUT)
    found = [change for aspect in layouts for _, change in ordered if change.aspect is aspect]
    return found[:_MOST_WARNINGS]


def _size(parts: Sequence[str]) -> int:
    return sum(map(size, parts))
