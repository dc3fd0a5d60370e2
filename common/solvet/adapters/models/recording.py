"""Exchanges with models kept in files, so that a review can be repeated byte for byte.

One file holds one question and what came of it, under the question's hash. No key, header or
address is in it: a request does not know them.
"""

from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import msgspec

from solvet.errors import BadInput
from solvet.llm.errors import ModelError, NotRecorded
from solvet.llm.exchange import Completion, ModelRequest, Tier
from solvet.llm.failures import Failure, failure_of
from solvet.ports.model import Model
from solvet.typed import decoded

FORMAT = 1
LARGEST_FILE = 16_000_000
"""Bytes; ten times what an answer and a question can come to."""


class Question(msgspec.Struct, frozen=True):
    """What was asked. Instructions and schema are a part of this program: their hash will do."""

    fixed: str
    input: str
    schema_name: str
    tier: Tier
    max_output_tokens: int
    identity: str
    lines: tuple[int, ...]

    @property
    def name(self) -> str:
        """Equal for questions that may share an answer."""
        text = self.identity or msgspec.json.encode(self).decode()
        return sha256(text.encode("utf-8", "replace")).hexdigest()

    def same(self, other: "Question") -> bool:
        """Line numbers may differ under one identity."""
        if self.identity:
            return (self.identity, self.fixed, self.tier) == (
                other.identity,
                other.fixed,
                other.tier,
            )
        return self == other


class Exchange(msgspec.Struct, frozen=True):
    """One file's content: a question and either its answer or the error that came instead."""

    format: int
    question: Question
    answer: Completion | None = None
    failure: Failure | None = None


class Recorder:
    """Asks `model` and writes down what comes of it; the last outcome of a question counts.

    Raises BadInput when `folder` cannot be written.
    """

    def __init__(self, model: Model, folder: Path) -> None:
        self._model = model
        self._folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _unwritable(folder, error) from error

    def complete(self, request: ModelRequest) -> Completion:
        """The model's answer. Raises ModelError, and BadInput when it cannot be written down."""
        question = _question(request)
        try:
            answer = self._model.complete(request)
        except ModelError as error:
            self._write(Exchange(FORMAT, question, failure=failure_of(error)))
            raise
        self._write(Exchange(FORMAT, question, answer=answer))
        return answer

    def _write(self, exchange: Exchange) -> None:
        """Whole or not at all, whoever else writes the same."""
        aside = self._folder / f"{uuid4().hex}.part"
        try:
            aside.write_bytes(msgspec.json.format(msgspec.json.encode(exchange)) + b"\n")
            aside.replace(self._folder / _file_name(exchange.question))
        except OSError as error:
            raise _unwritable(self._folder, error) from error
        finally:
            aside.unlink(missing_ok=True)


class Replayer:
    """Answers from the files of a Recorder, with the same costs and names; it asks nobody."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def complete(self, request: ModelRequest) -> Completion:
        """The answer that was recorded. Raises the error that was, or NotRecorded."""
        question = _question(request)
        exchange = self._exchange(question)
        if exchange.answer is not None:
            return _renumbered(exchange.answer, exchange.question, question)
        if exchange.failure is not None:
            raise _error(exchange.failure, question)
        raise _unreadable(question)

    def _exchange(self, question: Question) -> Exchange:
        path = self._folder / _file_name(question)
        try:
            exchange = decoded(_read(path), Exchange)
        except FileNotFoundError:
            raise _missing(question) from None
        except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise _unreadable(question) from None
        if exchange.format != FORMAT or not exchange.question.same(question):
            raise _unreadable(question)
        return exchange


def _read(path: Path) -> bytes:
    """Raises OSError, also for what is no file or far too large for one of ours."""
    if path.exists() and (not path.is_file() or path.stat().st_size > LARGEST_FILE):
        raise OSError("not an exchange")
    return path.read_bytes()


def _question(request: ModelRequest) -> Question:
    schema = msgspec.json.encode(request.schema, order="deterministic")
    fixed = request.instructions.encode("utf-8", "replace") + b"\0" + schema
    return Question(
        fixed=sha256(fixed).hexdigest(),
        input=request.input.encode("utf-8", "replace").decode(),
        schema_name=request.schema_name,
        tier=request.tier,
        max_output_tokens=request.max_output_tokens,
        identity=request.identity,
        lines=request.lines,
    )


def _renumbered(answer: Completion, recorded: Question, asked: Question) -> Completion:
    """The answer as it was, which tells whose line numbers it speaks of when they have moved."""
    if answer.lines or recorded.lines == asked.lines:
        return answer
    return replace(answer, lines=recorded.lines)


def _file_name(question: Question) -> str:
    return f"{question.name}.json"


def _error(failure: Failure, question: Question) -> ModelError:
    return failure.error or _unreadable(question)


def _missing(question: Question) -> NotRecorded:
    return NotRecorded(
        f"question {question.name[:16]} is not in the recording; "
        "record it with `solvet scan --models record`"
    )


def _unreadable(question: Question) -> NotRecorded:
    return NotRecorded(
        f"the file of question {question.name[:16]} in the recording is damaged; "
        "record it again with `solvet scan --models record`"
    )


def _unwritable(folder: Path, error: OSError) -> BadInput:
    said = error.strerror or type(error).__name__
    return BadInput(f"exchanges with models cannot be recorded in {folder}: {said}")
