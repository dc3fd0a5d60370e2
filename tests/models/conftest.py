import pytest

from solvet.adapters.models.gemini import GeminiModel
from solvet.adapters.models.openai import OpenAIModel
from solvet.local.providers import demo
from solvet.local.providers.server import ScriptedProviders

DEADLINE = 10.0


@pytest.fixture(scope="session")
def shared_providers():
    """One server for the whole session; use `providers`, which is like new for each test."""
    with ScriptedProviders() as server:
        yield server


@pytest.fixture
def providers(shared_providers):
    shared_providers.policy = demo.reply
    shared_providers.received = []
    return shared_providers


@pytest.fixture(params=["responses", "chat", "gemini"])
def model(request, providers):
    """Each real SDK in turn, talking to the scripted providers."""
    return connected(request.param, providers)


@pytest.fixture(params=["responses", "chat", "gemini"])
def hasty_model(request, providers):
    """The same with 0.3 seconds of patience."""
    return connected(request.param, providers, deadline_seconds=0.3)


@pytest.fixture
def connect(providers):
    """Makes the model of a dialect, as `connected` does."""

    def make(dialect, **settings):
        return connected(dialect, providers, **settings)

    return make


@pytest.fixture
def connector():
    """The same for a server of the test's own, which may be gone later."""
    return connected


def connected(dialect, providers, deadline_seconds=DEADLINE, key="key"):
    if dialect == "gemini":
        return GeminiModel(key, base_url=providers.gemini_url, deadline_seconds=deadline_seconds)
    return OpenAIModel(
        key, base_url=providers.openai_url, api=dialect, deadline_seconds=deadline_seconds
    )
