"""Unchanged files that depend on a change: judged again, told with the way, at little cost."""

import pytest

from solvet.domain.change import ChangedFile, FileStatus
from solvet.domain.policy import Policy
from solvet.ports.github import Tree, TreeFile
from solvet.render.comment import MARKER
from solvet.services import dependents as service
from solvet.services.dependents import Change, dependents
from solvet.solidity.paths import PLAIN, layout_of
from tests.inherited import BASE, UNGUARDED, VAULT

LONE = "pragma solidity 0.8.28;\ncontract Lone {}\n"
HOUSE = {"src/Base.sol": BASE, "src/Vault.sol": VAULT, "src/Lone.sol": LONE}


@pytest.fixture
def review(road, project):
    """Reviews the change of one house into another; answers the project."""

    def make(base, head, **how):
        mine = project(base, head, **how)
        road.open(mine)
        return mine

    return make


def trees(road, mine):
    return [r for r in road.github.requests if "/git/trees/" in r.path and mine.head in r.path]


def test_a_finding_in_an_unchanged_file_is_told_with_what_caused_it(road, review):
    mine = review(HOUSE, HOUSE | {"src/Base.sol": UNGUARDED})
    check = road.check(mine)
    comment = road.comment(mine)
    assert check["conclusion"] == "failure"
    assert "**Caused by this change:** `src/Base.sol` → `src/Vault.sol`" in comment
    assert "1 file: 1 analysed; 1 unchanged file that depends on the change was judged" in comment
    remark = next(a for a in check["annotations"] if a["path"] == "src/Vault.sol")
    assert "Caused by this change: src/Base.sol → src/Vault.sol" in remark["message"]
    assert "Lone.sol" not in comment


def test_a_finding_that_goes_from_an_unchanged_file_is_told_as_fixed(road, review):
    mine = review(HOUSE | {"src/Base.sol": UNGUARDED}, HOUSE)
    check = road.check(mine)
    assert check["conclusion"] == "success"
    assert "fixed" in check["title"]
    assert "by way of `src/Base.sol`" in road.comment(mine)


def test_what_an_unchanged_file_had_before_is_not_told(road, review):
    flawed = VAULT.replace("onlyOwner ", "")
    house = HOUSE | {"src/Vault.sol": flawed}
    mine = review(house, house | {"src/Base.sol": UNGUARDED})
    assert "Already in the base" not in road.comment(mine)
    assert {a["path"] for a in road.check(mine)["annotations"]} == {"src/Base.sol"}


def test_no_model_is_asked_about_an_unchanged_file(road, review):
    road.providers.received.clear()
    review(HOUSE, HOUSE | {"src/Base.sol": UNGUARDED})
    assert len(road.providers.received) == 1


def test_a_full_review_tells_the_cause_too(road, review):
    mine = review(HOUSE, HOUSE | {"src/Base.sol": UNGUARDED})
    road.github.set_permission(mine.remote, "ada", "write")
    road.deliver(*road.github.comment(mine.pull, "ada", "/solvet full"))
    road.run()
    (comment,) = (c["body"] for c in road.comments(mine) if c["body"].startswith(MARKER))
    assert "**Caused by this change:** `src/Base.sol` → `src/Vault.sol`" in comment
    assert "`src/Lone.sol`" in comment


def test_a_comment_costs_no_request_and_judges_nothing_again(road, review):
    mine = review(HOUSE, HOUSE | {"src/Base.sol": f"// Who owns it.\n{BASE}"})
    assert trees(road, mine) == []
    assert road.check(mine)["conclusion"] == "success"


def test_a_base_that_moved_away_leaves_a_blind_spot_and_fixes_nothing(road, review):
    flawed = HOUSE | {"src/Vault.sol": VAULT.replace("onlyOwner ", "")}
    moved = {path: text for path, text in flawed.items() if path != "src/Base.sol"}
    mine = review(flawed, moved | {"core/Base.sol": BASE})
    check = road.check(mine)
    assert check["conclusion"] == "neutral"
    assert "fixed" not in check["title"]
    assert "since this change the import of `./Base.sol` leads nowhere" in road.comment(mine)


def test_a_submodule_that_moves_is_not_passed_over(road, review):
    pointer = {"lib/tokens": "160000"}
    mine = review(HOUSE | {"lib/tokens": "1" * 40}, HOUSE | {"lib/tokens": "2" * 40}, modes=pointer)
    check = road.check(mine)
    assert check["conclusion"] == "neutral"
    assert check["title"] == "No Solidity changed · incomplete: 1 submodule not reviewed"
    assert "`lib/tokens` is a submodule that now points to another commit" in check["summary"]


def test_where_imports_lead_is_each_sides_own(road, review):
    own = {
        "old/Base.sol": BASE,
        "new/Base.sol": UNGUARDED,
        "src/Vault.sol": VAULT.replace("./Base.sol", "@own/Base.sol"),
        "src/Lone.sol": LONE,
    }
    base = own | {"remappings.txt": "@own/=old/\n"}
    head = own | {"remappings.txt": "@own/=new/\n", "src/Lone.sol": LONE + "contract More {}\n"}
    comment = road.comment(review(base, head))
    assert "**Caused by this change:** `new/Base.sol` → `src/Vault.sol`" in comment
    assert "The change edits where imports lead" in comment


