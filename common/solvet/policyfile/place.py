"""Where a value stands in a policy file, and what is said about it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import Enum

import yaml

from solvet.domain.policy import Mistake
from solvet.policyfile.quoting import MAX_QUOTED

MAX_MISTAKES = 50
_BOOL = "tag:yaml.org,2002:bool"
_NULL = "tag:yaml.org,2002:null"
_KINDS = {
    yaml.MappingNode: "a mapping",
    yaml.SequenceNode: "a list",
    yaml.ScalarNode: "a single value",
}
_SYNONYMS = {
    "none": "off",
    "never": "off",
    "disabled": "off",
    "ignore": "off",
    "enabled": "on",
    "informational": "info",
    "note": "info",
    "warning": "medium",
    "error": "high",
}


class Nothing(Enum):
    """Stands for the value of a part that had to be ignored."""

    NOTHING = "nothing"


NOTHING = Nothing.NOTHING


@dataclass(slots=True)
class Notes:
    """The mistakes of one file, the first ones only."""

    origin: str
    mistakes: list[Mistake] = field(default_factory=list)

    def add(self, line: int, column: int, key: str, message: str, suggestion: str = "") -> None:
        if len(self.mistakes) < MAX_MISTAKES:
            self.mistakes.append(
                Mistake(
                    origin=self.origin,
                    line=line,
                    column=column,
                    key=key,
                    message=message,
                    suggestion=suggestion,
                )
            )

    @property
    def full(self) -> bool:
        return len(self.mistakes) >= MAX_MISTAKES


@dataclass(frozen=True, slots=True)
class Place:
    """A node and the key that leads to it."""

    node: yaml.Node
    key: str
    notes: Notes

    def below(self, key: str, node: yaml.Node) -> "Place":
        return Place(node, f"{self.key}.{key}" if self.key else key, self.notes)

    def item(self, number: int, node: yaml.Node) -> "Place":
        return Place(node, f"{self.key}[{number}]", self.notes)

    @property
    def quoted(self) -> bool:
        """Is it a text by its quotes or its block style?"""
        return isinstance(self.node, yaml.ScalarNode) and bool(self.node.style)

    @property
    def word(self) -> str | None:
        """The text of a single value, YAML's booleans as on and off; None for anything else."""
        if not isinstance(self.node, yaml.ScalarNode):
            return None
        if self.node.tag == _BOOL:
            return "on" if self.node.value.lower() in {"on", "yes", "true"} else "off"
        return str(self.node.value)

    @property
    def empty(self) -> bool:
        return self.node.tag == _NULL

    def wrong(
        self, message: str, suggestion: str = "", *, word: str = "", among: Iterable[str] = ()
    ) -> Nothing:
        """Notes the mistake; what is likest to `word` is suggested when nothing else is."""
        if not self.notes.full:
            mark = self.node.start_mark
            suggested = suggestion or _likest(word, list(among))
            self.notes.add(mark.line + 1, mark.column + 1, self.key, message, suggested)
        return NOTHING

    def expected(self, what: str) -> Nothing:
        """Notes that something else stands here."""
        if self.empty:
            return self.wrong(f"expected {what}, found nothing", "give it a value or remove it")
        return self.wrong(f"expected {what}, found {_KINDS[type(self.node)]}")


def _likest(word: str, among: list[str]) -> str:
    known = _SYNONYMS.get(word.lower())
    if known in among:
        return f"did you mean `{known}`?"
    close = get_close_matches(word[:MAX_QUOTED].lower(), among, n=1)
    return f"did you mean `{close[0]}`?" if close else ""
