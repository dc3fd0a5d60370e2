"""One thing that a change does to the attack surface."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from solvet.domain.layout import LayoutChange


class Weight(StrEnum):
    """Which way a change goes, for the contract's safety."""

    WORSE = "worse"
    NEUTRAL = "neutral"
    BETTER = "better"


class Turn(StrEnum):
    """What happened to the subject of a change."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class Aspect(StrEnum):
    """What a change is about, the most dangerous first."""

    LAYOUT_BREAK = "storage layout broken"
    SELFDESTRUCT = "selfdestruct"
    DELEGATECALL = "delegatecall"
    GUARD = "guard"
    INITIALISER = "initialiser"
    LOCK = "reentrancy lock"
    VISIBILITY = "visibility"
    PAYABLE = "payable"
    MUTABILITY = "mutability"
    LOW_LEVEL_CALL = "low-level call"
    ASSEMBLY = "assembly"
    ENTRY_POINT = "entry point"
    STATICCALL = "staticcall"
    PAYMENT = "send or transfer"
    CONTRACT = "contract"
    BASES = "inheritance"
    ROLE = "privileged role"
    LAYOUT = "storage layout"
    UNLISTED = "list"


_ASPECTS = list(Aspect)
_WEIGHTS = list(Weight)


@dataclass(frozen=True, slots=True, kw_only=True)
class SurfaceChange:
    """One thing the change does. `line` is of the head, of the base for what is gone; 0 for none.

    `before` and `after` are texts of the contract, in part, and to be escaped.
    """

    aspect: Aspect
    turn: Turn
    weight: Weight
    contract: str
    subject: str
    before: str = ""
    after: str = ""
    line: int = 0
    layout: LayoutChange | None = None

    @property
    def is_gone(self) -> bool:
        """Whether its line is one of the base."""
        return self.turn is Turn.REMOVED and self.aspect not in {Aspect.GUARD, Aspect.LOCK}

    @property
    def opens(self) -> bool:
        """Whether anyone may now call what only some could, and change something by it."""
        lost = self.aspect is Aspect.GUARD and self.turn is Turn.REMOVED
        return lost and self.weight is Weight.WORSE

    @property
    def echo(self) -> tuple[str, ...]:
        """Equal for changes that say the same of a contract and of one that inherits from it."""
        return (self.aspect, self.turn, self.subject, self.before, self.after)

    @property
    def is_own(self) -> bool:
        """Whether it is about the file's own code, or its own storage."""
        return self.line > 0 or self.aspect is Aspect.LAYOUT_BREAK

    @property
    def sort_key(self) -> tuple[int, int, str, str]:
        """Worst first."""
        rank = (_WEIGHTS.index(self.weight), _ASPECTS.index(self.aspect))
        return (*rank, self.contract, self.subject)


def worse_if(worse: bool) -> Weight:  # noqa: FBT001 - it has no other argument
    """One of two opposites."""
    return Weight.WORSE if worse else Weight.BETTER


def told_once(
    files: Iterable[tuple[str, tuple[SurfaceChange, ...], bool]],
) -> dict[str, tuple[SurfaceChange, ...]]:
    """Changes by path; the flag is set for a file that the change leaves alone.

    Of such a file, what has no line stands in another one, and is left out if it was told there.
    """
    told: dict[str, tuple[SurfaceChange, ...]] = {}
    said: set[tuple[str, ...]] = set()
    for path, changes, unchanged in files:
        fresh = tuple(c for c in changes if not unchanged or c.is_own or c.echo not in said)
        said |= {change.echo for change in fresh}
        if fresh:
            told[path] = fresh
    return told
