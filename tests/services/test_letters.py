"""Messages that died: read as what they were, and put off so often and no more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solvet import wire
from solvet.domain.delivery import Delivery, Repository, Trigger
from solvet.domain.scan import Job, Report, ReportKind, Stage
from solvet.errors import BadMessage
from solvet.services.letters import WAITS, put_off, read

NAMES = st.text(st.characters(codec="utf-8"), max_size=8)
NUMBERS = st.integers(0, 2**53)
JOBS = st.builds(
    Job,
    installation=NUMBERS,
    scan_id=NAMES,
    path=NAMES,
    stage=st.sampled_from(Stage),
    redriven=st.integers(0, 9),
)
REPORTS = st.builds(
    Report,
    installation=NUMBERS,
    scan_id=NAMES,
    group=NAMES,
    kind=st.sampled_from(ReportKind),
    asked=NAMES,
    redriven=st.integers(0, 9),
)
DELIVERIES = st.builds(
    Delivery,
    id=NAMES,
    trigger=st.sampled_from(Trigger),
    installation=NUMBERS,
    repository=st.none() | st.builds(Repository, NUMBERS, NAMES),
    repositories=st.lists(NUMBERS, max_size=3).map(tuple),
    redriven=st.integers(0, 9),
)
MESSAGES = JOBS | REPORTS | DELIVERIES


class Box:
    """Remembers the last letter."""

    def keep_letter(self, installation, body, *, wait):
        self.kept = installation, body, wait

    def letter(self, due):
        return None


@given(MESSAGES)
def test_a_message_is_read_as_what_it_was(message):
    assert read(wire.encode(message).decode()) == message


@given(st.text() | st.binary().map(lambda raw: raw.decode("latin-1")))
def test_anything_else_is_no_message(text):
    with pytest.raises(BadMessage):
        read(text)


MINUTE, HOUR = 60, 3_600


@pytest.mark.parametrize(
    ("message", "waits"),
    [
        (Delivery(id="d", trigger=Trigger.PUSH, installation=1), [15 * MINUTE, HOUR, 4 * HOUR]),
        (Job(installation=1, scan_id="s", path="A.sol", stage=Stage.STATIC), [15 * MINUTE, HOUR]),
        (
            Report(installation=1, scan_id="s", group="g", kind=ReportKind.FINAL),
            [15 * MINUTE, HOUR, 4 * HOUR, 12 * HOUR],
        ),
    ],
    ids=["delivery", "job", "report"],
)
def test_an_outage_is_waited_out_for_as_long_as_is_promised(message, waits):
    box, given = Box(), []
    while (wait := put_off(message, box)) is not None:
        given.append(wait)
        message = read(box.kept[1])
    assert given == waits


@given(MESSAGES)
def test_every_message_is_put_off_a_few_times_with_growing_waits_and_then_no_more(message):
    box, waits = Box(), []
    while (wait := put_off(message, box)) is not None:
        waits.append(wait)
        again = read(box.kept[1])
        assert again.redriven == message.redriven + 1
        assert again.installation == message.installation == box.kept[0]
        message = again
    assert waits == sorted(waits)
    assert len(waits) <= len(WAITS[type(message)])
