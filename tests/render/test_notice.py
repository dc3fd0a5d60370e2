import re

from hypothesis import given
from hypothesis import strategies as st

from solvet.domain.notice import Notice
from solvet.render.notice import chat, harmless, mail

EVIL = "src/<!channel> @here `x` *b* <https://evil.example|ours> https://evil.example\n\u202eA.sol"


def said(value):
    return Notice(
        headline="New findings",
        facts=(("Repository", "acme/vaults"), ("Place", value)),
        url="https://github.com/acme/vaults/runs/1",
    )


def test_a_notice_in_a_chat():
    assert chat(said("src/A.sol, line 3")) == (
        "*New findings*\n"
        "Repository: `acme/vaults`\n"
        "Place: `src/A.sol, line 3`\n"
        "<https://github.com/acme/vaults/runs/1|Open on GitHub>"
    )


def test_a_notice_by_mail():
    subject, body = mail(said("src/A.sol, line 3"))
    assert subject == "Solvet: New findings, acme/vaults"
    assert body.endswith("Place: src/A.sol, line 3\n\nhttps://github.com/acme/vaults/runs/1\n")


def test_a_path_can_call_nobody_and_link_nowhere():
    line = chat(said(EVIL)).splitlines()[2]
    assert "<" not in line
    assert line.count("`") == 2
    assert "@here" not in line
    assert "https://evil" not in line
    assert "\u202e" not in line


@given(st.text())
def test_no_text_leaves_its_code_or_its_line(value):
    lines = chat(said(value)).split("\n")
    assert len(lines) == 4
    assert re.fullmatch(r"Place: `[^`<>]*`", lines[2])
    assert not re.search(r"@\w|://\w", lines[2])


@given(st.text())
def test_no_text_makes_a_subject_that_mail_refuses(value):
    notice = Notice(headline="Week 2026-W47", facts=(("Repository", value),))
    subject, body = mail(notice)
    assert subject.isascii()
    assert subject.isprintable()
    assert len(subject) < 100
    assert len(body.splitlines()) <= 4


@given(st.text())
def test_what_is_harmless_stays_so(value):
    assert harmless(harmless(value)) == harmless(value) or len(value) > 100
