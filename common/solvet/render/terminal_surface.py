"""Attack surface and storage layout as a terminal shows them."""

from collections.abc import Iterator

from solvet.domain.review import Review
from solvet.domain.surface_change import Weight
from solvet.render import surface
from solvet.render.frames import wrapped
from solvet.render.markdown import clipped
from solvet.render.paint import Paint

_STYLES = {Weight.WORSE: "red", Weight.NEUTRAL: "dim", Weight.BETTER: "green"}
_LONGEST = 400


def cautions(review: Review, width: int, paint: Paint) -> Iterator[str]:
    """The layouts that break, for the top of the report."""
    for first, *rest in surface.cautions(review.surface, ways=review.ways):
        for line in wrapped(f"CAUTION  {first}", "", width):
            yield paint(line, "bold red")
        for told in rest:
            yield from _hanging(told, "    ", width)
        yield ""


def changes(review: Review, width: int, paint: Paint) -> Iterator[str]:
    """One line for each change if it is wide enough, the worst first."""
    told = surface.lines(review.surface, ways=review.ways)
    if not told:
        return
    yield paint(f"Attack surface ({surface.counts(review.surface)})", "bold")
    for weight, text in told[: surface.MOST_ROWS]:
        for line in _hanging(text, "  ", width):
            yield paint(line, _STYLES[weight])
    if more := len(told[surface.MOST_ROWS :]):
        yield f"  and {more:,} more, none of them worse; --format json lists them all"
    yield ""


def _hanging(text: str, indent: str, width: int) -> Iterator[str]:
    first, *rest = wrapped(clipped(text, _LONGEST), indent, width - 2)
    yield first
    yield from (f"  {line}" for line in rest)
