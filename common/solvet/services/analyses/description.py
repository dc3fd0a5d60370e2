"""The OpenAPI description of the analysis API: `python -m solvet.services.analyses.description`.

https://spec.openapis.org/oas/v3.1.0
"""

import inspect
import json
import sys
from pathlib import Path
from typing import Any

import msgspec

from solvet import __version__
from solvet.domain.submission import LONGEST_PATH
from solvet.render.analysis import Analysis
from solvet.services.analyses.request import JSON, PROBLEM, AnalyzeRequest, Problem

FILE_NAME = "analysis-api.json"
_ANY = r"[^/\\:\x00-\x1f\x7f]"
_NO_DOT = r"[^./\\:\x00-\x1f\x7f]"
_PART = rf"(?:{_NO_DOT}{_ANY}*|\.{_NO_DOT}{_ANY}*|\.\.{_ANY}+)"
PATHS = rf"^(?:{_PART}/)*{_ANY}*\.sol$"
"""What `problem_with_path` finds nothing wrong with, and ends in .sol."""
_TYPES: tuple[type, ...] = (AnalyzeRequest, Analysis, Problem)
_ERRORS = {
    400: "The body is no JSON.",
    401: "The token is missing, has expired, or is for somebody else.",
    404: "There is no such analysis: it is not yours, has expired, or never was.",
    413: "The body or the texts in it are too large.",
    415: "The body is no JSON by its content type.",
    422: "The body is JSON and no request.",
    429: "Too many requests at once.",
    503: "Something that this needs is down or busy; `Retry-After` says when to try again.",
}
_BY_GATEWAY = {401, 429}
"""The gateway answers these by itself, in its own words."""


def description() -> dict[str, Any]:
    """OpenAPI 3.1."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Solvet's analysis API",
            "version": __version__,
            "description": "Solidity in, findings out. See docs/api.md.",
        },
        "security": [{"token": []}],
        "paths": {
            "/analyze": {"post": _analyze()},
            "/analyses/{id}": {"get": _find()},
        },
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
            },
        },
    }


def written() -> str:
    """The description as its file has it."""
    return json.dumps(description(), indent=2, ensure_ascii=False) + "\n"


def _analyze() -> dict[str, Any]:
    return {
        "operationId": "analyze",
        "summary": "Analyse Solidity; the same question within a day has the same answer",
        "requestBody": {"required": True, "content": {JSON: {"schema": _ref("AnalyzeRequest")}}},
        "responses": {
            "200": _told("The static engine has seen all of it."),
            "202": _told("Some of it waits for the static engine: ask again."),
            **_refusals(400, 401, 413, 415, 422, 429, 503),
        },
    }


def _find() -> dict[str, Any]:
    named = {"type": "string", "minLength": 1}
    return {
        "operationId": "find",
        "summary": "What is known of an analysis by now",
        "parameters": [{"name": "id", "in": "path", "required": True, "schema": named}],
        "responses": {
            "200": _told("The static engine has seen all of it."),
            "202": _told("Some of it waits for the static engine: ask again."),
            **_refusals(401, 404, 429, 503),
        },
    }


def _told(words: str) -> dict[str, Any]:
    link = {"operationId": "find", "parameters": {"id": "$response.body#/id"}}
    headers = {
        "location": {"schema": {"type": "string"}, "description": "Where to ask again."},
        "retry-after": {
            "schema": {"type": "string"},
            "description": "Seconds after which there may be more, while anything is pending.",
        },
    }
    return {
        "description": words,
        "headers": headers,
        "content": {JSON: {"schema": _ref("Analysis")}},
        "links": {"again": link},
    }


def _refusals(*statuses: int) -> dict[str, Any]:
    return {str(status): _refusal(status) for status in statuses}


def _refusal(status: int) -> dict[str, Any]:
    ours = {PROBLEM: {"schema": _ref("Problem")}}
    gateways = {JSON: {"schema": {"type": "object", "properties": {"message": _TEXT}}}}
    content = ours | gateways if status in _BY_GATEWAY else ours
    return {"description": _ERRORS[status], "content": content}


_TEXT = {"type": "string"}


def _schemas() -> dict[str, Any]:
    _, made = msgspec.json.schema_components(_TYPES, ref_template="#/components/schemas/{name}")
    for schema in made.values():
        if said := schema.get("description"):
            schema["description"] = inspect.cleandoc(said)
    request = made["AnalyzeRequest"]
    request["oneOf"] = [{"required": ["code"]}, {"required": ["files"]}]
    request["properties"]["files"]["propertyNames"] = {"maxLength": LONGEST_PATH, "pattern": PATHS}
    analysis = made["Analysis"]["properties"]
    for moment in ("created_at", "expires_at"):
        analysis[moment]["format"] = "date-time"
    return dict(made)


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


if __name__ == "__main__":
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "schemas")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FILE_NAME).write_text(written(), encoding="utf-8")
