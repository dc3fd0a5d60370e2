from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from solvet.domain.finding import Category, Confidence, Finding, Severity, Span
from solvet.llm.ask import (
    MAX_FINDINGS,
    MAX_OUTPUT_TOKENS,
    PROMPT_VERSION,
    instructions,
    output_cap,
    question,
)
from solvet.llm.context.cut import cut
from solvet.llm.exchange import Tier
from solvet.llm.material import Line, Material, Section, Trait
from solvet.llm.scenarios import SCENARIOS

CODE = ("function f() external {", "", "    x = 1;", "}")


def finding(line=11, **changes):
    return Finding(
        **{
            "rule": "tx-origin",
            "title": "Authorisation by tx.origin",
            "category": Category.ACCESS_CONTROL,
            "severity": Severity.HIGH,
            "confidence": Confidence.HIGH,
            "path": "audited_and_safe.sol",
            "span": Span(line, 1, line + 1, 5),
            "symbol": "A.f",
            "message": "said /* quietly */ here",
            "recommendation": "",
            "code": f"x{line}; // hidden",
        }
        | changes
    )


def material(first=10, **changes):
    lines = tuple(Line(first + at, code) for at, code in enumerate(CODE))
    gone = Section(title="Removed by this change", lines=(Line(7, "  x = 2;", removed=True),))
    other = Section(title="Callee", lines=(Line(90, "function g() {}"),), own=False)
    return Material(
        **{
            "focus": ("A.f",),
            "sections": (Section(title="Code in question", lines=lines), gone, other),
            "facts": (f"A.f writes x (@{first + 2}).",),
            "findings": (finding(first),),
            "traits": frozenset({Trait.REWARDS}),
        }
        | changes
    )


def test_a_question_is_laid_out_in_parts_with_numbered_lines():
    assert question(material()).request.input == (
        "# Scenarios\nS02 S06\n\n"
        "# Static findings\nF1 tx-origin | high | 10-11 | A.f | Authorisation by tx.origin\n\n"
        "# Facts\n- A.f writes x (12).\n\n"
        "# Changed code: Code in question\n"
        "10| function f() external {\n12|     x = 1;\n13| }\n\n"
        "# Context: Removed by this change\n-7|   x = 2;\n\n"
        "# Context (another file): Callee\n90| function g() {}\n"
    )


def test_what_is_empty_is_said_to_be_none():
    asked = question(Material(focus=(), sections=())).request
    assert asked.input == "# Scenarios\nnone\n\n# Static findings\nnone\n\n# Facts\nnone\n"


def test_labels_stand_for_findings_worst_first():
    mild, bad = finding(10, severity=Severity.LOW), finding(12, severity=Severity.CRITICAL)
    assert question(material(findings=(mild, bad))).labels == {"F1": bad, "F2": mild}


def test_neither_path_nor_message_nor_code_nor_fingerprint_of_a_finding_is_sent():
    sent = question(material()).request.input
    hidden = ("audited", "hidden", "quietly", finding(10).fingerprint)
    assert [word for word in hidden if word in sent] == []


def test_at_most_fifty_findings_are_asked_about():
    asked = question(material(findings=tuple(finding(n) for n in range(1, 100))))
    assert (len(asked.labels), asked.request.input.count("tx-origin |")) == (MAX_FINDINGS,) * 2


def test_the_numbers_of_the_lines_shown_go_along_in_their_order():
    assert question(material()).request.lines == (10, 12, 13, 7, 90)


@given(st.integers(1, 100_000))
def test_a_question_keeps_its_identity_when_its_lines_move(first):
    assert question(material(first)).request.identity == question(material()).request.identity


def test_whatever_else_changes_changes_the_identity():
    plain = material()
    section = plain.sections[0]
    changed = [
        replace(plain, facts=()),
        replace(plain, findings=()),
        replace(plain, findings=(finding(12),)),
        replace(plain, traits=frozenset()),
        replace(plain, sections=plain.sections[:2]),
        replace(plain, sections=(replace(section, own=False), *plain.sections[1:])),
        replace(plain, sections=(section, replace(plain.sections[1], lines=()))),
    ]
    identities = {question(each).request.identity for each in [plain, *changed]}
    assert len(identities) == len(changed) + 1


def test_the_path_of_the_file_does_not_change_the_identity():
    moved = material(findings=(finding(10, path="elsewhere.sol"),))
    assert question(moved).request.identity == question(material()).request.identity


def test_a_removed_line_is_not_the_same_question_as_a_present_one():
    one = Section(title="t", lines=(Line(1, "x = 1;"),))
    gone = Section(title="t", lines=(Line(1, "x = 1;", removed=True),))
    asked = [question(Material(focus=(), sections=(each,))).request for each in (one, gone)]
    assert asked[0].identity != asked[1].identity


def test_the_fixed_part_is_long_enough_to_be_cached_and_holds_every_scenario():
    assert len(instructions()) / 4.2 >= 1_024
    assert [s.id for s in SCENARIOS if f"\n{s.id} {s.title}" not in instructions()] == []


def test_the_prompt_version_names_the_form_and_the_texts():
    form, number, texts = PROMPT_VERSION.split("-")
    assert (form, number, len(texts)) == ("review", "2", 8)


def test_the_output_cap_grows_with_what_is_asked_and_is_bounded():
    small, more = output_cap(20, 0, Tier.CHEAP), output_cap(20, 5, Tier.CHEAP)
    assert small < more < output_cap(200, 5, Tier.CHEAP) < MAX_OUTPUT_TOKENS
    assert small < output_cap(20, 0, Tier.STRONG)
    assert output_cap(100_000, 50, Tier.STRONG) == MAX_OUTPUT_TOKENS


@given(st.text(alphabet="ab/*\n\"' ;\\", max_size=60))
def test_a_comment_is_never_sent_wherever_it_stands(text):
    head = f"contract A {{ function f() external {{ {text}\n// SECRET\n }} }}"
    for material in cut(head, None, {}, ()).materials:
        assert "SECRET" not in question(material).request.input


@given(st.lists(st.text(max_size=30), max_size=4), st.text(max_size=30))
def test_no_text_makes_a_line_of_its_own(codes, title):
    lines = tuple(Line(number, code) for number, code in enumerate(codes, start=1))
    section = Section(title=title, lines=lines)
    asked = question(Material(focus=(), sections=(section,))).request
    shown = sum(bool(code.strip()) for code in codes)
    assert len(asked.input.splitlines()) == 9 + 1 + shown
    assert len(asked.lines) == shown
