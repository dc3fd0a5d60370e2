"""The JSON Schema of policy files: `python -m solvet.policyfile.schema schemas`."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from solvet.policyfile.keys import LEVELS, file_keys
from solvet.policyfile.kinds import GLOB_SCHEMA
from solvet.policyfile.rules import known_rules

FILE_NAME = "solvet.schema.json"


def schema(rules: Mapping[str, str]) -> dict[str, Any]:
    """Draft 2020-12. What is the same for every rule, and in every section, stands there once."""
    made = file_keys(rules).schema()
    keys = made["properties"]
    for rule in keys["rules"]["properties"].values():
        rule["$ref"] = "#/$defs/level"
        del rule["enum"]
    keys["paths"]["items"]["properties"]["rules"] = {"$ref": "#/properties/rules"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Solvet's policy for a repository, .solvet.yml",
        "description": "Every key may be left out.",
        "$defs": {"level": LEVELS.schema(), "glob": GLOB_SCHEMA},
    } | made


def written() -> str:
    """The schema as its file has it."""
    return json.dumps(schema(known_rules()), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "schemas")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FILE_NAME).write_text(written(), encoding="utf-8")
