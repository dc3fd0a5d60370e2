import json
import re
from pathlib import Path

import jsonschema

DOCS = Path(__file__).parents[2] / "docs"


def test_the_example_of_the_page_follows_the_schema():
    example = re.search(r"```json\n(.*?)```", (DOCS / "output.md").read_text(), re.DOTALL)[1]
    schema = json.loads((DOCS / "schema/solvet-scan.schema.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(json.loads(example))
