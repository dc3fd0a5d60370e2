import gzip
import json
import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from solvet.adapters.models.gemini import GeminiModel
from solvet.adapters.models.openai import OpenAIModel
from solvet.llm import errors
from solvet.llm.exchange import Completion, ModelRequest
from solvet.llm.reply import SCHEMA
from solvet.local.providers.answers import (
    Http,
    Refuses,
    Says,
    Trickles,
    Truncates,
)
from solvet.local.providers.dialects import spoken

REQUEST = ModelRequest(
    instructions="Review.", input="x", schema=SCHEMA, schema_name="review", max_output_tokens=777
)


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


def test_a_server_that_trickles_bytes_is_left_at_the_deadline(hasty_model, providers):
    providers.policy = lambda _: Trickles()
    began = time.monotonic()
    with pytest.raises(errors.Unavailable, match=r"within 0\.3 seconds"):
        hasty_model.complete(REQUEST)
    assert time.monotonic() - began < 10


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
