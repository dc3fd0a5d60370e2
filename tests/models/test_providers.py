import gzip
import json
import re
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from solvet.adapters.models import calling
from solvet.adapters.models.gemini import GeminiModel
from solvet.adapters.models.openai import OpenAIModel
from solvet.errors import ConfigError
from solvet.llm import errors
from solvet.llm.exchange import Completion, ModelRequest
from solvet.llm.reply import SCHEMA
from solvet.local.providers.answers import (
    Blocks,
    Http,
    Refuses,
    Resets,
    Says,
    Trickles,
    Truncates,
)
from solvet.local.providers.dialects import spoken

REQUEST = ModelRequest(
    instructions="Review.", input="x", schema=SCHEMA, schema_name="review", max_output_tokens=777
)
HTML = b"<html><body>Bad gateway</body></html>"

FAULTS = {
    "rate limit": (Http(429), errors.Throttled, 60),
    "rate limit with seconds": (
        Http(429, headers={"Retry-After": "7"}),
        errors.Throttled,
        7,
    ),
    "rate limit with days": (
        Http(429, headers={"Retry-After": "999999"}),
        errors.Throttled,
        3600,
    ),
    "rate limit with nonsense": (
        Http(429, headers={"Retry-After": "soon"}),
        errors.Throttled,
        60,
    ),
    "credit used up": (Http(429, "insufficient_quota"), errors.Quota, 0),
    "payment required": (Http(402), errors.Quota, 0),
    "wrong key": (Http(401), errors.Auth, 0),
    "forbidden": (Http(403), errors.Auth, 0),
    "model gone": (Http(404), errors.Retired, 0),
    "request not accepted": (Http(400), errors.Rejected, 0),
    "input too long": (Http(413), errors.Rejected, 0),
    "outage": (Http(500), errors.Unavailable, 30),
    "outage with seconds": (Http(503, headers={"Retry-After": "9"}), errors.Unavailable, 9),
    "outage in HTML": (Http(502, body=HTML), errors.Unavailable, 30),
    "redirect": (Http(302, body=HTML, headers={"Location": "/"}), errors.ModelError, None),
    "HTML with status 200": (Http(200, body=HTML), errors.Malformed, 30),
    "JSON of another kind": (Http(200, body=b"[1]"), errors.Malformed, 30),
    "nothing with status 200": (Http(200, body=b""), errors.Malformed, 30),
    "nesting without end": (Http(200, body=b"[" * 100_000), errors.Malformed, 30),
    "connection reset": (Resets(), errors.Unavailable, 30),
    "empty answer": (Says(""), errors.Malformed, 30),
    "output cap": (Truncates(), errors.Truncated, 0),
    "safety filter": (Blocks(), errors.Blocked, 0),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_becomes_an_error_of_ours(model, providers, fault):
    answer, kind, after = FAULTS[fault]
    providers.policy = lambda _: answer
    with pytest.raises(kind) as caught:
        model.complete(REQUEST)
    assert after is None or caught.value.after == after


@pytest.mark.parametrize("fault", [Http(429), Http(500), Http(429, "insufficient_quota"), Resets()])
def test_a_failed_call_is_never_repeated_by_the_sdk(model, providers, fault):
    providers.policy = lambda _: fault
    with pytest.raises(errors.ModelError):
        model.complete(REQUEST)
    assert len(providers.received) == 1


def test_a_retry_after_may_be_a_date(model, providers):
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=100), usegmt=True)
    providers.policy = lambda _: Http(429, headers={"Retry-After": date})
    with pytest.raises(errors.Throttled) as caught:
        model.complete(REQUEST)
    assert 60 < caught.value.after <= 100


def test_a_completion_holds_the_text_and_what_it_took(model, providers):
    providers.policy = lambda _: Says('{"claims": [], "judgements": []}')
    said = model.complete(REQUEST)
    assert said == Completion(
        text='{"claims": [], "judgements": []}',
        model="scripted-demo",
        provider=said.provider,
        input_tokens=1000,
        output_tokens=200,
        cost=None,
    )


@pytest.mark.parametrize("fault", [Truncates(), Says(" ")])
def test_what_an_unusable_answer_took_is_known(model, providers, fault):
    providers.policy = lambda _: fault
    with pytest.raises(errors.ModelError) as caught:
        model.complete(REQUEST)
    assert caught.value.spent.output_tokens == 200


def test_what_an_answer_without_any_output_took_is_known(model, providers):
    def hollow(asked):
        body = spoken(asked.dialect, Says("{}"))
        emptied = {part: [] for part in ("output", "choices", "candidates") if part in body}
        return Http(200, body=json.dumps({**body, **emptied}).encode())

    providers.policy = hollow
    with pytest.raises(errors.Malformed) as caught:
        model.complete(REQUEST)
    assert (caught.value.spent.input_tokens, caught.value.spent.output_tokens) == (1_000, 200)


