"""What outsiders can do to the contracts of a file."""

from dataclasses import dataclass, field
from enum import StrEnum

from solvet.domain.layout import Layout

ANYONE = "anyone"
"""Who gets past no guard at all."""

_READ_ONLY = frozenset({"view", "pure"})


@dataclass(frozen=True, slots=True)
class Guard:
    """What keeps most callers out: a modifier (`onlyRole(ADMIN)`) or a condition.

    `condition` is what is asked in the end, '' where that is not at hand or depends on arguments;
    `role` the privilege it stands for, '' where it compares the caller with something passing.
    """

    name: str
    condition: str = ""
    role: str = ""
    line: int = 0

    def same_as(self, other: "Guard") -> bool:
        return self.name == other.name or bool(self.condition and self.condition == other.condition)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryPoint:
    """A function anybody can send a transaction to; anyone passes where there is no guard.

    `signature` has canonical types; `once` is the modifier that lets an initialiser run once.
    `line` is 0 for what another file declares.
    """

    signature: str
    visibility: str
    mutability: str = ""
    guards: tuple[Guard, ...] = ()
    locks: tuple[str, ...] = ()
    initialiser: bool = False
    once: str = ""
    line: int = 0

    @property
    def read_only(self) -> bool:
        return self.mutability in _READ_ONLY

    @property
    def exposed(self) -> bool:
        """Whether anyone can change something with it."""
        return not self.guards and not self.read_only

    @property
    def access(self) -> str:
        return ", ".join(guard.name for guard in self.guards) or ANYONE


class PowerKind(StrEnum):
    """What a contract does with the machine itself."""

    SELFDESTRUCT = "selfdestruct"
    DELEGATECALL = "delegatecall"
    LOW_LEVEL_CALL = "low-level call"
    STATICCALL = "staticcall"
    PAYMENT = "send or transfer"
    ASSEMBLY = "assembly"


@dataclass(frozen=True, slots=True)
class Power:
    """A dangerous operation; `where` is the function it stands in, `text` leaves arguments out."""

    kind: PowerKind
    text: str
    where: str
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractSurface:
    """One contract with all it inherits; `cut` says that there is more than is listed."""

    name: str
    abstract: bool = False
    upgradeable: bool = False
    has_own_gap: bool = False
    bases: tuple[str, ...] = ()
    lineage: tuple[str, ...] = ()
    entry_points: tuple[EntryPoint, ...] = ()
    internal: tuple[str, ...] = ()
    powers: tuple[Power, ...] = ()
    layout: Layout = field(default_factory=Layout)
    line: int = 0
    cut: bool = False

    @property
    def roles(self) -> tuple[str, ...]:
        """Privileges that open entry points."""
        return tuple(sorted({g.role for e in self.entry_points for g in e.guards if g.role}))


@dataclass(frozen=True, slots=True)
class Surface:
    """The contracts of a file that can be deployed or inherited from."""

    contracts: tuple[ContractSurface, ...] = ()
    cut: bool = False
