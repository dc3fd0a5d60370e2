"""Reads a request's JSON body as strictly as GitHub does."""

import re
from collections.abc import Collection
from datetime import datetime
from typing import Any

from solvet.local.github.errors import schema_mismatch
from solvet.local.github.records import Json

_URL = re.compile(r"https?://[^\s/]+\S*")


class Fields:
    """The members of a JSON object; a wrong type is a 422, null counts as absent."""

    def __init__(self, values: Json, *, prefix: str = "") -> None:
        self._values = values
        self._prefix = prefix

    @property
    def raw(self) -> Json:
        """The object as it came."""
        return self._values

    def has(self, name: str) -> bool:
        return self._values.get(name) is not None

    def text(self, name: str, *, longest: int | None = None) -> str | None:
        """A string of at most `longest` characters."""
        value: str | None = self._of_type(name, str, "a string")
        if value is not None and longest is not None and len(value) > longest:
            raise self._wrong(name, f"is too long (maximum is {longest} characters)")
        return value

    def required_text(self, name: str, *, longest: int | None = None) -> str:
        """A string that must be there."""
        value = self.text(name, longest=longest)
        if value is None:
            raise schema_mismatch(f'"{self._prefix}{name}" wasn\'t supplied.')
        return value

    def bytes_text(self, name: str, *, longest: int) -> str | None:
        """A string of at most `longest` bytes of UTF-8."""
        value = self.text(name)
        if value is not None and len(value.encode("utf-8", "surrogatepass")) > longest:
            raise self._wrong(name, f"exceeds a maximum bytesize of {longest}")
        return value

    def integer(self, name: str) -> int | None:
        value: int | None = self._of_type(name, int, "an integer")
        if isinstance(value, bool):
            raise self._wrong(name, "is not an integer")
        return value

    def required_integer(self, name: str) -> int:
        value = self.integer(name)
        if value is None:
            raise schema_mismatch(f'"{self._prefix}{name}" wasn\'t supplied.')
        return value

    def choice(self, name: str, allowed: Collection[str]) -> str | None:
        """One of the allowed strings."""
        value = self.text(name)
        if value is not None and value not in allowed:
            raise self._wrong(name, f"is not a member of {sorted(allowed)}")
        return value

    def url(self, name: str) -> str | None:
        """An http or https URL."""
        value = self.text(name)
        if value is not None and not _URL.fullmatch(value):
            raise self._wrong(name, "must use http or https")
        return value

    def time(self, name: str) -> str | None:
        """An ISO 8601 time, as it was written."""
        value = self.text(name)
        if value is not None:
            try:
                datetime.fromisoformat(value)
            except ValueError as error:
                raise self._wrong(name, "is not a valid date-time") from error
        return value

    def object(self, name: str) -> "Fields | None":
        value = self._of_type(name, dict, "an object")
        return None if value is None else Fields(value, prefix=f"{self._prefix}{name}.")

    def objects(self, name: str, *, most: int | None = None) -> "list[Fields]":
        """A list of objects, at most `most` of them."""
        values = self.items(name, most=most)
        for index, value in enumerate(values):
            if not isinstance(value, dict):
                raise self._wrong(f"{name}/{index}", "is not an object")
        return [
            Fields(value, prefix=f"{self._prefix}{name}/{index}.")
            for index, value in enumerate(values)
        ]

    def items(self, name: str, *, most: int | None = None) -> list[Any]:
        """A list, empty when absent."""
        values = self._of_type(name, list, "an array") or []
        if most is not None and len(values) > most:
            raise self._wrong(name, f"has more than {most} items")
        return list(values)

    def strings(self, name: str) -> dict[str, str]:
        """An object whose values are strings, empty when absent."""
        values = self._of_type(name, dict, "an object") or {}
        return {str(key): str(value) for key, value in values.items()}

    def _of_type(self, name: str, kind: type, words: str) -> Any:
        value = self._values.get(name)
        if value is not None and not isinstance(value, kind):
            raise self._wrong(name, f"is not {words}")
        return value

    def _wrong(self, name: str, what: str) -> Exception:
        return schema_mismatch(f"For '{self._prefix}{name}', {what}.")
