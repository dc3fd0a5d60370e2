"""The JSON Schema of events: `python -m solvet.services.announcing.schema schemas`."""

import json
import sys
from pathlib import Path
from typing import Any

import msgspec

from solvet.ports.announce import KINDS

FILE_NAME = "solvet-event.schema.json"
_REF = "#/$defs/{name}"


def schema() -> dict[str, Any]:
    """Draft 2020-12: an event is one of the kinds. Unknown members are allowed: some may come."""
    refs, defs = msgspec.json.schema_components(KINDS.values(), ref_template=_REF)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "An event of Solvet: the detail on the bus, the message on the topic",
        "oneOf": list(refs),
        "$defs": {name: _plain(defs[name]) for name in sorted(defs)},
    }


def _plain(found: dict[str, Any]) -> dict[str, Any]:
    """Descriptions without line ends; what has a default is always written all the same."""
    said = {k: " ".join(v.split()) if k == "description" else v for k, v in found.items()}
    return said | ({"required": list(found["properties"])} if "properties" in found else {})


def written() -> str:
    """The schema as its file has it."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "schemas")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FILE_NAME).write_text(written(), encoding="utf-8")
