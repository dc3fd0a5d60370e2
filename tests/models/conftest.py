import pytest

from solvet.adapters.models.gemini import GeminiModel
from solvet.adapters.models.openai import OpenAIModel
from solvet.local.providers.server import ScriptedProviders

DEADLINE = 10.0


@pytest.fixture
def providers():
    with ScriptedProviders() as server:
        yield server


@pytest.fixture(params=["responses", "chat", "gemini"])
def model(request, providers):
    """Each real SDK in turn, talking to the scripted providers."""
    return connected(request.param, providers)


@pytest.fixture(params=["responses", "chat", "gemini"])
def hasty_model(request, providers):
    """The same with 0.3 seconds of patience."""
    return connected(request.param, providers, deadline_seconds=0.3)


def connected(dialect, providers, deadline_seconds=DEADLINE):
    if dialect == "gemini":
        return GeminiModel("key", base_url=providers.gemini_url, deadline_seconds=deadline_seconds)
    return OpenAIModel(
        "key", base_url=providers.openai_url, api=dialect, deadline_seconds=deadline_seconds
    )