class Disk:
    """A repository of these texts; counts what is asked of it."""

    def __init__(self, texts, unlisted=""):
        self.texts, self.unlisted, self.asked = texts, unlisted, []

    def listed(self):
        self.asked.append("list")
        files = (TreeFile(path, "", len(text)) for path, text in self.texts.items())
        return Tree(tuple(files), self.unlisted)

    def read(self, paths):
        self.asked += paths
        return {path: self.texts[path] for path in paths}


def edited(path="src/Base.sol", before=BASE, after=UNGUARDED, **how):
    """The change of one file, in place."""
    return Change(
        files=(ChangedFile(path, FileStatus.MODIFIED),),
        base={path: before},
        head={path: after},
        **{"base_layout": PLAIN, "head_layout": PLAIN, **how},
    )


def heirs(count):
    text = 'import "./Base.sol";\ncontract H is Base {}\n'
    return {f"src/H{number:03}.sol": text for number in range(count)} | {"src/Base.sol": UNGUARDED}


def test_only_what_has_a_meaning_for_others_is_looked_into():
    disk = Disk(HOUSE)
    assert dependents(edited(after=BASE + "// More.\n"), disk, Policy()).files == ()
    assert disk.asked == []
    assert [f.path for f in dependents(edited(), disk, Policy()).files] == ["src/Vault.sol"]


def test_tests_are_no_dependents_unless_the_policy_speaks_of_them():
    text = 'import "../src/Base.sol";\ncontract T is Base {}\n'
    disk = Disk({"src/Base.sol": UNGUARDED, "test/T.t.sol": text})
    assert dependents(edited(), disk, Policy()).files == ()
    loud = dependents(edited(), disk, Policy(quiet=()))
    assert [f.path for f in loud.files] == ["test/T.t.sol"]


def test_a_change_of_tests_alone_looks_for_nothing():
    disk = Disk(HOUSE)
    dependents(edited("test/Base.t.sol"), disk, Policy())
    assert disk.asked == []


def test_what_the_policy_leaves_out_is_not_judged_again():
    policy = Policy(exclude=("src/Vault.sol",))
    assert dependents(edited(), Disk(HOUSE), policy).files == ()


def test_a_vendored_library_that_changes_in_place_reaches_what_is_ours():
    lib = "lib/oz/contracts"
    disk = Disk(
        {
            f"{lib}/Base.sol": UNGUARDED,
            f"{lib}/Mid.sol": 'import "./Base.sol";\ncontract Mid is Base {}\n',
            "lib/other/O.sol": LONE,
            "src/V.sol": 'import "../lib/oz/contracts/Mid.sol";\ncontract V is Mid {}\n',
        }
    )
    found = dependents(edited(f"{lib}/Base.sol"), disk, Policy())
    assert [f.via for f in found.files] == [(f"{lib}/Base.sol", f"{lib}/Mid.sol", "src/V.sol")]
    assert "lib/other/O.sol" not in disk.asked


def test_more_dependents_than_are_judged_are_counted(monkeypatch):
    monkeypatch.setattr(service, "MOST_DEPENDENTS", 3)
    found = dependents(edited(), Disk(heirs(5)), Policy())
    assert [f.path for f in found.files] == ["src/H000.sol", "src/H001.sol", "src/H002.sol"]
    (note,) = found.notes
    assert note.startswith("Not every dependent could be judged again: 5 unchanged files depend")
    assert note.endswith("the nearest 3 were judged.")


@pytest.mark.parametrize(
    ("name", "limit"),
    [("MOST_SEARCHED", 2), ("MOST_BYTES_SEARCHED", 100), ("LARGEST_SEARCHED", 10)],
)
def test_what_is_not_searched_is_counted(monkeypatch, name, limit):
    monkeypatch.setattr(service, name, limit)
    found = dependents(edited(), Disk(heirs(5)), Policy())
    assert len(found.files) == len(found.texts) <= 2
    assert f"{5 - len(found.files)} unchanged Solidity files were not searched" in found.notes[0]


def test_the_nearest_files_are_searched_first(monkeypatch):
    monkeypatch.setattr(service, "MOST_SEARCHED", 1)
    disk = Disk({"a/A.sol": LONE, "src/Base.sol": UNGUARDED, "src/Vault.sol": VAULT})
    assert [f.path for f in dependents(edited(), disk, Policy()).files] == ["src/Vault.sol"]


def test_a_list_that_was_cut_short_is_told_of():
    found = dependents(edited(), Disk(HOUSE, unlisted="it is too long"), Policy())
    assert found.notes == (
        "Unchanged files that depend on the change may be missing: it is too long.",
    )


def test_a_change_of_remappings_that_changes_nothing_else_is_told_of():
    new = layout_of({"remappings.txt": "@x/=x/"})
    found = dependents(edited(after=BASE, head_layout=new), Disk(HOUSE), Policy())
    assert found.files == ()
    assert "where imports lead" in found.notes[0]
