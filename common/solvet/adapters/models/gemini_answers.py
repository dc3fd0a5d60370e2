"""Reading what `generateContent` answers. Only what is needed is looked at.

https://ai.google.dev/api/generate-content#v1beta.GenerateContentResponse
"""

import msgspec

from solvet.adapters.models import faults
from solvet.llm.errors import Blocked, Truncated
from solvet.llm.exchange import Completion
from solvet.llm.prices import cost

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
    prompt_token_count: int = 0
    candidates_token_count: int = 0
    thoughts_token_count: int = 0

    @property
    def output(self) -> int:
        return self.candidates_token_count + self.thoughts_token_count


class _Answer(msgspec.Struct, frozen=True, rename="camel"):
    candidates: tuple[_Candidate, ...] = ()
    prompt_feedback: _Feedback = _Feedback()
    usage_metadata: _Usage = _Usage()
    model_version: str = ""


def completion(body: bytes, provider: str, model: str) -> Completion:
    """The completion in an answer. Raises ModelError."""
    answer = _decoded(body, provider)
    first = answer.candidates[0] if answer.candidates else _Candidate()
    usage, name = answer.usage_metadata, answer.model_version or model
    said = Completion(
        text="".join(part.text for part in first.content.parts if not part.thought),
        model=name,
        provider=provider,
        input_tokens=usage.prompt_token_count,
        output_tokens=usage.output,
        cost=cost(name, usage.prompt_token_count, usage.output),
    )
    return _checked(said, first.finish_reason, blocked=bool(answer.prompt_feedback.block_reason))


def _decoded(body: bytes, provider: str) -> _Answer:
    try:
        return msgspec.json.decode(body, type=_Answer)
    except (msgspec.DecodeError, RecursionError) as error:
        raise faults.malformed(provider) from error


def _checked(said: Completion, finish: str, *, blocked: bool) -> Completion:
    """The completion, unless it was stopped, cut off or is empty."""
    if blocked or finish in _STOPPED:
        raise Blocked(f"a filter of {said.provider} stopped the answer", spent=said)
    if finish == "MAX_TOKENS":
        raise Truncated("the model's answer was cut off at the output cap", spent=said)
    return faults.checked(said)
