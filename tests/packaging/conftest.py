"""The artifacts, built once: as SAM builds them for Lambda, and for the Python that tries them."""

import os
import subprocess
from pathlib import Path

import pytest

from benchmarks import lambdas

ROOT = Path(__file__).parents[2]
OFFLINE = {
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "SAM_CLI_TELEMETRY": "0",
}
SIZES = pytest.StashKey[dict[str, tuple[int, int]]]()
FUNCTIONS = lambdas.functions()
LAYERS = lambdas.layers()
ARTIFACTS = LAYERS | FUNCTIONS


def pytest_terminal_summary(terminalreporter, config):
    sizes = config.stash.get(SIZES, {})
    if not sizes:
        return
    terminalreporter.section("unzipped, in MB")
    rows = [*sizes.items(), ("together", tuple(map(sum, zip(*sizes.values(), strict=True))))]
    for name, (code, byte_code) in rows:
        both = (code + byte_code) / 1e6
        terminalreporter.write_line(f"{name:24}{both:7.2f}  of it byte code {byte_code / 1e6:5.2f}")


@pytest.fixture(scope="session")
def shipped(tmp_path_factory) -> dict[str, Path]:
    """What `make build` makes for arm64 and Python 3.13, by logical name."""
    build = tmp_path_factory.mktemp("sam") / "build"
    done = subprocess.run(
        [ROOT / ".venv-sam/bin/sam", "build", "--parallel", "--build-dir", build],
        cwd=ROOT,
        env=os.environ | OFFLINE,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return {name: build / name for name in ARTIFACTS}


@pytest.fixture(scope="session")
def modules(tmp_path_factory):
    """Where a function's modules are, as built for this machine and Lambda's Python."""
    folder = tmp_path_factory.mktemp("here")
    built, runtime = lambdas.build(folder / "built"), lambdas.brought(folder / "runtime")
    return lambda name: lambdas.modules(name, built, runtime)
