"""Reading what the Responses and the chat API answer. Only what is needed is looked at.

https://developers.openai.com/api/reference/resources/responses/methods/create
https://developers.openai.com/api/reference/resources/chat/subresources/completions/methods/create
"""

from typing import NoReturn, TypeVar

import msgspec

from solvet.adapters.models import faults
from solvet.llm.errors import Blocked, Refused, Throttled, Truncated
from solvet.llm.exchange import Completion
from solvet.llm.prices import cost

T = TypeVar("T")


class _ResponsesUsage(msgspec.Struct, frozen=True):
    input_tokens: int = 0
    output_tokens: int = 0


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
    model: str = ""
    usage: _ResponsesUsage | None = None
    incomplete_details: _Incomplete | None = None
    error: faults.Problem | None = None


class _Message(msgspec.Struct, frozen=True):
    content: str | None = None
    refusal: str | None = None


class _Choice(msgspec.Struct, frozen=True):
    message: _Message
    finish_reason: str | None = None


class _ChatUsage(msgspec.Struct, frozen=True):
    prompt_tokens: int = 0
    completion_tokens: int = 0


class _ChatAnswer(msgspec.Struct, frozen=True):
    choices: tuple[_Choice, ...]
    model: str = ""
    usage: _ChatUsage | None = None


def from_responses(body: bytes, provider: str, model: str) -> Completion:
    """The completion in an answer of the Responses API. Raises ModelError."""
    answer = _decoded(body, _ResponsesAnswer, provider)
    contents = [c for item in answer.output if item.type == "message" for c in item.content or ()]
    usage = answer.usage or _ResponsesUsage()
    completion = Completion(
        text="".join(c.text for c in contents if c.type == "output_text"),
        model=answer.model or model,
        provider=provider,
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        cost=cost(answer.model or model, usage.input_tokens, usage.output_tokens),
    )
    if answer.status == "failed":
        _raise_failed(provider, answer.error)
    cut = answer.incomplete_details.reason if answer.incomplete_details else ""
    refused = any(c.type == "refusal" for c in contents)
    return _checked(completion, cut, refused=refused)


def from_chat(body: bytes, provider: str, model: str) -> Completion:
    """The completion in an answer of the chat API. Raises ModelError."""
    answer = _decoded(body, _ChatAnswer, provider)
    if not answer.choices:
        raise faults.malformed(provider)
    choice, usage = answer.choices[0], answer.usage or _ChatUsage()
    completion = Completion(
        text=choice.message.content or "",
        model=answer.model or model,
        provider=provider,
        input_tokens=usage.prompt_tokens,
        output_tokens=usage.completion_tokens,
        cost=cost(answer.model or model, usage.prompt_tokens, usage.completion_tokens),
    )
    return _checked(completion, choice.finish_reason or "", refused=bool(choice.message.refusal))


def _decoded(body: bytes, shape: type[T], provider: str) -> T:
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.DecodeError, RecursionError) as error:
        raise faults.malformed(provider) from error


def _raise_failed(provider: str, problem: faults.Problem | None) -> NoReturn:
    """A response can fail under HTTP status 200."""
    if problem is not None and "rate_limit_exceeded" in problem.codes:
        raise Throttled(f"{provider} limits the rate", after=faults.THROTTLED_AFTER)
    raise faults.unreachable(provider)


def _checked(completion: Completion, cut: str, *, refused: bool) -> Completion:
    """The completion, unless it was cut off, declined, stopped or is empty."""
    if cut in {"max_output_tokens", "length"}:
        raise Truncated("the model's answer was cut off at the output cap", spent=completion)
    if cut == "content_filter":
        raise Blocked(f"a filter of {completion.provider} stopped the answer", spent=completion)
    if refused:
        raise Refused("the model declined to answer", spent=completion)
    return faults.checked(completion)
