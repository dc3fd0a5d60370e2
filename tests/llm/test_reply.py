import json

import jsonschema
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solvet.llm.errors import WrongSchema
from solvet.llm.reply import (
    SCHEMA,
    SECOND_LOOK_SCHEMA,
    Claim,
    Reply,
    SecondLook,
    read,
    read_second_look,
)

EMPTY = '{"claims": [], "judgements": []}'


@given(st.from_type(Claim), st.sampled_from(["S01", "S13", "other"]))
def test_whatever_the_types_hold_is_valid_by_the_schema(claim, scenario):
    reply = Reply(claims=(msgspec.structs.replace(claim, scenario=scenario),), judgements=())
    text = msgspec.json.encode(reply).decode()
    jsonschema.validate(json.loads(text), SCHEMA)
    assert read(text) == reply


@given(st.from_type(SecondLook))
def test_the_same_holds_of_a_second_look(reply):
    text = msgspec.json.encode(reply).decode()
    jsonschema.validate(json.loads(text), SECOND_LOOK_SCHEMA)
    assert read_second_look(text) == reply


@pytest.mark.parametrize("schema", [SCHEMA, SECOND_LOOK_SCHEMA])
def test_the_schema_is_closed_and_asks_for_everything(schema):
    objects = [schema, *(array["items"] for array in schema["properties"].values())]
    assert all(o["required"] == list(o["properties"]) for o in objects)
    assert not any(o["additionalProperties"] for o in objects)


@pytest.mark.parametrize(
    "text",
    [
        f"```json\n{EMPTY}\n```",
        f"```\n{EMPTY}\n```\n",
        f"\ufeff  {EMPTY}\r\n",
        f'{{"review": {EMPTY}}}',
        f'```json\r\n{{"review": {EMPTY}}}\r\n```',
    ],
    ids=repr,
)
def test_a_fence_or_an_envelope_around_the_whole_is_taken_off(text):
    assert read(text) == Reply(claims=(), judgements=())


def test_a_second_look_has_an_envelope_of_its_own_name():
    assert read_second_look('{"second_look": {"opinions": []}}') == SecondLook(opinions=())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        f"[{EMPTY}]",
        f"Here it is:\n```json\n{EMPTY}\n```",
        f"```json\n{EMPTY}\n```\n```json\n{EMPTY}\n```",
        f"{EMPTY}{EMPTY}",
        f'{{"answer": {EMPTY}}}',
        f'{{"review": {EMPTY}, "note": ""}}',
        f'{{"review": {{"review": {EMPTY}}}}}',
        '{"review": null}',
        '{"opinions": []}',
        EMPTY[:-1],
        "[" * 100_000,
        "9" * 10_000,
        '{"claims": [], "judgements": [{"label": "F1"}]}',
    ],
    ids=range(16),
)
def test_what_leaves_a_doubt_is_no_reply(text):
    with pytest.raises(WrongSchema) as caught:
        read(text)
    assert caught.value.reason == "the model's answer does not have the form that was asked for"


@given(st.from_type(Claim))
def test_a_scenario_that_does_not_exist_is_no_reply(claim):
    strange = msgspec.structs.replace(claim, scenario="S99")
    with pytest.raises(WrongSchema):
        read(msgspec.json.encode(Reply(claims=(strange,), judgements=())).decode())
