"""The artifacts, built once: as SAM builds them for Lambda, and for the Python that runs here."""

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ARTIFACTS = {
    "layer": ("common", "SolvetLayer"),
    "receive": ("functions/webhook", "ReceiveFunction"),
    "plan": ("functions/webhook", "PlanFunction"),
    "static": ("functions/worker", "StaticWorkerFunction"),
    "model": ("functions/worker", "ModelWorkerFunction"),
    "report": ("functions/reporter", "ReporterFunction"),
    "last_resort": ("functions/worker", "LastResortFunction"),
    "sweep": ("functions/reporter", "SweepFunction"),
}
OFFLINE = {
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "SAM_CLI_TELEMETRY": "0",
}


def pytest_configure(config):
    config.addinivalue_line(
        "markers", "packaging: builds the artifacts of Lambda (make build-check)"
    )


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
    """What `make build` makes for arm64 and Python 3.13, by the handler's module."""
    build = tmp_path_factory.mktemp("sam") / "build"
    run(ROOT / ".venv-sam/bin/sam", "build", "--parallel", "--build-dir", build, **OFFLINE)
    return {name: build / resource for name, (_, resource) in ARTIFACTS.items()}


@pytest.fixture(scope="session")
def runnable(tmp_path_factory) -> dict[str, Path]:
    """The same Makefiles' artifacts, for the machine and the Python that run the tests."""
    build = tmp_path_factory.mktemp("here")
    target = {
        "LAMBDA_PLATFORM": this_machine(),
        "LAMBDA_PYTHON": f"{sys.version_info.major}.{sys.version_info.minor}",
    }
    for name, (folder, resource) in ARTIFACTS.items():
        into = {"ARTIFACTS_DIR": str(build / name)}
        run("make", "-f", f"{folder}/Makefile", f"build-{resource}", **target, **into)
    return {name: build / name for name in ARTIFACTS}
