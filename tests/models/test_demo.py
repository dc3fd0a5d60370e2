import pytest

from solvet.domain.change import Stance
from solvet.llm.exchange import ModelRequest
from solvet.llm.reply import (
    SCHEMA,
    SCHEMA_NAME,
    SECOND_LOOK_NAME,
    SECOND_LOOK_SCHEMA,
    read,
    read_second_look,
)

SETTER = "function setFee(uint f) external onlyOwner {"


@pytest.fixture
def ask(connect):
    """The text that the scripted model answers to a question with this input."""

    def complete(text, schema=SCHEMA, name=SCHEMA_NAME, dialect="responses"):
        request = ModelRequest(
            instructions="Review.",
            input=text,
            schema=schema,
            schema_name=name,
            max_output_tokens=9,
        )
        return connect(dialect).complete(request).text

    return complete


@pytest.fixture
def claimed(ask):
    """Lines and quotes of what is claimed of numbered code."""

    def claims(source):
        numbered = "\n".join(f"{at:4}| {code}" for at, code in enumerate(source.split("\n"), 1))
        said = read(ask(f"# Findings\n\nnone\n\n# Code\n\n{numbered}\n"))
        return [(claim.start_line, claim.quote) for claim in said.claims]

    return claims


def test_a_privileged_setter_without_an_event_is_claimed(claimed):
    assert claimed(f"contract A {{\n  {SETTER}\n    fee = f;\n  }}\n}}") == [(2, SETTER)]


def test_a_setter_that_emits_an_event_is_not_claimed(claimed):
    assert claimed(f"{SETTER}\n fee = f;\n emit Fee(f);\n}}") == []


def test_the_event_of_another_function_does_not_count(claimed):
    assert len(claimed(f"{SETTER}\n}}\nfunction g() {{ \n emit Fee(f);\n}}")) == 1


def test_a_setter_that_anyone_may_call_is_not_this_rules_business(claimed):
    assert claimed("function setName(string n) external {\n name = n;\n}") == []


@pytest.mark.parametrize(
    "facts",
    [
        "F1 reentrancy (high) in f, lines 3-9\nF2 tx-origin (low) in g, line 12",
        "- F1: reentrancy\n- F2: tx-origin",
        "**F1** reentrancy\n**F2** tx-origin, like F1",
        '{"label":"F1","rule":"reentrancy"}\n{"label":"F2","rule":"tx-origin"}',
    ],
)
def test_it_is_unsure_of_every_labelled_finding(ask, facts):
    said = read(ask(f"# Findings\n\n{facts}\n\n# Code\n\n   1| F7 x;\n"))
    assert [(j.label, j.stance) for j in said.judgements] == [
        ("F1", Stance.UNSURE),
        ("F2", Stance.UNSURE),
    ]


@pytest.mark.parametrize("dialect", ["responses", "chat", "gemini"])
def test_a_second_look_gets_opinions_and_no_claims(ask, dialect):
    text = ask(
        f"# Claims\n\nC1 somebody loses\n\n# Code\n\n   1| {SETTER}\n",
        SECOND_LOOK_SCHEMA,
        SECOND_LOOK_NAME,
        dialect,
    )
    assert [o.label for o in read_second_look(text).opinions] == ["C1"]
