"""OpenAI's Batch API: questions in a file, answers in files, at half the price.

https://developers.openai.com/api/docs/guides/batch
https://developers.openai.com/api/reference/resources/batches
https://developers.openai.com/api/reference/resources/files
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

import msgspec

from solvet.adapters.models import faults
from solvet.adapters.models.openai import OpenAIModel
from solvet.adapters.models.openai_account import Account
from solvet.adapters.models.openai_batch_answers import (
    NAME,
    File,
    Files,
    Listed,
    Page,
    Response,
    told_in,
)
from solvet.llm.catalogue import catalogue
from solvet.llm.errors import ModelError, Rejected
from solvet.llm.exchange import Completion, ModelRequest
from solvet.ports.batches import Batch, Spoken
from solvet.typed import decoded

if TYPE_CHECKING:
    from openai import OpenAI

LARGEST_RESULTS = 50_000_000
KEPT = 3 * 86_400
"""Seconds until the provider deletes a file that nobody has deleted; a batch takes one day."""
PAGE, MOST_PAGES = 100, 20
"""Of the list of batches, newest first."""
SECONDS = 30.0
SECONDS_FOR_FILES = 90.0


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class OpenAIBatches:
    """The batches of one account, for questions to `model`."""

    account: Account
    model: OpenAIModel

    def upload(self, name: str, questions: Mapping[str, ModelRequest]) -> str:
        content = b"".join(self._line(key, asked) for key, asked in questions.items())

        def send(client: "OpenAI") -> bytes:
            return client.files.with_raw_response.create(
                file=(_file(name), content, "application/jsonl"),
                purpose="batch",
                expires_after={"anchor": "created_at", "seconds": KEPT},
            ).http_response.content

        raw = self.account.call(send, seconds=SECONDS_FOR_FILES)
        return self._decoded(raw, File).id

    def _line(self, key: str, request: ModelRequest) -> bytes:
        line = {
            "custom_id": key,
            "method": "POST",
            "url": self.model.endpoint,
            "body": self.model.body(request),
        }
        return msgspec.json.encode(line) + b"\n"

    def create(self, name: str, file: str) -> Batch:
        endpoint = cast("Literal['/v1/responses', '/v1/chat/completions']", self.model.endpoint)

        def send(client: "OpenAI") -> bytes:
            return client.batches.with_raw_response.create(
                input_file_id=file,
                endpoint=endpoint,
                completion_window="24h",
                metadata={NAME: name},
                output_expires_after={"anchor": "created_at", "seconds": KEPT},
            ).http_response.content

        return self._batch(self.account.call(send, seconds=SECONDS))

    def find(self, name: str, *, since: float) -> Batch | None:
        after: dict[str, Any] = {}
        for _ in range(MOST_PAGES):
            page = self._page(after)
            for batch in page.data:
                if batch.name == name:
                    return batch.told
            if not page.has_more or not page.data or page.data[-1].created_at < since:
                return None
            after = {"after": page.data[-1].id}
        raise Rejected(f"{self.account.provider} lists too many batches")

    def _page(self, after: Mapping[str, Any]) -> Page:
        raw = self.account.call(
            lambda client: (
                client.batches.with_raw_response.list(limit=PAGE, **after).http_response.content
            ),
            seconds=SECONDS,
        )
        return self._decoded(raw, Page)

    def find_file(self, name: str) -> str | None:
        raw = self.account.call(
            lambda client: (
                client.files.with_raw_response.list(
                    purpose="batch", order="desc"
                ).http_response.content
            ),
            seconds=SECONDS,
        )
        files = self._decoded(raw, Files).data
        return next((file.id for file in files if file.filename == _file(name)), None)

    def look(self, batch: str) -> Batch | None:
        raw = self._if_there(
            lambda client: client.batches.with_raw_response.retrieve(batch).http_response.content
        )
        return None if raw is None else self._batch(raw)

    def cancel(self, batch: str) -> None:
        """One that has ended meanwhile is refused, and need not be cancelled."""
        with suppress(Rejected):
            self._if_there(
                lambda client: client.batches.with_raw_response.cancel(batch).http_response.content
            )

    def answers(self, batch: Batch) -> Iterator[tuple[str, Spoken]]:
        for file in batch.results:
            yield from self.read(self._content(file) or b"")

    def read(self, content: bytes) -> Iterator[tuple[str, Spoken]]:
        """Who was answered what, by a file of results."""
        for key, response in told_in(content):
            yield key, self._spoken(response)

    def _content(self, file: str) -> bytes | None:
        return self._if_there(
            lambda client: (
                client.files.content(file, extra_headers={"accept-encoding": "identity"}).content
            ),
            seconds=SECONDS_FOR_FILES,
            most=LARGEST_RESULTS,
        )

    def _spoken(self, response: Response) -> Spoken:
        body = bytes(response.body)
        if response.status_code != HTTPStatus.OK:
            return faults.from_answer(self.account.provider, response.status_code, {}, body)
        try:
            return _halved(self.model.read(body))
        except ModelError as error:
            spent = error.spent and _halved(error.spent)
            return type(error)(error.reason, after=error.after, spent=spent, billed=error.billed)

    def forget(self, files: Iterable[str]) -> None:
        for file in files:
            self._if_there(
                partial(lambda client, name: client.files.delete(name).id.encode(), name=file)
            )

    def _if_there(
        self,
        ask: Callable[["OpenAI"], bytes],
        *,
        seconds: float = SECONDS,
        most: int | None = None,
    ) -> bytes | None:
        """What is answered, None where it is not found."""
        from openai import NotFoundError

        def send(client: "OpenAI") -> bytes | None:
            try:
                return ask(client)
            except NotFoundError:
                return None

        return self.account.call(send, seconds=seconds, most=most)

    def _batch(self, raw: bytes) -> Batch:
        return self._decoded(raw, Listed).told

    def _decoded(self, raw: bytes, shape: type[T]) -> T:
        try:
            return decoded(raw, shape)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise faults.malformed(self.account.provider) from error


def _halved(answer: Completion) -> Completion:
    """At a batch's price.

    https://developers.openai.com/api/docs/pricing
    """
    cost = None if answer.cost is None else answer.cost * catalogue().batch
    return replace(answer, cost=cost, batched=True)


def _file(name: str) -> str:
    return f"{NAME}-{name}.jsonl"
