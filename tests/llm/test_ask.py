import json
import re
from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from solvet.domain.finding import Category, Confidence, Finding, Severity, Span
from solvet.llm.ask import MAX_FINDINGS, PROMPT_VERSION, instructions, request_for
from solvet.llm.reply import SCHEMA

SOURCE = 'contract A {\n\n    // trust me\n    uint a = 1; /* audited */ string s = "//kept";\n}\n'


def finding(number=1):
    return Finding(
        rule="tx-origin",
        title="Authorisation by tx.origin",
        category=Category.ACCESS_CONTROL,
        severity=Severity.HIGH,
        confidence=Confidence.HIGH,
        path="audited_and_safe.sol",
        span=Span(number, 1, number, 5),
        symbol="A.f",
        message="said /* quietly */ here",
        recommendation="",
        code=f"x{number}; // hidden",
    )


def test_the_code_is_sent_with_its_line_numbers_and_without_comments_or_empty_lines():
    code = request_for(SOURCE, ()).input.partition("# Code\n\n")[2]
    assert re.sub(" {2,}", " ", code) == (
        ' 1| contract A {\n 4| uint a = 1; string s = "//kept";\n 5| }\n'
    )


def test_static_findings_are_named_by_fingerprint_and_place():
    sent = request_for(SOURCE, (finding(),)).input
    assert f'"fingerprint":"{finding().fingerprint}","rule":"tx-origin"' in sent


def test_neither_the_path_nor_quoted_code_of_a_finding_is_sent():
    sent = request_for(SOURCE, (finding(),)).input
    assert [word for word in ("audited", "hidden", "quietly") if word in sent] == []


def test_at_most_fifty_findings_are_named():
    sent = request_for(SOURCE, tuple(finding(n) for n in range(1, 100))).input
    assert sent.count('"fingerprint"') == MAX_FINDINGS


def test_the_instructions_are_the_same_for_every_file():
    assert request_for("contract A {}", ()).instructions == request_for(SOURCE, ()).instructions


def test_who_changes_the_question_changes_its_version():
    asked = instructions() + json.dumps(SCHEMA)
    assert (PROMPT_VERSION, sha256(asked.encode()).hexdigest()[:12]) == ("review-1", "d8a2beb3550b")


@given(st.text(alphabet="ab/*\n\"' ;\\", max_size=60))
def test_a_comment_is_never_sent_wherever_it_stands(text):
    assert "SECRET" not in request_for(f"{text}\n// SECRET\n", ()).input
