"""What one question is about: the changed code, what it needs to be understood, and the facts."""

from dataclasses import dataclass
from enum import StrEnum

from solvet.domain.finding import Finding


class Trait(StrEnum):
    """What the changed code does, as far as the semantic model sees it."""

    ENTRY_POINT = "entry point"
    PAYABLE = "payable"
    MOVES_VALUE = "moves value"
    EXTERNAL_CALL = "external call"
    DELEGATECALL = "delegatecall"
    ASSEMBLY = "assembly"
    UNCHECKED = "unchecked arithmetic"
    WRITES_STATE = "writes state"
    GUARDED = "guarded"
    LOCKED = "locked"
    INITIALISER = "initialiser"
    UPGRADE = "upgrade"
    LOOP = "loop"
    MATHS = "multiplies or divides"
    SHARES = "shares"
    REWARDS = "rewards"
    LENDING = "lending"
    PRICE = "price"
    SIGNATURE = "signature"
    TOKEN = "token"
    CALLBACK = "callback"
    SWAP = "swap"
    AUCTION = "auction"
    VOTE = "vote"
    TIME = "time"
    RANDOM = "random"
    CROSS_CHAIN = "cross-chain"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of code without comments. A removed one has its number in the base."""

    number: int
    code: str
    removed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Lines that belong together. `own` lines stand in the file under review and may be quoted."""

    title: str
    lines: tuple[Line, ...]
    own: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """All that one question shows.

    `focus` are the symbols it is about, the first section their code. `facts` are what the static
    engine knows of them, a sentence each, with its lines as `at_line` writes them; `findings` those
    of its findings that lie in them.
    """

    focus: tuple[str, ...]
    sections: tuple[Section, ...]
    facts: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    traits: frozenset[Trait] = frozenset()


def at_line(number: int) -> str:
    """A line of the file in a fact. No name has such a sign, so nothing else is taken for one."""
    return f"(@{number})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much is asked about one file: tokens of material for a question, and questions."""

    tokens: int = 6_000
    questions: int = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A file's change, cut into questions; `left_out` are symbols that no question is about."""

    materials: tuple[Material, ...]
    left_out: tuple[str, ...] = ()
