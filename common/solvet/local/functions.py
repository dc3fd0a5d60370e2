"""A Lambda function in this process: its own module, its own environment, Lambda's event shapes."""

import importlib.util
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import uuid4

from solvet.local.cloud import REGION, Deployed, environment

_loading = threading.Lock()


@dataclass(frozen=True, slots=True)
class Context:
    """What Lambda hands a handler beside the event."""

    function_name: str
    timeout: int
    memory_limit_in_mb: int = 1024
    invoked_function_arn: str = f"arn:aws:lambda:{REGION}:000000000000:function:local"
    aws_request_id: str = field(default_factory=lambda: str(uuid4()))
    began: float = field(default_factory=time.monotonic)

    def get_remaining_time_in_millis(self) -> int:
        return max(0, round((self.began + self.timeout - time.monotonic()) * 1000))


class LocalFunction:
    """Loads the handler's module afresh and builds what it needs from the deployed environment."""

    def __init__(self, deployed: Deployed, root: Path) -> None:
        self.name = deployed.spec.name
        self._timeout = deployed.spec.timeout
        path = root / deployed.spec.folder / f"{deployed.spec.module}.py"
        with _loading, environment(deployed.environment):
            self._module = _load(path)
            self._module.service()

    def invoke(self, event: dict[str, Any], context: object = None) -> Any:
        """Call the handler; without a `context` it has the function's own time from now on."""
        return self._module.handler(event, context or Context(self.name, self._timeout))


def _load(path: Path) -> ModuleType:
    name = f"solvet_function_{path.stem}_{uuid4().hex}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
