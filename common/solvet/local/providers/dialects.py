"""The three protocols: what is read out of a request, and how each says the same thing."""

import re
from typing import Any, TypeAlias

import msgspec

from solvet.local.providers.answers import Answer, Asked, Blocks, Dialect, Refuses, Truncates

MODEL = "scripted-demo"
INPUT_TOKENS = 1_000
OUTPUT_TOKENS = 200

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
    model, instructions, question = _READERS[dialect](path, msgspec.json.decode(body, type=Json))
    return Asked(
        dialect=dialect,
        path=path,
        body=body,
        model=model,
        instructions=instructions,
        input=question,
    )


def spoken(dialect: Dialect, answer: Answer, text: str) -> Json:
    """The body of an answer under status 200."""
    return {"responses": _responses, "chat": _chat, "gemini": _gemini}[dialect](answer, text)


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
    return sent["model"], sent["instructions"], sent["input"]


def _read_chat(_path: str, sent: Json) -> tuple[str, str, str]:
    system, user = (message["content"] for message in sent["messages"])
    return sent["model"], system, user


def _read_gemini(path: str, sent: Json) -> tuple[str, str, str]:
    named = _GEMINI_PATH.search(path)
    system = sent["systemInstruction"]["parts"][0]["text"]
    return named.group(1) if named else "", system, sent["contents"][0]["parts"][0]["text"]


_READERS = {"responses": _read_responses, "chat": _read_chat, "gemini": _read_gemini}


def _responses(answer: Answer, text: str) -> Json:
    cut = {Truncates: "max_output_tokens", Blocks: "content_filter"}.get(type(answer))
    said: Json = {"type": "output_text", "text": text, "annotations": []}
    if isinstance(answer, Refuses):
        said = {"type": "refusal", "refusal": _REFUSAL}
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": 0,
        "model": MODEL,
        "status": "incomplete" if cut else "completed",
        "incomplete_details": {"reason": cut} if cut else None,
        "error": None,
        "output": [
            {"id": "rs_1", "type": "reasoning", "summary": []},
            {"id": "msg_1", "type": "message", "role": "assistant", "content": [said]},
        ],
        "usage": {
            "input_tokens": INPUT_TOKENS,
            "output_tokens": OUTPUT_TOKENS,
            "total_tokens": INPUT_TOKENS + OUTPUT_TOKENS,
        },
    }


def _chat(answer: Answer, text: str) -> Json:
    refused = isinstance(answer, Refuses)
    message = {
        "role": "assistant",
        "content": None if refused else text,
        "refusal": _REFUSAL if refused else None,
    }
    finish = {Truncates: "length", Blocks: "content_filter"}.get(type(answer), "stop")
    return {
        "id": "chat_1",
        "object": "chat.completion",
        "created": 0,
        "model": MODEL,
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
        "usage": {
            "prompt_tokens": INPUT_TOKENS,
            "completion_tokens": OUTPUT_TOKENS,
            "total_tokens": INPUT_TOKENS + OUTPUT_TOKENS,
        },
    }


def _gemini(answer: Answer, text: str) -> Json:
    usage = {"promptTokenCount": INPUT_TOKENS, "candidatesTokenCount": OUTPUT_TOKENS}
    about: Json = {"modelVersion": MODEL, "usageMetadata": usage}
    if isinstance(answer, Blocks):
        return {**about, "promptFeedback": {"blockReason": "SAFETY"}}
    parts = [
        {"text": "thinking it over", "thought": True},
        {"text": _REFUSAL if isinstance(answer, Refuses) else text},
    ]
    finish = "MAX_TOKENS" if isinstance(answer, Truncates) else "STOP"
    candidate = {"content": {"role": "model", "parts": parts}, "finishReason": finish, "index": 0}
    return {**about, "candidates": [candidate]}
