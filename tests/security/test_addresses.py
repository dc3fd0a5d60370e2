"""No configured address makes us ask a machine's own network, or send a key in the clear."""

import pytest

from solvet.bootstrap.models import model_config
from solvet.bootstrap.settings import ENVIRONMENT, settings
from solvet.domain.addresses import problem_of
from solvet.errors import ConfigError

METADATA = [
    "http://169.254.169.254/latest/meta-data",
    "https://169.254.169.254",
    "http://2852039166/",
    "http://0xa9fea9fe/",
    "http://0251.0376.0251.0376",
    "http://[::ffff:169.254.169.254]",
    "http://[fd00:ec2::254]/",
    "http://[fe80::1]",
    "http://metadata.google.internal/computeMetadata",
    "https://metadata.google.internal.",
    "http://0.0.0.0:8080",
    "http://224.0.0.1",
]
CLEAR = ["http://api.github.com", "http://8.8.8.8", "http://models.example.com/v1"]
USABLE = [
    "https://api.github.com",
    "https://github.example.com/api/v3",
    "http://127.0.0.1:8080/v1",
    "http://localhost:11434/v1",
    "http://[::1]:11434",
    "http://10.1.2.3/v1",
    "http://ollama:11434/v1",
    "http://models.internal/v1",
]


@pytest.mark.parametrize("url", METADATA)
def test_the_metadata_service_is_nobodys_api(url):
    assert "own network" in problem_of(url)


@pytest.mark.parametrize("url", CLEAR)
def test_no_key_goes_to_a_public_address_in_the_clear(url):
    assert "https" in problem_of(url)


@pytest.mark.parametrize("url", USABLE)
def test_other_addresses_may_be_configured(url):
    assert problem_of(url) == ""


@pytest.mark.parametrize(
    "url", [*METADATA, *CLEAR, "file:///etc/passwd", "gopher://x", "https://a@b"]
)
@pytest.mark.parametrize("function", ["plan", "report"])
def test_a_function_does_not_start_with_such_an_address_of_github(function, url):
    environ = dict.fromkeys(ENVIRONMENT[function], "x") | {"SOLVET_MODELS": "off"}
    with pytest.raises(ConfigError, match="SOLVET_GITHUB_API_URL is "):
        settings(function, environ | {"SOLVET_GITHUB_API_URL": url})


@pytest.mark.parametrize("url", [*METADATA, *CLEAR])
def test_no_model_is_configured_with_such_an_address(url):
    with pytest.raises(ConfigError) as caught:
        model_config({"OPENAI_BASE_URL": url, "GEMINI_BASE_URL": url})
    assert len(caught.value.problems) == 2
