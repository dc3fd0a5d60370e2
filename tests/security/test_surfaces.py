"""Everything that text from outside comes in by, on a sample of what `make bench` feeds it."""

import tomllib

import pytest

from benchmarks.fuzz import damage, outside, surfaces
from benchmarks.fuzz.outside import Record, failed, feed, run
from benchmarks.fuzz.surfaces import SURFACES, Surface
from solvet import wire
from solvet.adapters.models import gemini_answers, openai_answers
from solvet.domain.scan import Job
from solvet.errors import BadMessage
from solvet.llm.errors import ModelError
from solvet.solidity.paths import layout_of


def test_no_damaged_text_breaks_a_surface():
    record = run(5_600, seed=3)
    assert record.broken == []
    assert set(record.inputs) == {surface.name for surface in SURFACES}


@pytest.mark.parametrize("surface", SURFACES, ids=lambda each: each.name)
def test_every_surface_takes_its_own_texts(surface):
    record = Record()
    for text in surface.seeds:
        feed(surface, text, surfaces.Random(1), record)
    assert record.broken == []


def test_what_breaks_hangs_or_piles_up_is_told(monkeypatch):
    kept, broken = [], Surface("broken", 1, ("{}",), lambda *_: 1 / 0)
    monkeypatch.setattr(outside, "SURFACES", (broken,))
    assert "ZeroDivisionError" in run(5, seed=1).broken[0]
    leaking = Surface("leaking", 1, ("{}",), lambda *_: kept.append(bytearray(1_000_000)))
    monkeypatch.setattr(outside, "SURFACES", (leaking,))
    assert failed(run(100, seed=1))


def test_the_same_seed_damages_alike():
    made = [damage.damaged("seed text", surfaces.Random(5)) for _ in range(2)]
    assert made[0] == made[1]


def test_a_lone_surrogate_in_a_message_is_a_bad_message():
    with pytest.raises(BadMessage):
        wire.decode(Job, '{"installation":3,"\ud800":1}')


@pytest.mark.parametrize(
    "read", [openai_answers.from_responses, openai_answers.from_chat, gemini_answers.completion]
)
def test_an_answer_that_is_no_utf8_is_an_answer_we_cannot_use(read):
    with pytest.raises(ModelError):
        read(b'{"status": "\xed\xa0\x80", "output": []}', "provider", "model")


def test_a_number_too_long_for_python_declares_no_layout():
    text = "[profile.default]\nlibs = ['a']\nx = " + "9" * 5_000
    with pytest.raises(ValueError, match="4300"):
        tomllib.loads(text)
    assert layout_of({"foundry.toml": text}).libraries == ("lib", "node_modules")
