"""The functions of the template, each in a process that sees its artifact and its layers only."""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.pythons import find
from solvet.local.cloud import Deployed
from solvet.local.template import FUNCTION, Template

ROOT = Path(__file__).parents[1]
CHILD = Path(__file__).with_name("lambda_child.py")
LAYER = "AWS::Serverless::LayerVersion"
LAMBDA_PYTHON = "3.13"
BROUGHT = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six.py", "urllib3")
"""What Lambda's runtime has of its own."""


@dataclass(frozen=True, slots=True)
class Artifact:
    """A layer, or a function with the module of its handler and the layers below it."""

    name: str
    folder: str
    module: str = ""
    layers: tuple[str, ...] = ()


def functions() -> dict[str, Artifact]:
    """By logical name, as the template has them, those with a condition too."""
    found = {}
    for name, resource in Template(ROOT / "template.yaml").resources.items():
        if resource["Type"] == FUNCTION:
            own = resource["Properties"]
            layers = ("SolvetLayer", *(layer["Ref"] for layer in own.get("Layers", ())))
            module = own["Handler"].partition(".")[0]
            found[name] = Artifact(name, own["CodeUri"], module, layers)
    return found


def layers() -> dict[str, Artifact]:
    """By logical name."""
    made = Template(ROOT / "template.yaml").of_type(LAYER)
    return {name: Artifact(name, it["Properties"]["ContentUri"]) for name, it in made.items()}


def interpreter() -> Path:
    """Lambda's own version of Python where one is installed, else the one that runs this."""
    return find(LAMBDA_PYTHON) or Path(sys.executable)


def build(into: Path) -> dict[str, Path]:
    """All artifacts, by the Makefiles, for this machine and that interpreter; by logical name."""
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    version = here if interpreter() == Path(sys.executable) else LAMBDA_PYTHON
    target = {"LAMBDA_PLATFORM": _this_machine(), "LAMBDA_PYTHON": version}
    for name, artifact in (layers() | functions()).items():
        settings = os.environ | target | {"ARTIFACTS_DIR": str(into / name)}
        command = ["make", "-s", "-f", f"{artifact.folder}/Makefile", f"build-{name}"]
        done = subprocess.run(
            command, cwd=ROOT, env=settings, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SystemExit(done.stdout + done.stderr)
    return {name: into / name for name in layers() | functions()}


def brought(into: Path) -> Path:
    """A folder with what Lambda's runtime has, and nothing else of what is installed here."""
    into.mkdir()
    installed = next(Path(p) for p in sys.path if p.endswith("site-packages"))
    for name in BROUGHT:
        (into / name).symlink_to(installed / name)
    return into


def modules(name: str, built: Mapping[str, Path], runtime: Path) -> list[str]:
    """Where a function's modules are, in the order in which Lambda looks."""
    below = [built[layer] / "python" for layer in functions()[name].layers]
    return [str(path) for path in (built[name], *below, runtime)]


class LambdaProcess:
    """What `LocalFunction` does, in a process of its own."""

    def __init__(self, deployed: Deployed, path: list[str], errors: Path) -> None:
        self.name = deployed.spec.name
        self.said: list[dict[str, Any]] = []
        self.started = 0.0
        self._timeout = deployed.spec.timeout
        aws = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
        self._errors = errors.open("w+", encoding="utf-8")
        self._child = subprocess.Popen(
            [interpreter(), "-I", "-S", CHILD, deployed.spec.module, *path],
            cwd="/",
            env={"POWERTOOLS_METRICS_DISABLED": "true", **aws, **deployed.environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
        )

    def ready(self) -> None:
        """Wait until it has imported what it needs, as Lambda does before the first event."""
        self.started = float(self._line()["started"])

    def invoke(self, event: dict[str, Any], context: object = None) -> Any:
        """Hand it an event; its answer. It has the function's own time, whatever `context` says."""
        del context
        if self._child.stdin is None:
            raise RuntimeError(self.name)
        asked = json.dumps({"event": event, "timeout": self._timeout})
        self._child.stdin.write(asked + "\n")
        self._child.stdin.flush()
        self.said.append(self._line())
        return self.said[-1]["answer"]

    def errors(self) -> str:
        """What it logged and complained of."""
        self._errors.seek(0)
        return self._errors.read()

    def end(self) -> None:
        """Let it go, and wait for that."""
        self._child.communicate(timeout=30)
        self._errors.close()

    def _line(self) -> dict[str, Any]:
        line = self._child.stdout.readline() if self._child.stdout else ""
        if not line:
            raise RuntimeError(f"{self.name} died: {self.errors()}")
        said: dict[str, Any] = json.loads(line)
        return said


def _this_machine() -> str:
    """The platform under uv's name for it."""
    processor = platform.machine().replace("arm64", "aarch64")
    return f"{processor}-{'apple-darwin' if sys.platform == 'darwin' else 'manylinux2014'}"
