"""What a request for an analysis may say; whatever is wrong is told in one sentence each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from solvet.domain.scan import Source
from solvet.domain.submission import (
    LONGEST_PATH,
    MOST_CHARACTERS,
    MOST_FILES,
    AnalysisType,
    Submission,
)
from solvet.errors import SolvetError
from solvet.services.analyses.begin import told_apart
from solvet.typed import converted

LARGEST_BODY = 4_000_000
"""Bytes; Lambda takes six million of a request, and base64 makes four of three."""
DEFAULT_NAME = "Contract.sol"
JSON, PROBLEM = "application/json", "application/problem+json"

Code = Annotated[str, Meta(max_length=MOST_CHARACTERS)]


class AnalyzeRequest(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, frozen=True):
    """Either `code`, one file, or `files`, texts of .sol files by path.

    All texts together have at most 1,000,000 characters. Imports are looked for among the files.
    """

    analysis_type: AnalysisType = AnalysisType.FULL
    code: Code | UnsetType = UNSET
    files: Annotated[dict[str, Code], Meta(min_length=1, max_length=MOST_FILES)] | UnsetType = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """An error as RFC 9457 has it; `errors` name each mistake.

    https://www.rfc-editor.org/rfc/rfc9457
    """

    title: str
    status: int
    detail: str
    type: str = "about:blank"
    errors: tuple[str, ...] = ()


class Refused(SolvetError):
    """What was asked cannot be done; the problem says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem


def submission_of(body: bytes, content_type: str) -> Submission:
    """What the request hands in, or Refused."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind != JSON:
        raise Refused(problem(415, f"The body has to be {JSON}."))
    if len(body) > LARGEST_BODY:
        raise Refused(problem(413, f"The body has more than {LARGEST_BODY:,} bytes."))
    texts, asked = _texts(_request(body))
    if mistakes := tuple(_mistakes(texts)):
        raise Refused(problem(422, "Not every path can be a file's.", mistakes))
    if sum(map(len, texts.values())) > MOST_CHARACTERS:
        detail = f"All texts together have more than {MOST_CHARACTERS:,} characters."
        raise Refused(problem(413, detail))
    sources = {path: Source(text=text) for path, text in texts.items()}
    return Submission(kind=asked, sources=told_apart(sources))


def problem_with_path(path: str) -> str:
    """What is wrong with a path as a name of a file; '' when nothing is."""
    if len(path) > LONGEST_PATH:
        return f"is longer than {LONGEST_PATH} characters"
    if path.startswith("/"):
        return "is absolute"
    if any(mark in path for mark in "\\:") or any(ord(c) < ord(" ") or c == "\x7f" for c in path):
        return "has a backslash, a colon or a control character"
    if any(part in {"", ".", ".."} for part in path.split("/")):
        return "has a part that is empty, `.` or `..`"
    return ""


def _request(body: bytes) -> AnalyzeRequest:
    try:
        value: Any = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise Refused(problem(400, "The body is no JSON.")) from error
    try:
        return converted(value, AnalyzeRequest)
    except msgspec.ValidationError as error:
        said = str(error)[:LONGEST_PATH]
        raise Refused(problem(422, "The body is not a request.", (said,))) from error


def _texts(request: AnalyzeRequest) -> tuple[Mapping[str, str], AnalysisType]:
    code, files = request.code, request.files
    if isinstance(files, UnsetType):
        if isinstance(code, UnsetType):
            raise Refused(problem(422, "Neither `code` nor `files` is there."))
        return {DEFAULT_NAME: code}, request.analysis_type
    if not isinstance(code, UnsetType):
        raise Refused(problem(422, "Both `code` and `files` are there."))
    return files, request.analysis_type


def _mistakes(texts: Mapping[str, str]) -> Iterator[str]:
    for path in texts:
        if wrong := problem_with_path(path) or (not path.endswith(".sol") and "is no .sol file"):
            yield f"The path {path[:LONGEST_PATH]!r} {wrong}."


_TITLES = {
    400: "Bad request",
    401: "Unauthorized",
    404: "Not found",
    413: "Too large",
    415: "Unsupported media type",
    422: "Unprocessable content",
    503: "Unavailable",
}


def problem(status: int, detail: str, errors: tuple[str, ...] = ()) -> Problem:
    """The problem with the title of its status."""
    return Problem(title=_TITLES[status], status=status, detail=detail, errors=errors)