def test_a_refusal_is_told_apart_where_the_protocol_has_one(providers):
    providers.policy = lambda _: Refuses()
    for api in ("responses", "chat"):
        with pytest.raises(errors.Refused):
            OpenAIModel("key", base_url=providers.openai_url, api=api).complete(REQUEST)


@pytest.mark.parametrize(
    ("fault", "kind", "after"),
    [
        (Http(400, "API_KEY_INVALID"), errors.Auth, 0),
        (Http(429, "GenerateRequestsPerDayPerProject"), errors.Quota, 0),
        (Http(429, "34s"), errors.Throttled, 34),
    ],
)
def test_googles_details_of_an_error_are_read(providers, fault, kind, after):
    providers.policy = lambda _: fault
    with pytest.raises(kind) as caught:
        GeminiModel("key", base_url=providers.gemini_url).complete(REQUEST)
    assert caught.value.after == after


@pytest.mark.parametrize("reason", ["SAFETY", "RECITATION", "PROHIBITED_CONTENT"])
def test_an_answer_that_gemini_breaks_off_is_blocked(providers, reason):
    body = json.dumps({"candidates": [{"finishReason": reason}]}).encode()
    providers.policy = lambda _: Http(200, body=body)
    with pytest.raises(errors.Blocked):
        GeminiModel("key", base_url=providers.gemini_url).complete(REQUEST)


@pytest.mark.parametrize(
    ("code", "kind"), [("rate_limit_exceeded", errors.Throttled), ("x", errors.Unavailable)]
)
def test_a_response_can_fail_under_status_200(providers, code, kind):
    body = json.dumps({"status": "failed", "output": [], "error": {"code": code}}).encode()
    providers.policy = lambda _: Http(200, body=body)
    with pytest.raises(kind):
        OpenAIModel("key", base_url=providers.openai_url, api="responses").complete(REQUEST)


def test_a_server_that_trickles_bytes_is_left_at_the_deadline(hasty_model, providers):
    providers.policy = lambda _: Trickles()
    began = time.monotonic()
    with pytest.raises(errors.Unavailable, match=r"within 0\.3 seconds"):
        hasty_model.complete(REQUEST)
    assert time.monotonic() - began < 2.0


def test_the_conversation_that_was_left_ends_with_the_next_bytes(hasty_model, providers):
    providers.policy = lambda _: Trickles()
    with pytest.raises(errors.Unavailable):
        hasty_model.complete(REQUEST)
    for thread in _conversations():
        thread.join(timeout=5.0)
    assert _conversations() == []


@pytest.mark.parametrize(
    "nowhere",
    [
        OpenAIModel("key", base_url="http://127.0.0.1:1/v1"),
        GeminiModel("key", base_url="http://127.0.0.1:1/"),
    ],
    ids=["openai", "gemini"],
)
def test_nobody_listening_means_unavailable(nowhere):
    with pytest.raises(errors.Unavailable, match="cannot be reached"):
        nowhere.complete(REQUEST)


def test_openai_is_asked_with_a_schema_a_cap_an_effort_and_without_storing(providers):
    OpenAIModel("key", base_url=providers.openai_url, api="responses").complete(REQUEST)
    sent = json.loads(providers.received[0].body)
    assert sent == {
        "model": "gpt-6-luna",
        "instructions": "Review.",
        "input": "x",
        "store": False,
        "reasoning": {"effort": "low"},
        "max_output_tokens": 777,
        "text": {
            "format": {"type": "json_schema", "name": "review", "schema": SCHEMA, "strict": True}
        },
    }


def test_a_chat_endpoint_is_asked_with_a_schema_a_cap_and_an_effort(providers):
    OpenAIModel("key", base_url=providers.openai_url).complete(REQUEST)
    sent = json.loads(providers.received[0].body)
    assert (sent["max_completion_tokens"], sent["reasoning_effort"]) == (777, "low")
    assert sent["response_format"]["json_schema"]["schema"] == SCHEMA
    assert "store" not in sent


def test_a_chat_endpoint_that_knows_no_effort_is_not_sent_one(providers):
    OpenAIModel("key", base_url=providers.openai_url, effort=None).complete(REQUEST)
    assert "reasoning_effort" not in json.loads(providers.received[0].body)


def test_gemini_is_asked_with_a_schema_a_cap_and_a_thinking_level(providers):
    GeminiModel("key", base_url=providers.gemini_url).complete(REQUEST)
    asked = providers.received[0]
    settings = json.loads(asked.body)["generationConfig"]
    assert asked.path.endswith("/models/gemini-3.5-flash-lite:generateContent")
    assert settings["responseJsonSchema"] == SCHEMA
    assert settings["maxOutputTokens"] == 777
    assert settings["thinkingConfig"] == {"thinking_level": "LOW"}


