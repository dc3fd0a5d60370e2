import subprocess
import sys

import pytest

ROOMS = [
    "adapters.models.openai",
    "adapters.models.gemini",
    "adapters.models.fallback",
    "adapters.models.recording",
]


@pytest.mark.parametrize("room", [*ROOMS, "services.consult"])
def test_no_sdk_is_imported_before_it_is_needed(room):
    heavy = "{'openai', 'google.genai', 'httpx2', 'pydantic'}"
    code = f"import sys, solvet.{room}; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": "common"},
    )
    assert done.stdout.strip() == "[]"
