"""What a detector is: a rule, the kinds of nodes it wants to see, and a check."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from solvet.domain.finding import Category, Confidence, Fix, Severity, Step
from solvet.solidity.effects import Effect
from solvet.solidity.model import ContractModel, FunctionModel, Model
from solvet.solidity.nodes import Node
from solvet.solidity.source import Source

N = TypeVar("N", bound=Node)


@dataclass(frozen=True, slots=True)
class Reference:
    """A public text about the weakness, such as SWC-107."""

    id: str
    url: str


def swc(number: int) -> Reference:
    """An entry of https://swcregistry.io."""
    return Reference(f"SWC-{number}", f"https://swcregistry.io/docs/SWC-{number}")


def cwe(number: int) -> Reference:
    """An entry of https://cwe.mitre.org."""
    return Reference(f"CWE-{number}", f"https://cwe.mitre.org/data/definitions/{number}.html")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """The name is the pattern; `bad` and `good` are Solidity, and are the rule's first tests."""

    name: str
    title: str
    category: Category
    severity: Severity
    confidence: Confidence
    what: str
    why: str
    how: str
    limits: str
    references: tuple[Reference, ...] = ()
    bad: str
    good: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """What a check found; severity and confidence only where they differ from the rule's."""

    node: Node
    message: str
    recommendation: str
    severity: Severity | None = None
    confidence: Confidence | None = None
    trace: tuple[Step, ...] = ()
    fix: Fix | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a visited node stands; `contract` and `function` are None outside of any."""

    model: Model
    contract: ContractModel | None = None
    function: FunctionModel | None = None
    source: Source = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "source", self.model.source)

    def line(self, node: Node) -> int:
        return self.source.line(node.start)

    def place(self, effect: Effect, depth: int | None = None) -> Node | None:
        """Where an effect shows in this file: itself, or the innermost call here leading to it.

        With `depth`, no deeper than that many internal calls.
        """
        way = (*effect.route, effect.node)
        shown = way if depth is None else way[: depth + 1]
        return next((node for node in reversed(shown) if self.source.owns(node)), None)

    def code(self, node: Node) -> str:
        """The text on one line, also of a node of a file that was read for this one."""
        return " ".join(self.model.code(node).split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Detector(Generic[N]):
    """`check` is called once for each node of the kinds in `visits`.

    Where `words` are given, files that have none of them are passed over.
    """

    rule: Rule
    visits: tuple[type[N], ...]
    check: Callable[[N, Scope], Iterator[Hit]]
    words: frozenset[str] = frozenset()
