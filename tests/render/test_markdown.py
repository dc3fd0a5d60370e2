import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from solvet.render.markdown import JOINER, blob_link, clipped, code, fence, link, prose, visible

HOSTILE = (
    "@octocat",
    "#1",
    "GH-7",
    "owner/repo#3",
    "https://evil.example",
    "www.evil.example",
    "mail@evil.example",
    "[click](https://evil.example)",
    "![x](https://evil.example/p.png)",
    "<img src=x>",
    "<!-- solvet:summary -->",
    "-->",
    "</details>",
    "<script>",
    "`",
    "``",
    "```",
    "~~~",
    "\n# Heading\n",
    "\n---\n",
    "\n> quote\n",
    "\n| a | b |\n|---|---|\n",
    "\n- item",
    "\n1. item",
    "**bold**",
    "$x$",
    ":tada:",
    "\\",
    "&lt;",
    "[x]: https://evil.example",
    "[^1]",
    "\u202e",
    "\u2066",
    "\u200b",
    "\x00",
    "\x1b[31m",
    "\r",
    "\ud800",
    "a1b2c3d4e5f6",
)
hostile_text = st.lists(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=8)), max_size=8).map(
    "".join
)


PARSER = MarkdownIt("gfm-like", {"html": True})
PARSER.linkify.set({"fuzzy_link": False})


def rendered(markdown):
    return PARSER.parse(markdown)


def inline(tokens):
    return [child for token in tokens for child in token.children or ()]


def text_outside_code(tokens):
    return "".join(child.content for child in inline(tokens) if child.type == "text")


@given(hostile_text)
def test_prose_renders_to_text_and_code_spans_in_one_paragraph(text):
    tokens = rendered(prose(text))
    assert [t.type for t in tokens] in ([], ["paragraph_open", "inline", "paragraph_close"])
    assert {c.type for c in inline(tokens)} <= {"text", "code_inline", "text_special"}


@given(hostile_text)
def test_prose_mentions_nobody_and_refers_to_nothing(text):
    shown = text_outside_code(rendered(prose(text)))
    assert not re.search(r"@\w|#\d|\bGH-\d|:\w+:|\$|://|www\.", shown)
    assert not re.search(r"\b[0-9a-f]{7,40}\b", shown)


@given(hostile_text)
def test_a_code_span_holds_all_of_its_text(text):
    tokens = rendered(f"before {code(text)} after")
    assert [c.type for c in inline(tokens)] == ["text", "code_inline", "text"]


@given(hostile_text)
def test_a_fence_is_one_block_and_nothing_follows_inside_it(text):
    tokens = rendered(f"{fence(text)}\n\nafter")
    assert [t.type for t in tokens][:2] == ["fence", "paragraph_open"]
    assert tokens[2].content == "after"


@given(hostile_text, hostile_text)
def test_a_list_item_stays_one_item(first, second):
    tokens = rendered(f"- {prose(first)}, {code(second)}\n- last")
    assert sum(t.type == "list_item_open" for t in tokens) == 2
    assert not [t for t in tokens if t.type in {"heading_open", "html_block", "fence", "hr"}]


@given(hostile_text)
def test_nothing_invisible_remains_but_our_joiner(text):
    for made in (prose(text), code(text), fence(text), visible(text)):
        bad = [c for c in made if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co"}]
        assert set(bad) <= {JOINER, "\n", "\t"}
        made.encode()


@given(hostile_text)
def test_no_comment_can_be_forged(text):
    for made in (code(text), fence(text)):
        assert "<!--" not in made
    assert not re.search(r"(?<!\\)<!--", prose(text))


@given(hostile_text)
def test_a_path_cannot_leave_its_link(path):
    tokens = rendered(f"x {blob_link('https://github.com/o/r/blob/abc', path, 1, 2)} y")
    links = [c for c in inline(tokens) if c.type == "link_open"]
    assert len(links) == 1
    assert links[0].attrs["href"].startswith("https://github.com/o/r/blob/abc/")


def test_bidirectional_controls_are_written_out():
    assert visible("a\u202eb") == "a\\u{202e}b"


def test_backticks_in_a_message_make_code_spans():
    assert prose("`owner` may call @all") == f"`owner` may call @{JOINER}all"


def test_a_single_backtick_makes_no_code_span():
    assert prose("it`s") == "it s"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "http://a.example", "https://a b", ""])
def test_an_untrusted_address_is_not_linked(url):
    assert link("label", url) == "label"


def test_what_is_too_long_ends_with_an_ellipsis():
    assert clipped("abcdef", 4) == "abc…"
