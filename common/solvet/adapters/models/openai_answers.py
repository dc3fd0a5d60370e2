"""Reading what the Responses and the chat API answer. Only what is needed is looked at.

https://developers.openai.com/api/reference/resources/responses/methods/create
https://developers.openai.com/api/reference/resources/chat/subresources/completions/methods/create
"""

from typing import TypeVar

import msgspec

from solvet.adapters.models import faults
from solvet.adapters.models.usage import Tokens, billed, spoken
from solvet.llm.errors import Blocked, Refused, Truncated
from solvet.llm.exchange import Completion
from solvet.typed import decoded

T = TypeVar("T")


class _Details(msgspec.Struct, frozen=True):
    cached_tokens: int | None = None
    cache_write_tokens: int | None = None


class _Usage(msgspec.Struct, frozen=True):
    """The two APIs count the same under different names."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    input_tokens_details: _Details | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    prompt_tokens_details: _Details | None = None


class _Bill(msgspec.Struct, frozen=True):
    model: str = ""
    usage: _Usage | None = None

    @property
    def name(self) -> str:
        return self.model

    @property
    def tokens(self) -> Tokens | None:
        usage = self.usage or _Usage()
        took = usage.prompt_tokens if usage.input_tokens is None else usage.input_tokens
        made = usage.completion_tokens if usage.output_tokens is None else usage.output_tokens
        if took is None or made is None:
            return None
        details = usage.input_tokens_details or usage.prompt_tokens_details or _Details()
        return Tokens(
            input=took,
            output=made,
            cached=details.cached_tokens or 0,
            written=details.cache_write_tokens or 0,
        )


class _Content(msgspec.Struct, frozen=True):
    type: str
    text: str = ""
    refusal: str = ""


class _Item(msgspec.Struct, frozen=True):
    type: str
    content: tuple[_Content, ...] | None = None


class _Incomplete(msgspec.Struct, frozen=True):
    reason: str = ""


class _ResponsesAnswer(msgspec.Struct, frozen=True):
    status: str
    output: tuple[_Item, ...]
    incomplete_details: _Incomplete | None = None
    error: faults.Problem | None = None


class _Message(msgspec.Struct, frozen=True):
    content: str | None = None
    refusal: str | None = None


class _Choice(msgspec.Struct, frozen=True):
    message: _Message
    finish_reason: str | None = None


class _ChatAnswer(msgspec.Struct, frozen=True):
    choices: tuple[_Choice, ...]


def from_responses(body: bytes, provider: str, model: str) -> Completion:
    """The completion in an answer of the Responses API. Raises ModelError."""
    bill = billed(body, _Bill, provider, model)
    answer = _decoded(body, _ResponsesAnswer, bill)
    if answer.status == "failed":
        raise faults.failed(provider, answer.error, bill)
    contents = [c for item in answer.output if item.type == "message" for c in item.content or ()]
    said = spoken(bill, "".join(c.text for c in contents if c.type == "output_text"))
    cut = answer.incomplete_details.reason if answer.incomplete_details else ""
    return _checked(said, cut, refused=any(c.type == "refusal" for c in contents))


def from_chat(body: bytes, provider: str, model: str) -> Completion:
    """The completion in an answer of the chat API. Raises ModelError."""
    bill = billed(body, _Bill, provider, model)
    answer = _decoded(body, _ChatAnswer, bill)
    if not answer.choices:
        raise faults.malformed(provider, bill)
    choice = answer.choices[0]
    said = spoken(bill, choice.message.content or "")
    return _checked(said, choice.finish_reason or "", refused=bool(choice.message.refusal))


def _decoded(body: bytes, shape: type[T], bill: Completion) -> T:
    try:
        return decoded(body, shape)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise faults.malformed(bill.provider, bill) from error


def _checked(completion: Completion, cut: str, *, refused: bool) -> Completion:
    """The completion, unless it was cut off, declined, stopped or is empty."""
    if cut in {"max_output_tokens", "length"}:
        raise Truncated("the model's answer was cut off at the output cap", spent=completion)
    if cut == "content_filter":
        raise Blocked(f"a filter of {completion.provider} stopped the answer", spent=completion)
    if refused:
        raise Refused("the model declined to answer", spent=completion)
    return faults.checked(completion)
