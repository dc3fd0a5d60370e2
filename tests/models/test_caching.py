"""What OpenAI is told about its prompt cache, and what cached tokens cost."""

import json
from dataclasses import replace

import pytest

from solvet.adapters.models.gemini import GeminiModel
from solvet.adapters.models.openai import OpenAIModel
from solvet.llm.exchange import ModelRequest
from solvet.llm.prices import cost
from solvet.local.providers.answers import Http, Says, Took
from solvet.local.providers.dialects import spoken

REQUEST = ModelRequest(
    instructions="Review.", input="x", schema={}, schema_name="review", max_output_tokens=777
)
LUNA, FLASH = "gpt-6-luna", "gemini-3.5-flash-lite"


def sent(providers, request=REQUEST, model=LUNA, **settings):
    """The body of one question to OpenAI's own API."""
    providers.policy = lambda _: Says("{}")
    settings = {"api": "responses", "caching": True, **settings}
    OpenAIModel("key", model, base_url=providers.openai_url, **settings).complete(request)
    return json.loads(providers.received[-1].body)


def test_the_fixed_part_ends_in_the_only_breakpoint(providers):
    body = sent(providers)
    fixed = {
        "type": "input_text",
        "text": "Review.",
        "prompt_cache_breakpoint": {"mode": "explicit"},
    }
    assert body["input"] == [
        {"role": "developer", "content": [fixed]},
        {"role": "user", "content": "x"},
    ]
    assert body["prompt_cache_options"] == {"mode": "explicit"}
    assert "instructions" not in body


def test_the_question_is_read_the_same_with_and_without_a_breakpoint(providers):
    for caching in (True, False):
        sent(providers, caching=caching)
    marked, plain = providers.received
    assert (marked.instructions, marked.input) == (plain.instructions, plain.input)


def test_the_key_of_the_cache_depends_on_the_fixed_part_alone(providers):
    def key(**changes):
        return sent(providers, replace(REQUEST, **changes))["prompt_cache_key"]

    assert key(input="another file", identity="i", lines=(1,)) == key()
    assert key(instructions="Verify.") != key()
    assert len(key()) <= 64


@pytest.mark.parametrize(
    "model", ["gpt-5.6", "gpt-5.6-mini", "gpt-6-luna", "gpt-6.1-sol", "gpt-10"]
)
def test_models_that_know_breakpoints_get_one(providers, model):
    assert "prompt_cache_options" in sent(providers, model=model)


@pytest.mark.parametrize("model", ["gpt-5.5", "gpt-5-mini", "gpt-4o", "gpt-4.1", "o3", "ft:gpt-6"])
def test_older_models_get_the_key_alone(providers, model):
    body = sent(providers, model=model)
    assert (body["instructions"], body["input"]) == ("Review.", "x")
    assert "prompt_cache_options" not in body
    assert "prompt_cache_key" in body


@pytest.mark.parametrize("api", ["responses", "chat"])
def test_another_server_is_sent_nothing_of_it(providers, api):
    sent(providers, api=api, caching=None)
    assert b"cache" not in providers.received[-1].body


@pytest.mark.parametrize("dialect", ["responses", "chat", "gemini"])
def test_cached_tokens_are_counted_at_their_own_price(providers, dialect):
    name = FLASH if dialect == "gemini" else LUNA
    took = Took(input=5_000, output=100, cached=4_000)
    providers.policy = lambda _: Says("{}", model=name, took=took)
    model = (
        GeminiModel("key", base_url=providers.gemini_url)
        if dialect == "gemini"
        else OpenAIModel("key", base_url=providers.openai_url, api=dialect)
    )
    said = model.complete(REQUEST)
    assert (said.input_tokens, said.cached_tokens, said.output_tokens) == (5_000, 4_000, 100)
    assert said.cost == cost(name, 5_000, 100, 4_000)


def test_what_is_read_from_the_cache_costs_less(providers):
    providers.policy = lambda _: Says("{}", model=LUNA, took=Took(5_000, 100, cached=4_000))
    said = OpenAIModel("key", base_url=providers.openai_url, api="responses").complete(REQUEST)
    assert said.cost < cost(LUNA, 5_000, 100)


def test_what_is_written_to_the_cache_costs_more(providers):
    body = spoken("responses", Says("{}", model=LUNA, took=Took(5_000, 100)))
    body["usage"]["input_tokens_details"]["cache_write_tokens"] = 1_500
    providers.policy = lambda _: Http(200, body=json.dumps(body).encode())
    said = OpenAIModel("key", base_url=providers.openai_url, api="responses").complete(REQUEST)
    assert said.cost == cost(LUNA, 5_000, 100, written_tokens=1_500) > cost(LUNA, 5_000, 100)


def test_what_is_thought_counts_as_output_at_gemini(providers):
    body = spoken("gemini", Says("{}", model=FLASH, took=Took(1_000, 200)))
    body["usageMetadata"]["thoughtsTokenCount"] = 300
    providers.policy = lambda _: Http(200, body=json.dumps(body).encode())
    said = GeminiModel("key", base_url=providers.gemini_url).complete(REQUEST)
    assert (said.output_tokens, said.cost) == (500, cost(FLASH, 1_000, 500))
