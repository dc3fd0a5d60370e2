"""What a change does to the attack surface of one file."""

from collections.abc import Mapping
from dataclasses import dataclass

from solvet.domain.analysis import DetectorFailure
from solvet.domain.scan import Source
from solvet.domain.surface import Surface
from solvet.domain.surface_change import Aspect, SurfaceChange, Turn, Weight
from solvet.domain.surface_diff import compare
from solvet.solidity.surface import surface_of

MOST_CHANGES = 200
NAME = "attack-surface"
_MOST_ERROR = 200


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a file, with the texts of that version that it may need by path."""

    path: str
    source: Source
    others: Mapping[str, str]


def surface_changes(
    base: Version | None, head: Version | None
) -> tuple[tuple[SurfaceChange, ...], tuple[DetectorFailure, ...]]:
    """The changes, worst first and at most so many; or the failure that stands for them."""
    try:
        changes = compare(_surface(base), _surface(head))
    except Exception as error:  # noqa: BLE001 - the findings must not be lost with the surface
        told = f"{type(error).__name__}: {error}"[:_MOST_ERROR]
        return (), (DetectorFailure(NAME, told),)
    if len(changes) <= MOST_CHANGES:
        return changes, ()
    return (*changes[:MOST_CHANGES], _rest(len(changes) - MOST_CHANGES)), ()


def _surface(version: Version | None) -> Surface | None:
    return None if version is None else surface_of(version.source.text, version.others)


def _rest(count: int) -> SurfaceChange:
    return SurfaceChange(
        aspect=Aspect.UNLISTED,
        turn=Turn.CHANGED,
        weight=Weight.NEUTRAL,
        contract="",
        subject="",
        after=f"{count:,} more changes, none of them worse",
    )
