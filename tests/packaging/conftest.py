"""The artifacts, built once: as SAM builds them for Lambda, and for the Python that tries them."""

import os
import platform
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from scripts.pythons import find
from solvet.local.template import FUNCTION, Template

ROOT = Path(__file__).parents[2]
LAYER = "AWS::Serverless::LayerVersion"
LAMBDA_PYTHON = "3.13"
TEMPLATE = Template(ROOT / "template.yaml")
OFFLINE = {
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "SAM_CLI_TELEMETRY": "0",
}
RUNTIME = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six.py", "urllib3")
SIZES = pytest.StashKey[dict[str, tuple[int, int]]]()


@dataclass(frozen=True)
class Artifact:
    """A layer, or a function with the module of its handler and the layers below it."""

    name: str
    folder: str
    module: str = ""
    layers: tuple[str, ...] = ()


def functions() -> dict[str, Artifact]:
    """By logical name, as the template has them."""
    resources = {n: r for n, r in TEMPLATE.resources.items() if r["Type"] == FUNCTION}
    found = {}
    for name, resource in resources.items():
        own = resource["Properties"]
        layers = ("SolvetLayer", *(layer["Ref"] for layer in own.get("Layers", ())))
        module = own["Handler"].partition(".")[0]
        found[name] = Artifact(name, own["CodeUri"], module, layers)
    return found


def layers() -> dict[str, Artifact]:
    made = TEMPLATE.of_type(LAYER)
    return {name: Artifact(name, it["Properties"]["ContentUri"]) for name, it in made.items()}


FUNCTIONS = functions()
LAYERS = layers()
ARTIFACTS = LAYERS | FUNCTIONS


def pytest_configure(config):
    config.addinivalue_line(
        "markers", "packaging: builds the artifacts of Lambda (make build-check)"
    )


def pytest_terminal_summary(terminalreporter, config):
    sizes = config.stash.get(SIZES, {})
    if not sizes:
        return
    terminalreporter.section("unzipped, in MB")
    rows = [*sizes.items(), ("together", tuple(map(sum, zip(*sizes.values(), strict=True))))]
    for name, (code, byte_code) in rows:
        both = (code + byte_code) / 1e6
        terminalreporter.write_line(f"{name:24}{both:7.2f}  of it byte code {byte_code / 1e6:5.2f}")


def run(*command: str | Path, **settings: str) -> None:
    environment = os.environ | settings
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def this_machine() -> str:
    """The platform under uv's name for it."""
    processor = platform.machine().replace("arm64", "aarch64")
    return f"{processor}-{'apple-darwin' if sys.platform == 'darwin' else 'manylinux2014'}"


@pytest.fixture(scope="session")
def shipped(tmp_path_factory) -> dict[str, Path]:
    """What `make build` makes for arm64 and Python 3.13, by logical name."""
    build = tmp_path_factory.mktemp("sam") / "build"
    run(ROOT / ".venv-sam/bin/sam", "build", "--parallel", "--build-dir", build, **OFFLINE)
    return {name: build / name for name in ARTIFACTS}


@pytest.fixture(scope="session")
def interpreter() -> Path:
    """Lambda's own version of Python where one is installed, else the one that runs the tests."""
    return find(LAMBDA_PYTHON) or Path(sys.executable)


@pytest.fixture(scope="session")
def runnable(interpreter, tmp_path_factory) -> dict[str, Path]:
    """The same Makefiles' artifacts, for this machine and that interpreter, by logical name."""
    build = tmp_path_factory.mktemp("here")
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    version = here if interpreter == Path(sys.executable) else LAMBDA_PYTHON
    target = {"LAMBDA_PLATFORM": this_machine(), "LAMBDA_PYTHON": version}
    for name, artifact in ARTIFACTS.items():
        into = {"ARTIFACTS_DIR": str(build / name)}
        run("make", "-f", f"{artifact.folder}/Makefile", f"build-{name}", **target, **into)
    return {name: build / name for name in ARTIFACTS}


@pytest.fixture(scope="session")
def runtime(tmp_path_factory) -> Path:
    """What Lambda's own runtime brings, and nothing else of our environment."""
    folder = tmp_path_factory.mktemp("runtime")
    installed = next(Path(p) for p in sys.path if p.endswith("site-packages"))
    for name in RUNTIME:
        (folder / name).symlink_to(installed / name)
    return folder


@pytest.fixture(scope="session")
def modules(runnable, runtime):
    """Where a function's modules are, in the order in which Lambda looks."""

    def of(name: str) -> list[str]:
        below = [runnable[layer] / "python" for layer in FUNCTIONS[name].layers]
        return [str(path) for path in (runnable[name], *below, runtime)]

    return of
