"""What holds other values under keys: a group of known keys, and a list of sections."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from solvet.policyfile.kinds import Json, Kind
from solvet.policyfile.place import NOTHING, Place
from solvet.policyfile.quoting import quoted

MAX_SECTIONS = 50


@dataclass(frozen=True, slots=True)
class Field:
    """A key. What it holds goes to `target`; without one, it is a group of further targets."""

    key: str
    kind: Kind
    about: str
    target: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Known keys. With `short`, a single word stands for the first of them alone."""

    fields: Sequence[Field]
    short: bool = False
    noun: str = "key"
    needs: str = ""

    def read(self, place: Place) -> Any:
        """Values by target."""
        if self.short and isinstance(place.node, yaml.ScalarNode) and not place.empty:
            return self._filled(self.fields[0], place)
        if not isinstance(place.node, yaml.MappingNode):
            return place.expected(f"a mapping of {self.noun}s to values")
        found: dict[str, Any] = {}
        for field, value_place in self._known(place, place.node):
            found |= self._filled(field, value_place)
        return found

    def schema(self) -> Json:
        keys = {f.key: f.kind.schema() | {"description": f.about} for f in self.fields}
        mapping: Json = {"type": "object", "properties": keys, "additionalProperties": False}
        if self.needs:
            mapping["required"] = [self.needs]
        return {"anyOf": [self.fields[0].kind.schema(), mapping]} if self.short else mapping

    def _filled(self, field: Field, place: Place) -> dict[str, Any]:
        value = field.kind.read(place)
        if value is NOTHING:
            return {}
        return {field.target: value} if field.target else dict(value)

    def _known(self, place: Place, node: yaml.MappingNode) -> Iterator[tuple[Field, Place]]:
        fields = {field.key: field for field in self.fields}
        seen: set[str] = set()
        for key_node, value_node in node.value:
            key_place = Place(key_node, place.key, place.notes)
            word = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else None
            if word is None:
                key_place.wrong("a key must be a plain word")
            elif word not in fields:
                key_place.wrong(f"{quoted(word)} is no {self.noun} here", word=word, among=fields)
            elif word in seen:
                key_place.wrong(f"{quoted(word)} is here twice; the first one counts")
            else:
                seen.add(word)
                yield fields[word], place.below(word, value_node)


@dataclass(frozen=True, slots=True)
class Sections:
    """A list of groups, each made into one value."""

    group: Group
    make: Callable[..., Any]

    def read(self, place: Place) -> Any:
        if not isinstance(place.node, yaml.SequenceNode):
            return place.expected("a list of sections")
        nodes = place.node.value
        if len(nodes) > MAX_SECTIONS:
            return place.wrong(f"at most {MAX_SECTIONS} sections are read")
        read = (self._section(place.item(number, node)) for number, node in enumerate(nodes))
        return tuple(section for section in read if section is not NOTHING)

    def schema(self) -> Json:
        return {"type": "array", "items": self.group.schema(), "maxItems": MAX_SECTIONS}

    def _section(self, place: Place) -> Any:
        if not isinstance(place.node, yaml.MappingNode):
            return place.expected("a section")
        keys = {key.value for key, _ in place.node.value if isinstance(key, yaml.ScalarNode)}
        if self.group.needs not in keys:
            return place.wrong(f"a section needs `{self.group.needs}`")
        values = self.group.read(place)
        return self.make(**values) if self.group.needs in values else NOTHING
