"""Reading what `generateContent` answers. Only what is needed is looked at.

https://ai.google.dev/api/generate-content#v1beta.GenerateContentResponse
"""

import msgspec

from solvet.adapters.models import faults
from solvet.adapters.models.usage import Tokens, billed, spoken
from solvet.llm.errors import Blocked, Truncated
from solvet.llm.exchange import Completion
from solvet.typed import decoded

_STOPPED = {
    "SAFETY",
    "RECITATION",
    "BLOCKLIST",
    "PROHIBITED_CONTENT",
    "SPII",
    "MODEL_ARMOR",
}


class _Part(msgspec.Struct, frozen=True):
    text: str = ""
    thought: bool = False


class _Content(msgspec.Struct, frozen=True):
    parts: tuple[_Part, ...] = ()


class _Candidate(msgspec.Struct, frozen=True, rename="camel"):
    content: _Content = _Content()
    finish_reason: str = ""


class _Feedback(msgspec.Struct, frozen=True, rename="camel"):
    block_reason: str = ""


class _Usage(msgspec.Struct, frozen=True, rename="camel"):
    """What is cached is counted in the prompt, what is thought is not among the candidates'.

    https://ai.google.dev/api/generate-content#UsageMetadata
    """

    prompt_token_count: int | None = None
    cached_content_token_count: int | None = None
    candidates_token_count: int | None = None
    thoughts_token_count: int | None = None


class _Bill(msgspec.Struct, frozen=True, rename="camel"):
    model_version: str = ""
    usage_metadata: _Usage | None = None

    @property
    def name(self) -> str:
        return self.model_version

    @property
    def tokens(self) -> Tokens | None:
        usage = self.usage_metadata
        if usage is None or usage.prompt_token_count is None:
            return None
        return Tokens(
            input=usage.prompt_token_count,
            output=(usage.candidates_token_count or 0) + (usage.thoughts_token_count or 0),
            cached=usage.cached_content_token_count or 0,
        )


class _Answer(msgspec.Struct, frozen=True, rename="camel"):
    candidates: tuple[_Candidate, ...] = ()
    prompt_feedback: _Feedback = _Feedback()


def completion(body: bytes, provider: str, model: str) -> Completion:
    """The completion in an answer. Raises ModelError."""
    bill = billed(body, _Bill, provider, model)
    answer = _decoded(body, bill)
    first = answer.candidates[0] if answer.candidates else _Candidate()
    said = spoken(bill, "".join(p.text for p in first.content.parts if not p.thought))
    return _checked(said, first.finish_reason, blocked=bool(answer.prompt_feedback.block_reason))


def _decoded(body: bytes, bill: Completion) -> _Answer:
    try:
        return decoded(body, _Answer)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise faults.malformed(bill.provider, bill) from error


def _checked(said: Completion, finish: str, *, blocked: bool) -> Completion:
    """The completion, unless it was stopped, cut off or is empty."""
    if blocked or finish in _STOPPED:
        raise Blocked(f"a filter of {said.provider} stopped the answer", spent=said)
    if finish == "MAX_TOKENS":
        raise Truncated("the model's answer was cut off at the output cap", spent=said)
    return faults.checked(said)
