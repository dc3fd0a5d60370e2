"""Whom a change of meaning reaches, along imports, by the names that are used."""

import itertools
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solvet.domain.change import ChangedFile, FileStatus
from solvet.solidity import imports
from solvet.solidity import reach as reach_module
from solvet.solidity.digest import digest, lexemes_of
from solvet.solidity.paths import PLAIN, Layout, Remapping
from solvet.solidity.reach import World, Worlds, has_reach, reached

FIXTURES = Path(__file__).parents[1] / "detectors" / "fixtures"

BASE = """pragma solidity 0.8.28;
uint256 constant FEE = 3;
error Denied();
abstract contract Base {
    address internal owner;
    modifier onlyOwner() { require(msg.sender == owner); _; }
}
library Math { function twice(uint256 a) internal pure returns (uint256) { return 2 * a; } }
"""
UNGUARDED = BASE.replace("require(msg.sender == owner); ", "")
VAULT = 'import "./Base.sol";\ncontract Vault is Base { function f() external onlyOwner {} }\n'
CHILD = 'import {Vault} from "./Vault.sol";\ncontract Child is Vault {}\n'
SUMS = 'import {Math as M} from "./Base.sol";\ncontract Sums { uint256 s = M.twice(1); }\n'
ALONE = 'import "./Base.sol";\ncontract Alone {}\n'
HOUSE = {"Vault.sol": VAULT, "Child.sol": CHILD, "Sums.sol": SUMS, "Alone.sol": ALONE}


def worlds(base, head, files=None, *, layouts=(PLAIN, PLAIN)):
    """Worlds of these texts; unless told, whatever differs is modified in place."""
    files = files or [
        ChangedFile(path, FileStatus.MODIFIED) for path in head if base.get(path) != head[path]
    ]
    return Worlds(
        World(base, frozenset(base), layouts[0]),
        World(head, frozenset(head), layouts[1]),
        tuple(files),
    )


def edited(before, after, house=HOUSE):
    return worlds({"Base.sol": before, **house}, {"Base.sol": after, **house})


def test_a_changed_modifier_reaches_who_inherits_it_however_far_away():
    assert reached(edited(BASE, UNGUARDED)) == {
        "Vault.sol": ("Base.sol", "Vault.sol"),
        "Child.sol": ("Base.sol", "Vault.sol", "Child.sol"),
    }


def test_a_changed_library_reaches_who_calls_it_under_another_name():
    assert reached(edited(BASE, BASE.replace("2 * a", "3 * a"))) == {
        "Sums.sol": ("Base.sol", "Sums.sol")
    }


@pytest.mark.parametrize(
    ("user", "after"),
    [
        ("contract User { uint256 f = FEE; }", BASE.replace("FEE = 3", "FEE = 4")),
        (
            "contract User { function f() external { revert Denied(); } }",
            BASE.replace("Denied()", "Denied(address who)"),
        ),
        ("contract User { Base b; }", BASE.replace("internal owner", "private owner")),
        ("using Math for uint256;\ncontract User {}", BASE.replace("2 * a", "3 * a")),
    ],
)
def test_whatever_a_file_declares_may_be_used(user, after):
    house = {"User.sol": f'import "./Base.sol";\n{user}\n'}
    assert reached(edited(BASE, after, house)) == {"User.sol": ("Base.sol", "User.sol")}


def test_a_name_is_handed_on_by_a_file_that_does_not_use_it_itself():
    house = {
        "All.sol": 'import "./Base.sol";\n',
        "User.sol": 'import "./All.sol";\ncontract User is Base {}\n',
    }
    assert reached(edited(BASE, UNGUARDED, house)) == {
        "User.sol": ("Base.sol", "All.sol", "User.sol")
    }


def test_the_shortest_way_is_told():
    house = HOUSE | {"Child.sol": 'import "./Base.sol";\n' + CHILD + "contract Other is Base {}\n"}
    assert reached(edited(BASE, UNGUARDED, house))["Child.sol"] == ("Base.sol", "Child.sol")


def test_imports_in_a_circle_come_to_an_end():
    house = {
        "A.sol": 'import "./Base.sol";\nimport "./B.sol";\ncontract A is Base {}\n',
        "B.sol": 'import "./A.sol";\ncontract B is A {}\n',
    }
    assert set(reached(edited(BASE, UNGUARDED, house))) == {"A.sol", "B.sol"}


def test_who_only_imports_the_file_is_not_reached():
    assert "Alone.sol" not in reached(edited(BASE, UNGUARDED))


def test_a_new_declaration_reaches_nobody_who_does_not_name_it():
    assert reached(edited(BASE, BASE + "contract More {}\n")) == {}


def test_another_import_may_give_every_declaration_of_the_file_another_meaning():
    after = 'import {Context} from "./Context.sol";\n' + BASE
    assert set(reached(edited(BASE, after))) == {"Vault.sol", "Child.sol", "Sums.sol"}


