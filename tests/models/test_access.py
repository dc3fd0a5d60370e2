"""Keys, addresses and environments with which no provider can be asked."""

import re
from dataclasses import replace

import pytest

from solvet.adapters.models import calling
from solvet.adapters.models.gemini import GeminiModel
from solvet.adapters.models.openai import OpenAIModel
from solvet.errors import ConfigError
from solvet.llm import errors
from solvet.llm.exchange import ModelRequest
from solvet.local.providers.answers import Says

REQUEST = ModelRequest(
    instructions="Review.", input="x", schema={}, schema_name="review", max_output_tokens=777
)


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
