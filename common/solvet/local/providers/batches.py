"""OpenAI's files and batches by a script: what is uploaded is answered, by and by, as a fate says.

https://developers.openai.com/api/reference/resources/batches
https://developers.openai.com/api/reference/resources/files
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from threading import Lock
from time import time
from typing import Any, TypeAlias

import msgspec
from werkzeug.wrappers import Request, Response

from solvet.local.providers.answers import Answer, Asked, Http, Policy, Resets
from solvet.local.providers.dialects import asked
from solvet.local.providers.results import Fate, File, file_shown, line_of, result, unanswered

Json: TypeAlias = dict[str, Any]

_FILES = re.compile(r"/v1/files(?:/([\w-]+)(/content)?)?$")
_BATCHES = re.compile(r"/v1/batches(?:/([\w-]+)(/cancel)?)?$")
_ENDED = {"completed", "failed", "expired", "cancelled"}
PAGE = 20
"""Batches of one page, where the request does not say."""


@dataclass(slots=True)
class Batch:
    """A batch as the provider knows it; `looks` counts how often it was asked for."""

    id: str
    sent: Json
    created: int
    status: str = "in_progress"
    looks: int = 0
    output: str | None = None
    errors: str | None = None
    problems: list[Json] = field(default_factory=list)


class ScriptedBatches:
    """Files and batches of one account.

    `fates` says what becomes of a batch, by its number from 0. `fault` is asked before each call,
    by its name (`POST /files`), and what it answers is answered instead; where `lost` answers yes,
    the call is done and its answer does not arrive. `calls` are the names of all calls in order,
    `asked` the questions of all batches.
    """

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Like new."""
        self.files: dict[str, File] = {}
        self.batches: dict[str, Batch] = {}
        self.calls: list[str] = []
        self.asked: list[Asked] = []
        self.fates: Callable[[int], Fate] = lambda _: Fate()
        self.fault: Callable[[str], Answer | None] = lambda _: None
        self.lost: Callable[[str], bool] = lambda _: False
        self._numbers = count()
        self._turn = Lock()

    def speaks(self, path: str) -> bool:
        """Is that an address of files or batches?"""
        return bool(_FILES.search(path) or _BATCHES.search(path))

    def answer(self, request: Request, policy: Policy) -> Response | Answer:
        """What comes of the call: an answer as it stands, or what happens to the connection."""
        with self._turn:
            call = f"{request.method} {_named(request.path)}"
            self.calls.append(call)
            fault = self.fault(call)
            if fault is not None:
                return fault
            answer = self._done(request, policy)
            return Resets() if self.lost(call) else answer

    def _done(self, request: Request, policy: Policy) -> Response | Answer:
        if found := _FILES.search(request.path):
            return self._file(request, found[1], content=bool(found[2]))
        found = _BATCHES.search(request.path)
        batch = self.batches.get(found[1]) if found and found[1] else None
        if found and not found[1]:
            return self._create(request) if request.method == "POST" else self._listed(request)
        if batch is None:
            return Http(404)
        if found and found[2]:
            batch.status = batch.status if batch.status in _ENDED else "cancelling"
        else:
            self._look(batch, policy)
        return _json(self._shown(batch))

    def _file(self, request: Request, name: str | None, *, content: bool) -> Response | Answer:
        if name is None:
            return self._upload(request) if request.method == "POST" else self._all_files()
        file = self.files.get(name)
        if file is None:
            return Http(404)
        if request.method == "DELETE":
            del self.files[name]
            return _json({"id": name, "object": "file", "deleted": True})
        return Response(file.content) if content else _json(file_shown(file))

    def _upload(self, request: Request) -> Response | Answer:
        sent = request.files.get("file")
        if sent is None or request.form.get("purpose") != "batch":
            return Http(400)
        with sent.stream as content:
            return _json(file_shown(self._kept(sent.filename or "", content.read())))

    def _kept(self, name: str, content: bytes, purpose: str = "batch") -> File:
        file = File(f"file-{next(self._numbers)}", name, content, purpose)
        self.files[file.id] = file
        return file

    def _all_files(self) -> Response:
        newest = [file_shown(file) for file in reversed(self.files.values())]
        return _json({"object": "list", "data": newest, "has_more": False})

    def _create(self, request: Request) -> Response | Answer:
        sent = msgspec.json.decode(request.get_data(), type=Json)
        if sent["input_file_id"] not in self.files or sent["completion_window"] != "24h":
            return Http(400)
        batch = Batch(f"batch_{next(self._numbers)}", sent, int(time()))
        self.batches[batch.id] = batch
        return _json(self._shown(batch))

    def _listed(self, request: Request) -> Response:
        """Newest first, from after the one that is named."""
        newest = list(reversed(self.batches.values()))
        ids = [batch.id for batch in newest]
        after = request.args.get("after")
        start = ids.index(after) + 1 if after in ids else 0
        size = int(request.args.get("limit", PAGE))
        page = [self._shown(batch) for batch in newest[start : start + size]]
        more = len(newest) > start + size
        return _json({"object": "list", "data": page, "has_more": more})

    def _look(self, batch: Batch, policy: Policy) -> None:
        """Validate, and let the fate come true once it was looked at often enough."""
        if batch.status in _ENDED:
            return
        fate = self.fates(list(self.batches).index(batch.id))
        batch.looks += 1
        if problems := self._problems(batch):
            batch.status, batch.problems = "failed", problems
        elif fate.status == "failed" and batch.looks > fate.after:
            batch.status = "failed"
            batch.problems = [_problem(fate.problem)]
        elif batch.status == "cancelling":
            self._end(batch, "cancelled", fate, policy)
        elif batch.looks > fate.after:
            self._end(batch, fate.status, fate, policy)

    def _problems(self, batch: Batch) -> list[Json]:
        """What the real one refuses: lines that are none, names given twice, two models."""
        try:
            lines = self._lines(batch)
            names = {line["custom_id"] for line in lines}
            models = {line["body"]["model"] for line in lines}
            urls = {line["url"] for line in lines} | {batch.sent["endpoint"]}
        except (msgspec.DecodeError, LookupError, TypeError):
            return [_problem("invalid_json_line")]
        wrong = {
            "duplicate_custom_id": len(names) != len(lines),
            "mismatched_model": len(models) != 1,
            "mismatched_endpoint": len(urls) != 1,
        }
        return [
            {"code": code, "line": 1, "message": "scripted"} for code, bad in wrong.items() if bad
        ]

    def _lines(self, batch: Batch) -> list[Json]:
        content = self.files[batch.sent["input_file_id"]].content
        return [msgspec.json.decode(line, type=Json) for line in content.splitlines()]

    def _end(self, batch: Batch, status: str, fate: Fate, policy: Policy) -> None:
        lines = self._lines(batch)
        answered = len(lines) if fate.answered is None else fate.answered
        if status == "cancelled" and fate.answered is None:
            answered = 0
        said = list(self._answered(lines[:answered], policy))
        output = fate.mangle([line for good, line in said if good])
        failed = [line for good, line in said if not good]
        failed += [unanswered(line, f"batch_{status}") for line in lines[answered:]]
        batch.status = status
        batch.output = self._results(output) if output else None
        batch.errors = self._results(failed) if failed else None

    def _results(self, lines: list[bytes]) -> str:
        return self._kept("results.jsonl", b"\n".join(lines) + b"\n", "batch_output").id

    def _answered(self, lines: list[Json], policy: Policy) -> Iterator[tuple[bool, bytes]]:
        for line in lines:
            question = asked(line["url"], msgspec.json.encode(line["body"]))
            if question is None:
                yield False, line_of(line, 404, {"error": {"message": "no such address"}})
                continue
            self.asked.append(question)
            yield result(line, question, policy(question))

    def _shown(self, batch: Batch) -> Json:
        return {
            "id": batch.id,
            "object": "batch",
            "created_at": batch.created,
            "completion_window": "24h",
            "endpoint": batch.sent["endpoint"],
            "input_file_id": batch.sent["input_file_id"],
            "metadata": batch.sent.get("metadata"),
            "status": batch.status,
            "output_file_id": batch.output,
            "error_file_id": batch.errors,
            "errors": {"object": "list", "data": batch.problems} if batch.problems else None,
        }


def _named(path: str) -> str:
    """`/files`, `/files/ID`, `/files/ID/content`, and the same of batches."""
    found = _FILES.search(path) or _BATCHES.search(path)
    if found is None:
        return path
    kind = "/files" if "/files" in found[0] else "/batches"
    return kind + ("/ID" if found[1] else "") + (found[2] or "")


def _problem(code: str) -> Json:
    return {"code": code, "line": 1, "message": "scripted"}


def _json(body: Json) -> Response:
    return Response(msgspec.json.encode(body), content_type="application/json")
