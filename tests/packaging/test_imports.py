"""Every artifact is imported as Lambda would: alone with its layer, no environment, no network."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.packaging

RUNTIME = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six.py", "urllib3")
ALONE = """
import sys

def refuse(event, arguments):
    if event.startswith(("socket.connect", "socket.getaddrinfo")):
        raise RuntimeError(f"reaches for the network: {arguments}")

sys.addaudithook(refuse)
sys.dont_write_bytecode = True
sys.path[:0] = sys.argv[1:]
"""
PARSES = """
from tree_sitter import Language, Parser
import tree_sitter_solidity
parser = Parser(Language(tree_sitter_solidity.language()))
assert not parser.parse(b"contract Vault {}").root_node.has_error
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


@pytest.fixture(scope="session")
def runtime(tmp_path_factory) -> Path:
    """What Lambda's own runtime brings, and nothing else of our environment."""
    folder = tmp_path_factory.mktemp("runtime")
    installed = next(Path(p) for p in sys.path if p.endswith("site-packages"))
    for name in RUNTIME:
        (folder / name).symlink_to(installed / name)
    return folder


@pytest.fixture
def python(runnable, runtime):
    def run(name: str, code: str) -> set[str]:
        """The modules that are loaded after this code ran with the artifact of that handler."""
        path = [runnable[name], runnable["layer"] / "python", runtime]
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-c", f"{ALONE}{code}\nprint(*sys.modules)", *path],
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


@pytest.mark.parametrize(
    ("name", "unwanted"),
    [
        ("receive", {"github", "jwt", "openai", "google", "tree_sitter", "yaml"}),
        ("plan", {"openai", "google"}),
        ("static", {"github", "jwt", "openai", "google", "yaml"}),
        ("model", {"github", "jwt", "yaml"}),
        ("report", {"openai", "google", "yaml"}),
        ("last_resort", {"github", "jwt", "openai", "google", "tree_sitter", "yaml"}),
        ("sweep", {"openai", "google", "tree_sitter", "yaml"}),
    ],
)
def test_a_handler_imports_alone_and_only_what_it_needs(python, name, unwanted):
    assert python(name, f"from {name} import handler") & unwanted == set()


@pytest.mark.parametrize("name", ["plan", "static", "model"])
def test_an_artifact_that_reads_solidity_can(python, name):
    assert "tree_sitter" in python(name, PARSES)


@pytest.mark.parametrize("name", ["plan", "report", "sweep"])
def test_an_artifact_that_calls_github_can_sign_for_it(python, name):
    assert {"github", "jwt"} <= python(name, SIGNS)


def test_the_model_artifact_makes_clients_of_both_providers(python):
    assert {"openai", "google"} <= python("model", ASKS)
