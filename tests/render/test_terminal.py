from solvet.domain.change import ChangeKind
from solvet.domain.finding import Severity, Span
from solvet.domain.policy import Policy
from solvet.domain.review import Coverage
from solvet.render.frames import frame, shortened
from solvet.render.terminal import terminal
from tests.render.samples import file_review, judged, review

SOURCE = "contract A {\n\tuint x = tx.origin;\n}\n"


def test_a_frame_underlines_exactly_the_marked_columns():
    start = SOURCE.splitlines()[1].index("tx.origin") + 1
    lines = list(frame(SOURCE, Span(2, start, 2, start + 9), 80))
    assert lines == [
        ("    1 | contract A {", False),
        ("    2 |     uint x = tx.origin;", False),
        ("      |              ^^^^^^^^^", True),
        ("    3 | }", False),
    ]


def test_wide_characters_are_marked_at_their_width():
    lines = dict(frame('"漢字" x', Span(1, 1, 1, 5), 80))
    assert [text for text, is_mark in lines.items() if is_mark] == ["      | ^^^^^^"]


def test_a_long_stretch_is_cut_and_says_how_much_is_left():
    texts = [text for text, _ in frame("x\n" * 50, Span(2, 1, 40, 2), 80)]
    assert texts[-1].endswith("… 34 more lines")


def test_a_span_beyond_the_text_breaks_nothing():
    assert list(frame("x", Span(9, 9, 9, 12), 80)) == []


def test_nothing_is_wider_than_the_terminal():
    text = terminal(
        review(file_review(judged(message="word " * 90), judged(ChangeKind.FIXED, path="d" * 90))),
        {"contracts/Vault.sol": ("x" * 500 + "\n") * 60},
        width=60,
    )
    headline = "HIGH  State changes after a call  [reentrancy]"
    assert max(map(len, text.splitlines())) <= 62
    assert headline in text


def test_shortening_counts_cells():
    assert shortened("漢字漢字", 5) == "漢字…"


def test_control_characters_of_a_contract_never_reach_the_terminal():
    evil = "\x1b[2J\u202e"
    finding = judged(message=evil, title=evil, path=evil, symbol=evil, recommendation=evil)
    text = terminal(review(file_review(finding, path=evil)), {evil: f"{evil}\n" * 50})
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_held_back_findings_come_with_the_flag_that_shows_them():
    policy = Policy(show_severity=Severity.MEDIUM)
    text = terminal(review(file_review(judged(severity=Severity.LOW)), policy=policy), {})
    assert "1 finding not shown: 1 below severity medium." in text
    assert "--min-severity info shows them." in text


def test_the_counts_stand_in_a_table_by_change():
    text = terminal(review(file_review(judged(), judged(ChangeKind.FIXED, symbol="x"))), {})
    rows = [line.split() for line in text.splitlines()]
    assert ["introduced", "0", "1", "0", "0", "0"] in rows
    assert ["fixed", "0", "1", "0", "0", "0"] in rows


def test_what_was_not_looked_at_is_named():
    failed = file_review(path="B.sol", coverage=Coverage.FAILED, reason="cannot be read")
    text = terminal(review(file_review(), failed), {}, left_out=("node_modules (by default)",))
    assert "2 files: 1 analysed, 1 failed; 200 lines." in text
    assert "  B.sol: cannot be read" in text
    assert "Left out: node_modules (by default)" in text
    assert "Every line" not in text


def test_a_long_list_of_troubles_is_cut_and_counted():
    files = [
        file_review(path=f"{n}.sol", coverage=Coverage.FAILED, reason="gone") for n in range(50)
    ]
    assert "  and 20 more; --format json lists them all" in terminal(review(*files), {})
