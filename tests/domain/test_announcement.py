import json
from pathlib import Path

import jsonschema
from hypothesis import given
from hypothesis import strategies as st

from solvet import wire
from solvet.domain.announcement import (
    NewCritical,
    ScanCompleted,
    Severities,
    WeekOfRepository,
    event_id,
    severities,
)
from solvet.domain.finding import Severity
from solvet.ports.announce import KINDS, read_event
from solvet.services.announcing.schema import FILE_NAME, schema, written

ROOT = Path(__file__).parents[2]
EVENTS = st.one_of(*(st.from_type(kind) for kind in (ScanCompleted, NewCritical, WeekOfRepository)))


def test_the_schema_is_the_codes():
    path = ROOT / "schemas" / FILE_NAME
    assert path.read_text("utf-8") == written(), "run `make docs`"
    jsonschema.Draft202012Validator.check_schema(schema())


@given(EVENTS)
def test_every_event_is_of_the_schema_and_is_read_as_it_was_written(event):
    body = wire.encode(event)
    jsonschema.validate(json.loads(body), schema())
    assert wire.encode(read_event(body)) == body


def test_every_kind_says_its_type():
    fields = {kind.__dataclass_fields__["type"].default: kind for kind in KINDS.values()}
    assert fields == KINDS


def test_the_example_in_the_documentation_is_an_event():
    page = (ROOT / "docs/events.md").read_text("utf-8")
    example = page.split("```json\n")[1].split("```")[0]
    jsonschema.validate(json.loads(example), schema())
    read_event(example)


@given(st.lists(st.sampled_from(Severity)))
def test_findings_are_counted_by_severity(found):
    counted = severities(found)
    assert sum(counted.number(each) for each in Severity) == len(found)
    assert counted.from_(Severity.INFO) == len(found)
    assert counted.from_(Severity.CRITICAL) == found.count(Severity.CRITICAL)


def test_ids_follow_from_what_is_told():
    assert event_id("a", 1) == event_id("a", "1") != event_id("a1")
    assert Severities().from_(Severity.INFO) == 0