@pytest.mark.parametrize("key", ["", " ", "\n", "sk-1\n", "sk 1", "sk-\u00e9", "sk-\u2026", "\0"])
@pytest.mark.parametrize("dialect", ["responses", "chat", "gemini"])
def test_a_key_that_no_header_can_carry_is_not_accepted(providers, dialect, key):
    model = (
        GeminiModel(key, base_url=providers.gemini_url)
        if dialect == "gemini"
        else OpenAIModel(key, base_url=providers.openai_url, api=dialect)
    )
    with pytest.raises(errors.Auth, match="key") as caught:
        model.complete(REQUEST)
    assert (providers.received, caught.value.billed) == ([], False)
    assert not key.strip() or key not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "api.openai.com/v1",
        "ftp://example.com/v1",
        "https://",
        "https:///v1",
        "https://user:secret@example.com/v1",
        "https://example.com/v1?key=secret",
        "https://example.com/#v1",
        "https://example.com:99999/v1",
        "https://exa mple.com",
        "https://example.com/\n",
        "https://[::1/v1",
        "javascript:alert(1)",
    ],
)
def test_an_address_that_is_none_is_told_where_the_model_is_built(url):
    with pytest.raises(ConfigError, match="OPENAI_BASE_URL") as openai:
        OpenAIModel("key", base_url=url)
    with pytest.raises(ConfigError, match="GEMINI_BASE_URL"):
        GeminiModel("key", base_url=url)
    assert "secret" not in str(openai.value)


@pytest.mark.parametrize("tail", ["", "/", "//"])
def test_an_address_may_have_a_path_and_end_in_a_slash(providers, tail):
    providers.policy = lambda _: Says("{}")
    root = providers.gemini_url.rstrip("/")
    OpenAIModel("key", base_url=f"{root}/proxy/v1{tail}").complete(REQUEST)
    GeminiModel("key", base_url=f"{root}/proxy{tail}").complete(REQUEST)
    openai, gemini = (asked.path for asked in providers.received)
    assert openai == "/proxy/v1/chat/completions"
    assert re.fullmatch(r"/proxy/v1\w*/models/gemini-3\.5-flash-lite:generateContent", gemini)


def test_an_environment_that_names_a_missing_http_client_is_told_so(providers, monkeypatch):
    monkeypatch.setenv("GOOGLE_GENAI_HTTP_CLIENT", "httpx")
    with pytest.raises(errors.Rejected, match="unset it"):
        GeminiModel("key", base_url=providers.gemini_url).complete(REQUEST)
    assert providers.received == []


@pytest.mark.parametrize(
    "settings",
    [
        {"HTTP_PROXY": "garbage://proxy"},
        {"ALL_PROXY": "socks5://127.0.0.1:1"},
        {"SSL_CERT_FILE": "/nonexistent"},
    ],
    ids=str,
)
def test_an_environment_that_makes_no_client_is_told_so(model, providers, monkeypatch, settings):
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    calling._tls.cache_clear()
    with pytest.raises(errors.Rejected, match="proxies or certificates") as caught:
        model.complete(REQUEST)
    assert (providers.received, caught.value.billed) == ([], False)


@pytest.mark.parametrize("name", ["a\nb", "a\ud800"])
def test_what_cannot_be_written_into_a_request_is_not_billed(providers, name):
    with pytest.raises(errors.Rejected, match="cannot be sent") as caught:
        GeminiModel("key", name, base_url=providers.gemini_url).complete(REQUEST)
    assert not caught.value.billed


def test_text_that_is_no_unicode_is_never_sent(model, providers):
    with pytest.raises(errors.Rejected):
        model.complete(replace(REQUEST, input="\ud800"))


def test_what_was_never_sent_is_not_billed():
    for nowhere in (
        OpenAIModel("key", base_url="http://127.0.0.1:1/v1"),
        GeminiModel("key", base_url="http://127.0.0.1:1/"),
    ):
        with pytest.raises(errors.Unavailable) as caught:
            nowhere.complete(REQUEST)
        assert not caught.value.billed


def test_a_compressed_answer_is_read_and_one_that_unpacks_to_far_too_much_is_not(model, providers):
    packed = {"Content-Encoding": "gzip"}
    providers.policy = lambda asked: Http(
        200,
        headers=packed,
        body=gzip.compress(json.dumps(spoken(asked.dialect, Says("{}"))).encode()),
    )
    assert model.complete(REQUEST).text == "{}"
    bomb = gzip.compress(b" " * 100_000_000)
    providers.policy = lambda _: Http(200, headers=packed, body=bomb)
    with pytest.raises(errors.Malformed):
        model.complete(REQUEST)


def _conversations():
    return [t for t in threading.enumerate() if t.name.startswith("ask-")]
