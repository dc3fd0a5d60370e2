"""YAML to nodes that know their place. Nothing is constructed, and nothing may refer to another."""

from dataclasses import dataclass
from typing import Any

import yaml
from yaml.reader import ReaderError

MAX_BYTES = 65_536
MAX_DEPTH = 8
_BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class Fault:
    """Why there is no document; line and column count from 1."""

    message: str
    line: int = 1
    column: int = 1


class _Loader(yaml.SafeLoader):
    """Composes one document, without anchors, aliases, tags and deep nesting."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent) or event.anchor:
            raise _refusal("anchors and aliases are not allowed here", event)
        if event.tag:
            raise _refusal("tags are not allowed here", event)
        if self.depth == MAX_DEPTH:
            raise _refusal("it is nested too deeply", event)
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


def _refusal(problem: str, event: yaml.Event) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=event.start_mark)  # type: ignore[arg-type]


def parsed(text: str) -> yaml.Node | Fault | None:
    """The document's root, None for one without content, or why it cannot be read."""
    if len(text.encode("utf-8", "replace")) > MAX_BYTES:
        return Fault(f"the file is over {MAX_BYTES // 1024} KB and was not read")
    text = text.removeprefix(_BYTE_ORDER_MARK)
    try:
        return _root(text)
    except ReaderError as error:
        before = text[: error.position]
        column = len(before) - before.rfind("\n")
        return Fault(_unreadable(error), before.count("\n") + 1, column)
    except yaml.MarkedYAMLError as error:
        return _fault(error)
    except (ValueError, OverflowError):  # an escape or a version beyond what Python's numbers hold
        return Fault(
            "this cannot be read as YAML: a number in an escape or a directive is too large"
        )


def _root(text: str) -> yaml.Node | None:
    loader = _Loader(text)
    try:
        return loader.get_single_node()
    finally:
        loader.dispose()


def _unreadable(error: ReaderError) -> str:
    return f"this cannot be read as YAML: the character U+{error.character:04X} is not allowed"


def _fault(error: yaml.MarkedYAMLError) -> Fault:
    problem, mark = error.problem or "it is cut off", error.problem_mark
    if "'\\t'" in problem:
        problem = "a tab cannot indent, use spaces"
    if "another document" in problem:
        problem = "it holds more than one document"
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    return Fault(f"this cannot be read as YAML: {problem}", line, column)
