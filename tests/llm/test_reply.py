import json

import jsonschema
import msgspec
from hypothesis import given
from hypothesis import strategies as st

from solvet.llm.reply import SCHEMA, Reply, read


@given(st.from_type(Reply))
def test_whatever_the_types_hold_is_valid_by_the_schema(reply):
    text = msgspec.json.encode(reply).decode()
    jsonschema.validate(json.loads(text), SCHEMA)
    assert read(text) == reply


def test_the_schema_is_closed_and_asks_for_everything():
    objects = [SCHEMA, *(array["items"] for array in SCHEMA["properties"].values())]
    assert all(o["required"] == list(o["properties"]) for o in objects)
    assert not any(o["additionalProperties"] for o in objects)