def test_an_import_that_is_only_written_in_another_way_changes_nothing():
    before = {"src/X.sol": "contract X {}", "src/Base.sol": 'import "./X.sol";\n' + BASE}
    after = before | {"src/Base.sol": 'import "src/X.sol";\n' + BASE}
    house = {"src/Vault.sol": VAULT}
    assert reached(worlds(before | house, after | house)) == {}


def test_a_file_that_moved_with_its_imports_put_right_reaches_nobody():
    before = {"Base.sol": BASE, "Vault.sol": VAULT, "Child.sol": CHILD}
    after = {
        "core/Base.sol": BASE,
        "Vault.sol": VAULT.replace("./Base.sol", "./core/Base.sol"),
        "Child.sol": CHILD,
    }
    files = [
        ChangedFile("core/Base.sol", FileStatus.RENAMED, "Base.sol"),
        ChangedFile("Vault.sol", FileStatus.MODIFIED),
    ]
    assert reached(worlds(before, after, files)) == {}


@pytest.mark.parametrize(
    "file",
    [
        ChangedFile("core/Base.sol", FileStatus.RENAMED, "Base.sol"),
        ChangedFile("Base.sol", FileStatus.REMOVED),
    ],
)
def test_who_imports_a_file_that_is_gone_from_there_is_reached(file):
    head = dict(HOUSE) | ({"core/Base.sol": BASE} if file.head_path else {})
    ways = reached(worlds({"Base.sol": BASE, **HOUSE}, head, [file]))
    assert set(ways) == {"Vault.sol", "Child.sol", "Sums.sol", "Alone.sol"}
    assert ways["Vault.sol"] == ("Base.sol", "Vault.sol")


def test_imports_that_lead_elsewhere_by_new_remappings_are_reached():
    texts = {
        "old/Base.sol": BASE,
        "new/Base.sol": UNGUARDED,
        "Vault.sol": VAULT.replace("./Base.sol", "@lib/Base.sol"),
    }
    layouts = [Layout((Remapping("", "@lib/", folder),)) for folder in ("old/", "new/")]
    them = worlds(texts, texts, [ChangedFile("Other.sol", FileStatus.ADDED)], layouts=layouts)
    assert has_reach(them)
    assert reached(them) == {"Vault.sol": ("new/Base.sol", "Vault.sol")}


def test_beyond_the_limit_of_names_whoever_imports_is_reached(monkeypatch):
    monkeypatch.setattr(reach_module, "MOST_NAMES", 0)
    house = HOUSE | {"Late.sol": 'import "./Alone.sol";\ncontract Late {}\n'}
    assert "Late.sol" in reached(edited(BASE, UNGUARDED, house))


@pytest.mark.parametrize("status", [FileStatus.ADDED, FileStatus.MODIFIED])
def test_what_is_new_or_says_the_same_has_no_reach(status):
    them = worlds({"Base.sol": BASE}, {"Base.sol": BASE}, [ChangedFile("Base.sol", status)])
    assert not has_reach(them)


SPACE = st.text(" \t\n", min_size=1, max_size=4)
REMARK = st.text(string.ascii_letters + " ;{}\"'é=", max_size=20)
COMMENT = REMARK.map(lambda text: f"/* {text} */") | REMARK.map(lambda text: f"// {text}\n")
GAPS = st.lists(SPACE | COMMENT, min_size=1, max_size=3).map(" ".join)
CODE = sorted({BASE, VAULT, CHILD, SUMS, *(p.read_text() for p in FIXTURES.glob("*.sol"))})


@given(st.data(), st.sampled_from(CODE))
def test_comments_and_white_space_reach_nobody(data, text):
    lexemes = [match.group() for match in lexemes_of(text)]
    gaps = itertools.cycle(data.draw(st.lists(GAPS, min_size=1, max_size=9)))
    other = "".join(f" {gap} {part}" for gap, part in zip(gaps, lexemes, strict=False))
    them = edited(text, other)
    assert not has_reach(them)
    assert reached(them) == {}


@given(st.text())
def test_any_text_at_all_has_a_digest_and_reaches_nobody_unchanged(text):
    assert not has_reach(edited(text, text))


@pytest.mark.parametrize("path", sorted(FIXTURES.rglob("*.sol")), ids=lambda path: path.name)
def test_the_words_tell_the_same_imports_as_the_parser(path):
    text = path.read_text()
    assert tuple(each.path for each in digest(text).imports) == imports(text)


def test_every_form_of_import_is_read():
    text = """// import "./No.sol";
import "./A.sol";
import "./B.sol" as B;
import * as C from './C.sol';
import {D, E as F,} from "./D.sol";
contract X { string s = "import './No.sol';"; }
"""
    found = [(each.path, each.names, each.line) for each in digest(text).imports]
    assert found == [
        ("./A.sol", None, 2),
        ("./B.sol", None, 3),
        ("./C.sol", None, 4),
        ("./D.sol", {"D": "D", "F": "E"}, 5),
    ]


@pytest.mark.parametrize("part", ["/* ", '\\"', '"', "{", "import {", "a = ", "//\r", "'\\"])
def test_a_hostile_text_takes_no_longer_than_its_length(part):
    digest(part * (1_000_000 // len(part)))
