"""Which of GitHub's operations a request is, and what is wrong with it and its answer."""

import re
from collections.abc import Mapping
from typing import Any

from tests.contract.description import Description, Schema

_NO_CONTENT: Schema = {"type": "null"}
_PLAIN_ERROR: Schema = {"$ref": "urn:github#/components/schemas/basic-error"}
_FIRST_ERROR = 400


class Operation:
    """A method of a path; JSON bodies are None where there is none."""

    def __init__(self, description: Description, method: str, template: str) -> None:
        self.name = f"{method} {template}"
        self._description = description
        self._described = description.document["paths"][template][method.lower()]

    def against_request(self, query: Mapping[str, list[str]], body: Any) -> list[str]:
        """What is wrong with a query and a body."""
        return [*self._against_query(query), *self._against_body(body)]

    def against_answer(self, status: int, body: Any) -> list[str]:
        """What is wrong with an answer. Few errors are listed; the others must be plain ones."""
        described = self._described["responses"].get(str(status))
        if status >= _FIRST_ERROR:
            return self._description.complaints(self._schema(described) or _PLAIN_ERROR, body)
        if described is None:
            return [f"GitHub lists no answer with status {status}"]
        return self._against(self._schema(described) or _NO_CONTENT, body, "answer")

    def _against_body(self, body: Any) -> list[str]:
        described = self._described.get("requestBody")
        if described is None:
            return [] if body is None else ["GitHub lists no body for this request"]
        if body is None:
            return ["GitHub wants a body here"] if described.get("required") else []
        return self._against(self._schema(described) or _NO_CONTENT, body, "body")

    def _against_query(self, query: Mapping[str, list[str]]) -> list[str]:
        known = self._parameters("query")
        wrong = [f"query {name}: GitHub lists no such parameter" for name in query.keys() - known]
        for name, parameter in known.items():
            schema, values = parameter["schema"], query.get(name, [])
            if parameter.get("required") and not values:
                wrong.append(f"query {name}: it is required")
            for value in values:
                wrong += self._against(schema, _typed(value, schema), f"query {name}")
        return wrong

    def _against(self, schema: Schema, value: Any, where: str) -> list[str]:
        said = self._description.complaints(schema, value)
        said += self._description.unlisted(schema, value)
        return [f"{where} {each}" for each in said]

    def _parameters(self, where: str) -> dict[str, Any]:
        listed = map(self._description.followed, self._described.get("parameters", ()))
        return {each["name"]: each for each in listed if each["in"] == where}

    def _schema(self, described: Any) -> Schema | None:
        """The schema of a JSON body; None where no body is described."""
        content = (self._description.followed(described) or {}).get("content", {})
        schema: Schema | None = content.get("application/json", {}).get("schema")
        return schema


class Operations:
    """All operations, by method and path."""

    def __init__(self, description: Description) -> None:
        self._description = description
        templates = sorted(description.document["paths"].items(), key=_vagueness)
        self._paths = [(self._pattern(*each), *each) for each in templates]

    def find(self, method: str, path: str) -> Operation | None:
        """The one whose path names this one most exactly."""
        for pattern, template, methods in self._paths:
            if pattern.fullmatch(path):
                known = method.lower() in methods
                return Operation(self._description, method, template) if known else None
        return None

    def _pattern(self, template: str, methods: Mapping[str, Any]) -> re.Pattern[str]:
        parameters = [
            self._description.followed(each)
            for described in methods.values()
            for each in described.get("parameters", ())
        ]
        segments = {each["name"]: _segment(each) for each in parameters if each["in"] == "path"}
        pieces = re.split(r"\{(.*?)\}", template)
        pieces[::2] = map(re.escape, pieces[::2])
        pieces[1::2] = (segments[name] for name in pieces[1::2])
        return re.compile("".join(pieces), re.DOTALL)


def _vagueness(described: tuple[str, Any]) -> int:
    return -len(re.sub(r"\{.*?\}", "", described[0]))


def _segment(parameter: Mapping[str, Any]) -> str:
    if parameter.get("x-multi-segment"):
        return ".*"
    return r"\d+" if parameter["schema"].get("type") == "integer" else "[^/]+"


def _typed(value: str, schema: Schema) -> Any:
    if schema.get("type") == "integer" and value.isdecimal():
        return int(value)
    if schema.get("type") == "boolean":
        return {"true": True, "false": False}.get(value, value)
    return value
