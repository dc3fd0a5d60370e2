from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from solvet.domain.change import ChangeKind
from solvet.domain.finding import Engine, Severity, Span
from solvet.domain.policy import Level, Policy
from solvet.domain.review import Coverage
from solvet.domain.surface_diff import compare
from solvet.render.frames import frame, shortened
from solvet.render.surface import MOST_ROWS
from solvet.render.terminal import terminal
from solvet.solidity.surface import surface_of
from tests.render.samples import file_review, judged, review

UPGRADED = "contract Initializable {} contract A is Initializable { uint128 a; uint128 b; }"
LAYOUTS = (UPGRADED, UPGRADED.replace("uint128 a; uint128 b", "uint128 b; uint128 a"))
SOURCE = "contract A {\n\tuint x = tx.origin;\n}\n"


def surface_of_swap():
    return compare(*(surface_of(text, {}) for text in LAYOUTS))


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


def test_what_is_meant_is_brought_into_sight_however_far_to_the_right_it_stands():
    line = f"function f() external {{ return {'price() + ' * 9}tx.origin; }}"
    start = line.index("tx.origin") + 1
    assert list(frame(f"// {'漢' * 50}\n{line}\n}}", Span(2, start, 2, start + 9), 60)) == [
        ("    1 | … 漢漢漢漢漢漢漢漢漢漢漢", False),
        ("    2 | … price() + price() + price() + price() + tx.origin…", False),
        ("      |                                           ^^^^^^^^^", True),
        ("    3 | …", False),
    ]


@given(
    st.text("a \t", max_size=90), st.text("b", min_size=1, max_size=90), st.text("c", max_size=90)
)
def test_marks_begin_and_are_seen_below_what_is_meant(before, meant, after):
    start = len(before) + 1
    source = before + meant + after
    (code, _), (marks, _) = frame(source, Span(1, start, 1, start + len(meant)), 40)
    begin = marks.index("^")
    assert code[begin] == "b"
    assert code[begin - 1] != "b"
    assert max(len(code), len(marks)) <= 40


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


def test_what_the_policy_hides_comes_with_every_way_to_see_it():
    policy = Policy(show_severity=Severity.MEDIUM, rules={"noise": Level.OFF})
    found = file_review(judged(severity=Severity.LOW), judged(rule="noise"))
    text = terminal(review(found, policy=policy), {})
    assert "--min-severity info --no-policy show them." in text


def test_a_broken_layout_stands_first_and_the_attack_surface_behind_the_findings():
    file = file_review(judged(), path="A.sol", surface=surface_of_swap())
    text = terminal(review(file), {}, width=80)
    assert text.startswith("CAUTION  The storage layout of A breaks (A.sol).")
    assert "    slot 0: uint128 a → uint128 b (moved)" in text
    assert "  🔴 STORAGE LAYOUT BROKEN  A: 2 moved  A.sol:1" in text
    assert text.index("[reentrancy]") < text.index("Attack surface (1 change: 🔴 1 wider)")


def test_a_long_list_of_surface_changes_is_cut_and_counted():
    (one,) = surface_of_swap()
    many = tuple(replace(one, contract=f"C{n}", layout=None) for n in range(MOST_ROWS + 7))
    text = terminal(review(file_review(surface=many)), {})
    assert "  and 7 more, none of them worse; --format json lists them all" in text


def test_surface_lines_are_as_narrow_as_the_terminal_and_steer_nothing():
    evil = "\x1b[2J\u202e" + "x" * 300
    (one,) = surface_of_swap()
    file = file_review(path=evil, surface=(replace(one, contract=evil, before=evil),))
    text = terminal(review(file), {}, width=60)
    assert "\x1b" not in text
    assert "\u202e" not in text
    surface = text[text.index("Attack surface") : text.index("No new findings")]
    assert max(map(len, surface.splitlines())) <= 60


def test_the_policy_is_named_with_what_the_change_would_make_of_it():
    made = review(file_review(), policy_changes=("`fail` would change from high to off",))
    text = terminal(made, {}, policy=".solvet.yml of the merge base (bbbbbbb)")
    assert "Policy: .solvet.yml of the merge base (bbbbbbb).\n" in text
    assert "This change edits the policy (no effect until merged)\n  `fail` would" in text


def test_what_the_policy_leaves_out_is_listed_and_no_clean_bill():
    text = terminal(review(file_review(path="G.sol", coverage=Coverage.EXCLUDED)), {})
    assert "Nothing was analysed: the policy leaves out every file." in text
    assert "Excluded by the policy (1)\n  G.sol" in text
    assert "Every line" not in text


def test_a_narrow_line_keeps_the_rules_name():
    existing = judged(ChangeKind.EXISTING, title="A title that is rather long for a line")
    text = terminal(review(file_review(existing)), {}, width=80)
    assert "  [reentrancy]\n" in text


def test_the_worst_rule_is_where_to_read_on_and_a_claim_is_not():
    text = terminal(review(file_review(judged())), {})
    assert text.endswith("`solvet explain reentrancy` tells why it matters and how to fix it.\n")
    claimed = terminal(review(file_review(judged(engine=Engine.MODEL))), {})
    assert "solvet explain" not in claimed
