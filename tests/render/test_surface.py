"""The attack surface as people and programs read it."""

import json

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from solvet import wire
from solvet.domain.surface_change import Aspect, SurfaceChange, Turn, Weight
from solvet.domain.surface_diff import compare
from solvet.render.surface import MOST_ROWS, as_json, cautions, lines, table
from solvet.solidity.surface import surface_of

BASE = """contract Vault is Initializable {
    address owner; uint128 a; uint128 b;
    function sweep(address payable to) external onlyOwner { to.transfer(1); }
    function set() external nonReentrant { a = 1; }
}"""
HEAD = """contract Vault is Initializable {
    address owner; uint128 b; uint128 a;
    function sweep(address payable to) external { to.transfer(1); }
    function set() external { a = 1; }
}"""
HOSTILE = "@octocat `x` | b \\| c](https://evil.example) <img src=x> --> > [!NOTE] || ![y](z)"


def changes(base=BASE, head=HEAD):
    return {"src/Vault.sol": compare(surface_of(base, {}), surface_of(head, {}))}


def change(**given):
    plain = {"aspect": Aspect.GUARD, "turn": Turn.REMOVED, "weight": Weight.WORSE}
    return SurfaceChange(**{**plain, "contract": "A", "subject": "f()", **given})


def html(text):
    return MarkdownIt("gfm-like", {"linkify": False, "html": True}).render(text)


def test_nothing_changed_is_nothing_said():
    same = changes(BASE, BASE)
    assert (table(same), lines(same), as_json(same)) == ("", [], [])
    assert table({}) == ""


def test_the_worst_stands_first():
    rows = [row for row in table(changes()).splitlines() if row.startswith("| 🔴")]
    assert "STORAGE LAYOUT BROKEN" in rows[0]
    assert "`onlyOwner` → `anyone`" in rows[1]
    assert "reentrancy lock removed" in rows[2]


def test_a_broken_layout_is_a_caution_with_its_slots_folded_below():
    text = table(changes())
    assert text.index("> [!CAUTION]") < text.index("| Change | Where |")
    assert "`uint128 a` → `uint128 b` (moved)" in text
    assert "<details><summary>Storage layout, before and after</summary>" in text
    assert "| `uint128 a` | `uint128 b` | **moved** |" in text
    assert "`Initializable`, declared in no file at hand" in text


def test_a_layout_that_only_grew_is_no_caution():
    text = table(changes(BASE, BASE.replace("uint128 b;", "uint128 b; uint c;")))
    assert "CAUTION" not in text
    assert "1 added" in text


def test_places_in_the_head_are_linked_and_those_of_the_base_are_not():
    gone = change(aspect=Aspect.ENTRY_POINT, line=7)
    text = table({"A.sol": [change(line=3), gone]}, blob_url="https://github.com/o/r/blob/abc")
    assert "[`A.sol:3`](https://github.com/o/r/blob/abc/A.sol#L3)" in text
    assert "| `A.sol:7` |" in text


def test_a_table_has_a_bounded_number_of_rows_and_counts_the_rest():
    text = table({"A.sol": [change(subject=f"f{n}()") for n in range(MOST_ROWS + 5)]})
    assert sum(row.startswith("| 🔴") for row in text.splitlines()) == MOST_ROWS
    assert "and 5 more" in text


def test_a_contract_cannot_leave_its_cell_or_add_anything():
    hostile = change(contract=HOSTILE, subject=HOSTILE, before=HOSTILE, after=HOSTILE)
    page = html(table({HOSTILE: [hostile]}))
    assert page.count("<td") == 2
    assert "<a " not in page
    assert "<img" not in page


def test_hostile_names_of_variables_stay_in_the_slots_table():
    odd = changes()["src/Vault.sol"][0]
    rows = html(table({HOSTILE: [odd]}))
    assert rows.count("<td") % 2 == 0
    assert "<a " not in rows


def test_a_terminal_gets_one_line_for_each_change_and_a_warning_with_its_places():
    told = lines(changes())
    assert told[0][1].startswith("🔴 STORAGE LAYOUT BROKEN  Vault: 2 moved")
    assert told[0][0] is Weight.WORSE
    assert all("\n" not in line for _, line in told)
    ((first, *places),) = cautions(changes())
    assert first.startswith("The storage layout of Vault breaks")
    assert "uint128 a → uint128 b (moved)" in places[0]


def test_a_terminal_is_told_why_an_unchanged_file_is_spoken_of():
    hostile = {"B.sol": [change(subject=HOSTILE)]}
    ((_, told),) = lines(hostile, ways={"B.sol": ("A.sol", "B.sol")})
    assert told.endswith("by way of A.sol")


def test_json_holds_places_and_directions():
    data = json.loads(json.dumps(as_json(changes())))
    assert data[0]["aspect"] == "storage layout broken"
    assert data[0]["layout"]["complete"]
    assert {p["fate"] for p in data[0]["layout"]["places"]} == {"kept", "moved"}
    assert data[1]["before"] == "onlyOwner"


PIECES = ["contract A", "is B", "{", "}", "uint a;", "bool b", "|", "`", "\\", "@x", ";", "S s;",
          "struct S {", "function f()", "external", "{}", "payable", "uint[9] __gap;"]  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=30).map(" ".join)


@given(TEXTS, TEXTS)
def test_any_two_texts_can_be_compared_told_and_stored(base, head):
    found = compare(surface_of(base, {}), surface_of(head, {}))
    kind = tuple[SurfaceChange, ...]
    assert len(wire.decode(kind, wire.encode(found))) == len(found)
    assert bool(table({base: found})) == bool(lines({base: found})) == bool(found)
    json.dumps(as_json({base: found}))
