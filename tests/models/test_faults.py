"""Everything that goes wrong at a provider, against the real SDKs over HTTP.

Each fault is played by one provider while the other is well, and by both.
"""

import time
from collections import Counter

import pytest

from solvet.adapters.models.checked import Checked
from solvet.adapters.models.fallback import FallbackModel
from solvet.llm import errors
from solvet.llm.exchange import ModelRequest
from solvet.llm.reply import SCHEMA, read
from solvet.local.providers.answers import Says
from solvet.local.providers.server import ScriptedProviders
from tests.models.fault_table import FAULTS, PATIENT

REQUEST = ModelRequest(
    instructions="Review.", input="x", schema=SCHEMA, schema_name="review", max_output_tokens=777
)
OTHERS_TEXT = '{"claims": [],  "judgements": []}'
CASES = [(name, dialect) for name, fault in FAULTS.items() for dialect in fault.dialects]
BROKEN = [(name, dialect) for name, dialect in CASES if FAULTS[name].kind]


def other(dialect):
    return "responses" if dialect == "gemini" else "gemini"


def asked_of(model):
    """What it came to, the seconds it took: both are looked at in every test."""
    began = time.monotonic()
    try:
        return model.complete(REQUEST), time.monotonic() - began
    except errors.ModelError as error:
        return error, time.monotonic() - began


@pytest.fixture
def providers():
    """A server of its own: what an earlier test gave up on may still arrive at the shared one."""
    with ScriptedProviders() as server:
        yield server


def read_by_us(model):
    return Checked(model, lambda _, said: read(said.text))


@pytest.fixture
def pair(providers, connect):
    """Both providers as one model, of which the first has the fault."""

    def build(fault, dialect):
        def policy(asked):
            return fault.played(dialect) if asked.dialect == dialect else Says(OTHERS_TEXT)

        providers.policy = policy
        first = connect(dialect, deadline_seconds=fault.deadline)
        second = connect(other(dialect), deadline_seconds=PATIENT)
        return FallbackModel(read_by_us(first), read_by_us(second))

    return build


@pytest.mark.parametrize(("name", "dialect"), CASES)
def test_a_fault_of_one_provider_ends_in_an_answer_or_is_final(providers, pair, name, dialect):
    fault = FAULTS[name]
    came, took = asked_of(pair(fault, dialect))
    if fault.kind is None:
        assert (came.text, came.cost) == (fault.answer.text, None)
    elif fault.kind.elsewhere:
        assert came.text == OTHERS_TEXT
    else:
        assert type(came) is fault.kind
    assert took < fault.deadline + 10
    assert max(Counter(asked.dialect for asked in providers.received).values()) == 1


@pytest.mark.parametrize(("name", "dialect"), BROKEN)
def test_a_fault_of_both_is_an_error_that_says_what_to_do(providers, connect, name, dialect):
    fault = FAULTS[name]
    providers.policy = lambda _: fault.played(dialect)
    model = connect(dialect, deadline_seconds=fault.deadline)
    came, took = asked_of(FallbackModel(read_by_us(model), read_by_us(model)))
    assert (type(came), came.after, came.billed) == (fault.kind, fault.after, fault.billed)
    assert took < 2 * fault.deadline + 10
    assert len(providers.received) == 1 + fault.kind.elsewhere
