"""The kinds of values a policy file holds. Each reads itself and describes itself.

One declaration of the format is thus both the reader and the JSON Schema.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import yaml

from solvet.domain.globs import MAX_GLOB, NOT_IN_GLOBS, problem_of
from solvet.policyfile.place import NOTHING, Place
from solvet.policyfile.quoting import quoted

Json = dict[str, Any]
MAX_GLOBS = 100
# One name of a glob: `**`, or stars one by one between other characters; neither `.` nor `..`.
_PLAIN = rf"[^/*{NOT_IN_GLOBS}]+"
_NAME = rf"(?!\.\.?(?:/|$))(?:\*\*|\*|\*?(?:{_PLAIN}\*)*{_PLAIN}\*?)(?=/|$)"
GLOB_SCHEMA: Json = {
    "description": "As in .gitignore: `*`, `?` and `**`, from the root of the repository.",
    "type": "string",
    "maxLength": MAX_GLOB,
    "pattern": rf"^(?![!\s])/?{_NAME}(?:/{_NAME})*/?(?<!\s)$",
}
_WHOLE = re.compile(r"0|[1-9][0-9]{0,8}")
_DECIMAL = re.compile(r"(0|[1-9][0-9]{0,8})(\.[0-9]{0,20}([eE][+-][0-9]{1,3})?)?")


class Kind(Protocol):
    """What may stand at a place."""

    def read(self, place: Place) -> Any:
        """The value, or NOTHING after the mistake was noted."""
        ...

    def schema(self) -> Json:
        """What may stand here, as JSON Schema."""
        ...


class Leaf(Kind, Protocol):
    """A kind whose values can be told apart by how they are written."""

    def written(self, value: Any) -> Any:
        """The value as it stands in a file, or None for one that is not set."""
        ...


@dataclass(frozen=True, slots=True)
class Words:
    """One of a few words, each for a value."""

    values: Mapping[str, Any]

    def read(self, place: Place) -> Any:
        word = place.word
        if word is None or place.empty:
            return place.expected(f"one of {self._listed}")
        if word in self.values:
            return self.values[word]
        message = f"{quoted(place.node.value)} is not one of {self._listed}"
        return place.wrong(message, word=word, among=self.values)

    def written(self, value: Any) -> str | None:
        return next((word for word, v in self.values.items() if v == value), None)

    def schema(self) -> Json:
        """YAML 1.1 reads on and off as booleans, YAML 1.2 as words."""
        booleans = [state for word, state in (("on", True), ("off", False)) if word in self.values]
        return {"enum": [*self.values, *booleans]}

    @property
    def _listed(self) -> str:
        return ", ".join(f"`{word}`" for word in self.values)


@dataclass(frozen=True, slots=True)
class Number:
    """A number from `least` to `most`."""

    least: int
    most: int
    whole: bool = True

    def read(self, place: Place) -> Any:
        word = place.word
        if word is None or place.empty:
            return place.expected(self._wanted)
        form = _WHOLE if self.whole else _DECIMAL
        number = float(word) if form.fullmatch(word) else None
        if number is None or not self.least <= number <= self.most:
            return place.wrong(f"{quoted(word)} is not {self._wanted}")
        if place.quoted:
            return place.wrong(f"expected {self._wanted}, found text", f"write `{word}`")
        return int(number) if self.whole else number

    def written(self, value: Any) -> Any:
        return value

    def schema(self) -> Json:
        kind = "integer" if self.whole else "number"
        return {"type": kind, "minimum": self.least, "maximum": self.most}

    @property
    def _wanted(self) -> str:
        if self.least == self.most:
            return f"`{self.least}`"
        kind = "a whole number" if self.whole else "a number"
        return f"{kind} from {self.least} to {self.most}"


@dataclass(frozen=True, slots=True)
class Glob:
    """A glob over paths."""

    def read(self, place: Place) -> Any:
        word = place.word
        if word is None or place.empty:
            return place.expected("a glob")
        problem = problem_of(word)
        return place.wrong(f"{quoted(word)}: {problem}") if problem else word

    def written(self, value: Any) -> Any:
        return value

    def schema(self) -> Json:
        return {"$ref": "#/$defs/glob"}


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list, or a single value for a list of one; each value counts once."""

    kind: Leaf
    most: int
    least: int = 0

    def read(self, place: Place) -> Any:
        if isinstance(place.node, yaml.ScalarNode) and not place.empty:
            value = self.kind.read(place)
            return NOTHING if value is NOTHING else (value,)
        if not isinstance(place.node, yaml.SequenceNode):
            return place.expected("a list")
        return self._read_items(place, place.node.value)

    def written(self, value: Any) -> Any:
        return None if value is None else [self.kind.written(each) for each in value]

    def schema(self) -> Json:
        item = self.kind.schema()
        items = {"type": "array", "items": item, "minItems": self.least, "maxItems": self.most}
        return {"anyOf": [item, items]}

    def _read_items(self, place: Place, nodes: Sequence[yaml.Node]) -> Any:
        """Of a list in which everything is wrong nothing is left, rather than an empty one."""
        if not self.least <= len(nodes) <= self.most:
            return place.wrong(f"a list of {self.least} to {self.most} is expected here")
        places = (place.item(number, node) for number, node in enumerate(nodes))
        read = (self.kind.read(each) for each in places)
        found = tuple(dict.fromkeys(value for value in read if value is not NOTHING))
        return NOTHING if nodes and not found else found
