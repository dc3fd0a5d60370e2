"""The three protocols: what is read out of a request, and how each says the same thing."""

import re
from typing import Any, TypeAlias

import msgspec

from solvet.local.providers.answers import (
    MODEL,
    Asked,
    Blocks,
    Dialect,
    Refuses,
    Says,
    Spoken,
    Took,
    Truncates,
)

Json: TypeAlias = dict[str, Any]

_REFUSAL = "I cannot help with that."
_GEMINI_PATH = re.compile(r"/models/([^/:]+):generateContent$")


def asked(path: str, body: bytes) -> Asked | None:
    """The question in a request, or None when no provider has such an address.

    Raises msgspec.DecodeError, LookupError, TypeError or ValueError for a body that the real one
    would refuse.
    """
    dialect = _dialect(path)
    if dialect is None:
        return None
    sent = msgspec.json.decode(body, type=Json)
    model, instructions, question = _READERS[dialect](path, sent)
    return Asked(
        dialect=dialect,
        path=path,
        body=body,
        model=model,
        instructions=instructions,
        input=question,
        wants=frozenset(_schema(dialect, sent).get("properties", ())),
    )


def spoken(dialect: Dialect, answer: Spoken) -> Json:
    """The body of an answer under status 200."""
    return {"responses": _responses, "chat": _chat, "gemini": _gemini}[dialect](answer)


def problem(dialect: Dialect, status: int, code: str) -> Json:
    """The body of an answer that is an error. `code` is Google's `reason` or quota id."""
    if dialect != "gemini":
        return {"error": {"message": "scripted", "type": code or "error", "code": code or None}}
    detail: Json = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": code}
    if "PerDay" in code:
        kind = "type.googleapis.com/google.rpc.QuotaFailure"
        detail = {"@type": kind, "violations": [{"quotaId": code}]}
    if re.fullmatch(r"\d+s", code):
        detail = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": code}
    return {"error": {"code": status, "message": "scripted", "status": "X", "details": [detail]}}


def _dialect(path: str) -> Dialect | None:
    if path.endswith("/responses"):
        return "responses"
    if path.endswith("/chat/completions"):
        return "chat"
    return "gemini" if _GEMINI_PATH.search(path) else None


def _read_responses(_path: str, sent: Json) -> tuple[str, str, str]:
    """The fixed part stands in a message of its own when it is marked for the cache."""
    if isinstance(sent["input"], str):
        return sent["model"], sent["instructions"], sent["input"]
    fixed, question = (message["content"] for message in sent["input"])
    return sent["model"], fixed[0]["text"], question


def _read_chat(_path: str, sent: Json) -> tuple[str, str, str]:
    system, user = (message["content"] for message in sent["messages"])
    return sent["model"], system, user


def _read_gemini(path: str, sent: Json) -> tuple[str, str, str]:
    named = _GEMINI_PATH.search(path)
    system = sent["systemInstruction"]["parts"][0]["text"]
    return named.group(1) if named else "", system, sent["contents"][0]["parts"][0]["text"]


def _schema(dialect: Dialect, sent: Json) -> Json:
    schemas: dict[Dialect, tuple[str, ...]] = {
        "responses": ("text", "format", "schema"),
        "chat": ("response_format", "json_schema", "schema"),
        "gemini": ("generationConfig", "responseJsonSchema"),
    }
    schema: Json = sent
    for step in schemas[dialect]:
        schema = schema.get(step, {})
    return schema


_READERS = {"responses": _read_responses, "chat": _read_chat, "gemini": _read_gemini}


def _text(answer: Spoken) -> str:
    return answer.text if isinstance(answer, Says | Truncates) else ""


def _took(answer: Spoken) -> Took | None:
    return answer.took if isinstance(answer, Says) else Took()


def _model(answer: Spoken) -> str:
    return answer.model if isinstance(answer, Says) else MODEL


def _responses(answer: Spoken) -> Json:
    cut = {Truncates: "max_output_tokens", Blocks: "content_filter"}.get(type(answer))
    said: Json = {"type": "output_text", "text": _text(answer), "annotations": []}
    if isinstance(answer, Refuses):
        said = {"type": "refusal", "refusal": _REFUSAL}
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": 0,
        "model": _model(answer),
        "status": "incomplete" if cut else "completed",
        "incomplete_details": {"reason": cut} if cut else None,
        "error": None,
        "output": [
            {"id": "rs_1", "type": "reasoning", "summary": []},
            {"id": "msg_1", "type": "message", "role": "assistant", "content": [said]},
        ],
        "usage": _openai_usage(_took(answer), "input_tokens", "output_tokens"),
    }


def _chat(answer: Spoken) -> Json:
    refused = isinstance(answer, Refuses)
    message = {
        "role": "assistant",
        "content": None if refused else _text(answer),
        "refusal": _REFUSAL if refused else None,
    }
    finish = {Truncates: "length", Blocks: "content_filter"}.get(type(answer), "stop")
    return {
        "id": "chat_1",
        "object": "chat.completion",
        "created": 0,
        "model": _model(answer),
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
        "usage": _openai_usage(_took(answer), "prompt_tokens", "completion_tokens"),
    }


def _openai_usage(took: Took | None, read: str, written: str) -> Json | None:
    if took is None:
        return None
    return {
        read: took.input,
        f"{read}_details": {"cached_tokens": took.cached},
        written: took.output,
        "total_tokens": took.input + took.output,
    }


def _gemini(answer: Spoken) -> Json:
    about = {"modelVersion": _model(answer), **_gemini_usage(_took(answer))}
    if isinstance(answer, Blocks) and answer.question:
        return {**about, "promptFeedback": {"blockReason": "SAFETY"}}
    parts = [
        {"text": "thinking it over", "thought": True},
        {"text": _REFUSAL if isinstance(answer, Refuses) else _text(answer)},
    ]
    finish = {Truncates: "MAX_TOKENS", Blocks: "SAFETY"}.get(type(answer), "STOP")
    candidate = {"content": {"role": "model", "parts": parts}, "finishReason": finish, "index": 0}
    return {**about, "candidates": [candidate]}


def _gemini_usage(took: Took | None) -> Json:
    if took is None:
        return {}
    usage = {
        "promptTokenCount": took.input,
        "candidatesTokenCount": took.output,
        "cachedContentTokenCount": took.cached,
    }
    return {"usageMetadata": usage}
