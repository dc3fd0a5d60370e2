"""GitHub's OpenAPI description as JSON schemas that a value can be held against.

https://docs.github.com/en/rest/about-the-rest-api/about-the-openapi-description-for-the-rest-api
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from referencing import Registry
from referencing.jsonschema import DRAFT202012

Schema = Mapping[str, Any]

_HERE = "urn:github"
_FORMATS = FormatChecker(formats=())
_ALTERNATIVES = ("allOf", "anyOf", "oneOf")


@_FORMATS.checks("date-time", ValueError)
def _is_moment(text: object) -> bool:
    return not isinstance(text, str) or datetime.fromisoformat(text).tzinfo is not None


@_FORMATS.checks("uri", ValueError)
def _is_address(text: object) -> bool:
    return not isinstance(text, str) or bool(urlsplit(text).scheme)


class Description:
    """The whole description; what it holds is JSON Schema 2020-12."""

    def __init__(self, file: Path) -> None:
        self.document = _as_json_schema(json.loads(file.read_bytes()))
        resource = DRAFT202012.create_resource(self.document)
        self._registry = Registry().with_resource(_HERE, resource)

    def followed(self, value: Any) -> Any:
        """The value, or what it refers to."""
        while isinstance(value, dict) and "$ref" in value:
            value = self._registry.resolver().lookup(value["$ref"]).contents
        return value

    def complaints(self, schema: Schema, value: object) -> list[str]:
        """What a schema has against a value."""
        validator = Draft202012Validator(schema, registry=self._registry, format_checker=_FORMATS)
        causes = (cause for error in validator.iter_errors(value) for cause in _causes(error))
        return [f"{cause.json_path}: {cause.message[:300]}" for cause in causes]

    def unlisted(self, schema: Schema, value: object) -> list[str]:
        """Members that the schema does not name; a schema alone lets them pass.

        What it says of all others (`additionalProperties` with a schema) names them, too.
        """
        return [f"{it}: GitHub lists no such member" for it in self._unlisted([schema], value, "$")]

    def _unlisted(self, schemas: Iterable[Schema], value: object, where: str) -> Iterator[str]:
        parts = [part for schema in schemas for part in self._parts(schema)]
        if isinstance(value, list):
            items = [part["items"] for part in parts if "items" in part]
            for index, item in enumerate(value):
                yield from self._unlisted(items, item, f"{where}[{index}]")
        listed = [part["properties"] for part in parts if "properties" in part]
        if not isinstance(value, dict) or not listed:
            return
        others = [o for part in parts if isinstance(o := part.get("additionalProperties"), dict)]
        for name, member in value.items():
            known = [each[name] for each in listed if name in each] or others
            if not known:
                yield f"{where}.{name}"
            yield from self._unlisted(known, member, f"{where}.{name}")

    def _parts(self, schema: Schema) -> Iterator[Schema]:
        """The schema with all its alternatives and ingredients."""
        own = self.followed(schema)
        yield own
        for word in _ALTERNATIVES:
            for each in own.get(word, ()):
                yield from self._parts(each)


def _as_json_schema(described: Any) -> Any:
    """OpenAPI 3.0 says `nullable` where JSON Schema has a type of its own for null.

    https://spec.openapis.org/oas/v3.0.3#schema-object
    """
    if isinstance(described, list):
        return [_as_json_schema(each) for each in described]
    if not isinstance(described, dict):
        return described
    schema = {name: _as_json_schema(value) for name, value in described.items()}
    if isinstance(reference := schema.get("$ref"), str):
        return {"$ref": f"{_HERE}{reference}"}
    if schema.pop("nullable", None) is True:
        return {"anyOf": [{"type": "null"}, schema]}
    return schema


def _causes(error: ValidationError) -> Iterator[ValidationError]:
    """Of several alternatives, what the one that fits best has against the value."""
    branches: dict[object, list[ValidationError]] = {}
    for each in error.context or ():
        branches.setdefault(each.schema_path[0], []).append(each)
    if not branches:
        yield error
        return
    for each in min(branches.values(), key=_misfit):
        yield from _causes(each)


def _misfit(branch: list[ValidationError]) -> tuple[bool, int]:
    """A value of another type altogether fits worst."""
    return any(it.validator in {"type", "enum"} and not it.path for it in branch), len(branch)
