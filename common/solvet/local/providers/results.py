"""How a batch ends by the script, and the lines that its answers have in its files.

https://developers.openai.com/api/docs/guides/batch
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import time
from typing import Any, TypeAlias

import msgspec

from solvet.local.providers.answers import (
    Answer,
    Asked,
    Blocks,
    Http,
    Refuses,
    Says,
    Truncates,
    Wire,
)
from solvet.local.providers.dialects import problem, spoken

Json: TypeAlias = dict[str, Any]
Mangle: TypeAlias = Callable[[list[bytes]], list[bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """How a batch ends, and after how many looks at it. `answered` requests have an answer then;
    None stands for all. `problem` is the code of a batch that fails, `mangle` what becomes of the
    lines of its output.
    """

    status: str = "completed"
    after: int = 0
    answered: int | None = None
    problem: str = "invalid_json_line"
    mangle: Mangle = list


@dataclass(slots=True)
class File:
    """What was uploaded, or came of a batch."""

    id: str
    name: str
    content: bytes
    purpose: str = "batch"


def file_shown(file: File) -> Json:
    """A file as the API tells of it."""
    return {
        "id": file.id,
        "object": "file",
        "bytes": len(file.content),
        "created_at": int(time()),
        "filename": file.name,
        "purpose": file.purpose,
        "status": "processed",
    }


def result(line: Json, question: Asked, answer: Answer) -> tuple[bool, bytes]:
    """The line of an answer, and whether it stands in the output or among the errors.

    What has no form in a batch (a connection that is reset) is an error of the provider's own.
    """
    match answer:
        case Wire():
            return True, answer.sent
        case Says() | Truncates() | Refuses() | Blocks():
            return True, line_of(line, 200, spoken(question.dialect, answer))
        case Mapping():
            said = Says(msgspec.json.encode(answer).decode())
            return True, line_of(line, 200, spoken(question.dialect, said))
        case Http():
            body = problem(question.dialect, answer.status, answer.code)
            return False, line_of(line, answer.status, body)
        case _:
            return False, line_of(line, 500, problem(question.dialect, 500, "server_error"))


def line_of(line: Json, status: int, body: Json) -> bytes:
    """The line that answers the request of that line."""
    response = {"status_code": status, "request_id": "req_1", "body": body}
    return msgspec.json.encode(
        {"id": "batch_req_1", "custom_id": line["custom_id"], "response": response, "error": None}
    )


def unanswered(line: Json, code: str) -> bytes:
    """The line of a request that came to no answer before its batch ended."""
    error = {"code": code, "message": "This request could not be executed before the end."}
    return msgspec.json.encode(
        {"id": "batch_req_1", "custom_id": line["custom_id"], "response": None, "error": error}
    )
