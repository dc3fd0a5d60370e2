"""What a request for an analysis may say; whatever is wrong is told in one sentence each."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from solvet.domain.scan import Source
from solvet.domain.submission import (
    LONGEST_PATH,
    MOST_CHARACTERS,
    MOST_FILES,
    AnalysisType,
    Submission,
)
from solvet.errors import SolvetError
from solvet.solidity.outline import without_comments
from solvet.solidity.paths import LAYOUT_FILES

LARGEST_BODY = 4_000_000
"""Bytes; Lambda takes six million of a request, and base64 makes four of three."""
DEFAULT_NAME = "Contract.sol"
JSON = "application/json"

Code = Annotated[str, Meta(max_length=MOST_CHARACTERS)]
Path = Annotated[str, Meta(min_length=1, max_length=LONGEST_PATH)]


class AnalyzeRequest(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, frozen=True):
    """Either `code`, one file, or `files`, texts by path: `.sol`, `remappings.txt`, `foundry.toml`.

    Paths are relative, with `/`. All texts together have at most 1,000,000 characters.
    """

    analysis_type: AnalysisType = AnalysisType.FULL
    code: Code | None = None
    files: Annotated[dict[Path, Code], Meta(min_length=1, max_length=MOST_FILES)] | None = None


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
        raise Refused(problem(422, mistakes[0], mistakes))
    if sum(map(len, texts.values())) > MOST_CHARACTERS:
        detail = f"All texts together have more than {MOST_CHARACTERS:,} characters."
        raise Refused(problem(413, detail))
    return Submission(
        kind=asked,
        sources={p: Source(text=t) for p, t in sorted(texts.items()) if p.endswith(".sol")},
        layout={p: t for p, t in sorted(texts.items()) if p in LAYOUT_FILES},
    )


def problem_with_path(path: str) -> str:
    """What is wrong with a path as a name of a file; '' when nothing is."""
    parts = path.split("/")
    if len(path) > LONGEST_PATH:
        return f"is longer than {LONGEST_PATH} characters"
    if path.startswith("/") or path[1:2] == ":":
        return "is absolute"
    if "\\" in path or not path.isprintable():
        return "has backslashes or characters that do not print"
    if any(part in {"", ".", ".."} for part in parts):
        return "has a part that is empty, `.` or `..`"
    return ""


def has_code(texts: Iterable[str]) -> bool:
    """Is there anything beside white space and comments? Who finds nothing there says little."""
    return any(without_comments(text).strip() for text in texts)


def _request(body: bytes) -> AnalyzeRequest:
    try:
        value: Any = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise Refused(problem(400, "The body is no JSON.")) from error
    try:
        return msgspec.convert(value, AnalyzeRequest)
    except msgspec.ValidationError as error:
        said = str(error)[:LONGEST_PATH]
        raise Refused(problem(422, "The body is not a request.", (said,))) from error


def _texts(request: AnalyzeRequest) -> tuple[Mapping[str, str], AnalysisType]:
    if (request.code is None) == (request.files is None):
        raise Refused(problem(422, "Either `code` or `files` is wanted, and one of them only."))
    files = {DEFAULT_NAME: request.code or ""} if request.files is None else request.files
    return files, request.analysis_type


def _mistakes(texts: Mapping[str, str]) -> Iterator[str]:
    for path in texts:
        if wrong := problem_with_path(path):
            yield f"The path {path[:LONGEST_PATH]!r} {wrong}."
        elif not path.endswith(".sol") and path not in LAYOUT_FILES:
            yield f"{path!r} is neither a .sol file nor one of {', '.join(LAYOUT_FILES)}."
    if not has_code(text for path, text in texts.items() if path.endswith(".sol")):
        yield "There is no Solidity: no .sol file, or nothing but comments."


_TITLES = {
    400: "Bad request",
    401: "Unauthorized",
    404: "Not found",
    405: "Method not allowed",
    413: "Too large",
    415: "Unsupported media type",
    422: "Unprocessable content",
    503: "Unavailable",
}


def problem(status: int, detail: str, errors: tuple[str, ...] = ()) -> Problem:
    """The problem with the title of its status."""
    return Problem(title=_TITLES[status], status=status, detail=detail, errors=errors)
