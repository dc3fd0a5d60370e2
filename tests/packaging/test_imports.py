"""Every artifact is imported as Lambda would: alone with its layers, no environment, no network."""

import subprocess

import pytest

from benchmarks.lambdas import interpreter
from tests.packaging.conftest import FUNCTIONS

pytestmark = pytest.mark.packaging

ALONE = """
import sys

def refuse(event, arguments):
    if event.startswith(("socket.connect", "socket.getaddrinfo")):
        raise RuntimeError(f"reaches for the network: {arguments}")

sys.addaudithook(refuse)
sys.dont_write_bytecode = True
sys.path[:0] = sys.argv[1:]
"""
SIGNS = """
from cryptography.hazmat.primitives.asymmetric import rsa
import github, jwt
jwt.encode({}, rsa.generate_private_key(65537, 2048), "RS256")
"""
ASKS = """
import openai, google.genai
openai.OpenAI(api_key="key")
google.genai.Client(api_key="key")
"""
PROVIDERS = {"openai", "google"}
GITHUB = {"github", "jwt"}
YAML = {"yaml"}
PARSER = {"tree_sitter"}
UNWANTED = {
    "receive": PROVIDERS | GITHUB | YAML | PARSER,
    "plan": PROVIDERS,
    "setup": PROVIDERS | GITHUB | YAML | PARSER,
    "static": PROVIDERS | GITHUB | YAML,
    "model": GITHUB | YAML,
    "report": PROVIDERS | YAML,
    "last_resort": PROVIDERS | GITHUB | YAML | PARSER,
    "sweep": PROVIDERS | YAML | PARSER,
    "notify": PROVIDERS | GITHUB | YAML | PARSER,
    "schedule": PROVIDERS | YAML | PARSER,
}
"""What a handler must not load when it starts; of others only that no provider's SDK is loaded."""


@pytest.fixture
def loaded(modules):
    def run(name: str, code: str) -> set[str]:
        """The modules that are loaded after this code ran with the artifact of that function."""
        done = subprocess.run(
            [
                interpreter(),
                "-I",
                "-S",
                "-c",
                f"{ALONE}{code}\nprint(*sys.modules)",
                *modules(name),
            ],
            cwd="/",
            env={},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return {module.partition(".")[0] for module in done.stdout.split()}

    return run


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_handler_imports_alone_and_only_what_it_needs(loaded, name):
    module = FUNCTIONS[name].module
    assert loaded(name, f"from {module} import handler") & UNWANTED.get(module, PROVIDERS) == set()


@pytest.mark.parametrize("name", [n for n, it in FUNCTIONS.items() if "GitHubLayer" in it.layers])
def test_a_function_that_calls_github_can_sign_for_it(loaded, name):
    assert loaded(name, SIGNS) >= GITHUB


def test_the_model_artifact_makes_clients_of_both_providers(loaded):
    assert loaded("ModelWorkerFunction", ASKS) >= PROVIDERS
