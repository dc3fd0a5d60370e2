"""The way by which a change reaches a file that it leaves alone, in words."""

from collections.abc import Sequence

from solvet.render.markdown import code, one_line

_MOST_STEPS = 6
_CAUSED = "Caused by this change"


def caused(way: Sequence[str]) -> str:
    """`Caused by this change: src/Base.sol → src/Vault.sol`, as plain text; '' without a way."""
    return f"{_CAUSED}: {arrows(way)}" if way else ""


def caused_markdown(way: Sequence[str]) -> str:
    """The same with every path as a code span."""
    return f"**{_CAUSED}:** {arrows_markdown(way)}" if way else ""


def arrows(way: Sequence[str]) -> str:
    """The paths on one line, of a long way its two ends."""
    return _joined([one_line(path) for path in way])


def arrows_markdown(way: Sequence[str]) -> str:
    """The same as code spans."""
    return _joined([code(path) for path in way])


def _joined(steps: list[str]) -> str:
    half = _MOST_STEPS // 2
    if (more := len(steps) - _MOST_STEPS) > 0:
        steps = [*steps[:half], f"… {more:,} more …", *steps[-half:]]
    return " → ".join(steps)
