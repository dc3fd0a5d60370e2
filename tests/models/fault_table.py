"""What can go wrong at a provider, as data, and what each comes to."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from solvet.llm import errors
from solvet.local.providers.answers import (
    Blocks,
    Http,
    Refuses,
    Resets,
    Says,
    Stalls,
    Took,
    Trickles,
    Truncates,
    Wire,
)
from solvet.local.providers.dialects import spoken

TEXT = '{"claims": [], "judgements": []}'
EVERYONE = ("responses", "chat", "gemini")
OPENAI = ("responses", "chat")
GEMINI = ("gemini",)
HTML = b"<html><body>Bad gateway</body></html>"
LATER, HASTY, PATIENT = 30, 1.0, 8.0


@dataclass(frozen=True)
class Fault:
    """What a provider does, and the error it comes to; None when its answer is good after all."""

    answer: object
    kind: type[errors.ModelError] | None
    after: int = 0
    billed: bool = False
    dialects: tuple[str, ...] = EVERYONE
    deadline: float = PATIENT

    def played(self, dialect):
        return self.answer(dialect) if callable(self.answer) else self.answer


def http_date(seconds):
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


def throttled(after, **headers):
    return Fault(Http(429, headers={"Retry-After": after, **headers}), errors.Throttled, 60)


def wire(head, body=b"", **more):
    lines = [b"HTTP/1.1 " + head[0], b"Content-Type: application/json", *head[1:], b"", body]
    return Wire(b"\r\n".join(lines), **more)


def malformed(body, **headers):
    return Fault(Http(200, body=body, headers=headers), errors.Malformed, LATER, billed=True)


def unusable(text):
    return Fault(Says(text), errors.WrongSchema, billed=True)


def failed(code, kind, after=0):
    body = {"status": "failed", "output": [], "error": {"code": code, "message": "x"}}
    answer = Http(200, body=json.dumps(body).encode())
    return Fault(answer, kind, after, billed=True, dialects=("responses",))


def gemini_finish(reason):
    body = {"candidates": [{"finishReason": reason}], "usageMetadata": {"promptTokenCount": 9}}
    answer = Http(200, body=json.dumps(body).encode())
    return Fault(answer, errors.Blocked, billed=True, dialects=GEMINI)


def cut_body(dialect):
    return json.dumps(spoken(dialect, Says(TEXT))).encode()[:-20]


def without_output(dialect):
    body = spoken(dialect, Says(TEXT))
    for part in ("output", "choices", "candidates"):
        if part in body:
            body[part] = []
    return Http(200, body=json.dumps(body).encode())


CLAIM = {
    "category": "reentrancy",
    "severity": "high",
    "confidence": "high",
    "title": "t",
    "explanation": "e",
    "recommendation": "r",
    "quote": "q",
}

FAULTS = {
    # Limits of rate and of money
    "429": Fault(Http(429), errors.Throttled, 60),
    "429 with seconds": Fault(Http(429, headers={"Retry-After": "7"}), errors.Throttled, 7),
    "429 with a fraction": Fault(Http(429, headers={"Retry-After": "1.2"}), errors.Throttled, 2),
    "429 with days": Fault(Http(429, headers={"Retry-After": "999999"}), errors.Throttled, 3600),
    "429 with a number without end": throttled("9" * 400),
    "429 with nonsense": throttled("soon"),
    "429 with a negative number": throttled("-5"),
    "429 with zero": throttled("0"),
    "429 with a date gone by": throttled(http_date(-100)),
    "429 with a date beyond calendars": throttled("Wed, 21 Oct 99999 07:28:00 GMT"),
    "429 with infinity": throttled("inf"),
    "429 in HTML": Fault(Http(429, body=HTML), errors.Throttled, 60),
    "429 with Google's delay": Fault(Http(429, "34s"), errors.Throttled, 34, dialects=GEMINI),
    "429 for lack of credit": Fault(Http(429, "insufficient_quota"), errors.Quota, dialects=OPENAI),
    "429 for the day": Fault(
        Http(429, "GenerateRequestsPerDayPerProject"), errors.Quota, dialects=GEMINI
    ),
    "402": Fault(Http(402), errors.Quota),
    # Outages
    "500": Fault(Http(500), errors.Unavailable, LATER),
    "500 in HTML": Fault(Http(500, body=HTML), errors.Unavailable, LATER),
    "502": Fault(Http(502, body=HTML), errors.Unavailable, LATER, billed=True),
    "503": Fault(Http(503), errors.Unavailable, LATER),
    "503 with seconds": Fault(Http(503, headers={"Retry-After": "9"}), errors.Unavailable, 9),
    "504": Fault(Http(504), errors.Unavailable, LATER, billed=True),
    "529": Fault(Http(529), errors.Unavailable, LATER),
    "524 of a gateway": Fault(Http(524, body=HTML), errors.Unavailable, LATER, billed=True),
    "409": Fault(Http(409), errors.Unavailable, LATER),
    # The connection
    "reset before the headers": Fault(Resets(), errors.Unavailable, LATER, billed=True),
    "closed without a byte": Fault(Wire(), errors.Unavailable, LATER, billed=True),
    "closed within the headers": Fault(
        Wire(b"HTTP/1.1 200 OK\r\nContent-"), errors.Unavailable, LATER, billed=True
    ),
    "reset after the headers": Fault(
        wire([b"200 OK", b"Content-Length: 999"], reset=True),
        errors.Unavailable,
        LATER,
        billed=True,
    ),
    "a body shorter than announced": Fault(
        wire([b"200 OK", b"Content-Length: 999"], b"{"), errors.Unavailable, LATER, billed=True
    ),
    "a body longer than announced": Fault(
        wire([b"200 OK", b"Content-Length: 5"], b'{"a": 1}'), errors.Malformed, LATER, billed=True
    ),
    "chunks that break off": Fault(
        wire([b"200 OK", b"Transfer-Encoding: chunked"], b'5\r\n{"a":'),
        errors.Unavailable,
        LATER,
        billed=True,
    ),
    "chunks that are none": Fault(
        wire([b"200 OK", b"Transfer-Encoding: chunked"], b"zz\r\n{}\r\n0\r\n\r\n"),
        errors.Unavailable,
        LATER,
        billed=True,
    ),
    "something that is not HTTP": Fault(
        Wire(b"SSH-2.0-OpenSSH_9.9\r\n"), errors.Unavailable, LATER, billed=True
    ),
    "silence": Fault(Stalls(), errors.Unavailable, LATER, billed=True, deadline=HASTY),
    "a byte now and then": Fault(
        Trickles(), errors.Unavailable, LATER, billed=True, deadline=HASTY
    ),
    # Bodies
    "HTML under 200": malformed(HTML),
    "JSON of another API": malformed(b'{"ok": true, "data": {"text": "hi"}}'),
    "a JSON list": malformed(b"[1]"),
    "JSON null": malformed(b"null"),
    "no body": malformed(b""),
    "204": Fault(Http(204, body=b""), errors.Malformed, LATER, billed=True),
    "a body of nothing but brackets": malformed(b"[" * 100_000),
    "invalid UTF-8": malformed(b'{"candidates": "\xff\xfe"}'),
    "a surrogate alone": malformed(b'{"status": "completed", "output": "\\ud800"}'),
    "gzip that is none": malformed(b"{}", **{"Content-Encoding": "gzip"}),
    "an encoding nobody knows": malformed(b"\x00\x01", **{"Content-Encoding": "br"}),
    "30 MB": Fault(Http(200, body=b" " * 30_000_000), errors.Malformed, LATER, billed=True),
    "half a body": Fault(
        lambda dialect: Http(200, body=cut_body(dialect)), errors.Malformed, LATER, billed=True
    ),
    "no output": Fault(without_output, errors.Wasted, billed=True),
    "an empty text": Fault(Says(""), errors.Wasted, billed=True),
    "a blank text": Fault(Says(" \n"), errors.Wasted, billed=True),
    "a redirect": Fault(
        Http(302, body=HTML, headers={"Location": "/v1/responses"}), errors.Malformed, LATER
    ),
    "a redirect that keeps the method": Fault(
        Http(307, body=HTML, headers={"Location": "/v1/responses"}), errors.Malformed, LATER
    ),
    # Refusals by rule
    "401": Fault(Http(401), errors.Auth),
    "403": Fault(Http(403), errors.Auth),
    "400 for the key": Fault(Http(400, "API_KEY_INVALID"), errors.Auth, dialects=GEMINI),
    "400": Fault(Http(400), errors.Rejected),
    "400 in HTML": Fault(Http(400, body=HTML), errors.Rejected),
    "400 for the length": Fault(
        Http(400, "context_length_exceeded"), errors.Rejected, dialects=OPENAI
    ),
    "413": Fault(Http(413), errors.Rejected),
    "404": Fault(Http(404), errors.Retired),
    "410": Fault(Http(410), errors.Retired),
    "404 of Ollama": Fault(
        Http(404, body=b'{"error": "model \'x\' not found"}'), errors.Retired, dialects=("chat",)
    ),
    "404 of vLLM": Fault(
        Http(404, body=b'{"object": "error", "message": "The model `x` does not exist."}'),
        errors.Retired,
        dialects=("chat",),
    ),
    "404 of a web framework": Fault(
        Http(404, body=b'{"detail": "Not Found"}'), errors.Rejected, dialects=OPENAI
    ),
    "404 of somebody else": Fault(Http(404, body=HTML), errors.Rejected),
    "400 for a model gone": Fault(Http(400, "model_not_found"), errors.Retired, dialects=OPENAI),
    "400 that tells of a model gone": Fault(
        Http(400, body=b'{"error": {"message": "The model `x` has been deprecated."}}'),
        errors.Retired,
    ),
    "400 of a filter": Fault(Http(400, "content_filter"), errors.Blocked, dialects=OPENAI),
    # What the model says
    "a refusal": Fault(Refuses(), errors.Refused, billed=True, dialects=OPENAI),
    "a refusal in plain text": Fault(Refuses(), errors.WrongSchema, billed=True, dialects=GEMINI),
    "a question blocked": Fault(Blocks(), errors.Blocked, billed=True),
    "an answer blocked": Fault(Blocks(question=False), errors.Blocked, billed=True),
    "recitation": gemini_finish("RECITATION"),
    "prohibited content": gemini_finish("PROHIBITED_CONTENT"),
    "the output cap": Fault(Truncates(), errors.Truncated, billed=True),
    "failed by the rate": failed("rate_limit_exceeded", errors.Throttled, 60),
    "failed by the server": failed("server_error", errors.Unavailable, LATER),
    "failed by a filter": failed("invalid_prompt", errors.Blocked),
    "failed for lack of credit": failed("insufficient_quota", errors.Quota),
    "prose": unusable("I have looked at it, and all is well."),
    "JSON of no use": unusable("[]"),
    "a missing field": unusable(json.dumps({"claims": [CLAIM], "judgements": []})),
    "a field of another type": unusable('{"claims": "none", "judgements": []}'),
    "JSON that breaks off": unusable('{"claims": ['),
    "JSON and more": unusable(TEXT + TEXT),
    "NaN": unusable('{"claims": [], "judgements": NaN}'),
    "a number too large": unusable(
        json.dumps({"claims": [{**CLAIM, "start_line": 7}], "judgements": []}).replace("7", "1e999")
    ),
    "nesting without end": unusable('{"claims": ' + "[" * 50_000),
    "JSON in a code fence": Fault(Says(f"```json\n{TEXT}\n```"), None),
    "a further field": Fault(Says('{"claims": [], "judgements": [], "note": 1}'), None),
    # What it says it took
    "no usage": Fault(Says(TEXT, took=None), None),
    "a negative usage": Fault(Says(TEXT, took=Took(-5, -5, -5)), None),
    "an absurd usage": Fault(Says(TEXT, took=Took(10**15, 10**15)), None),
    "a usage beyond numbers": Fault(Says(TEXT, took=Took(10**18, 1)), None),
    "more cached than read": Fault(Says(TEXT, took=Took(5, 5, 50)), None),
}
