"""How a change reaches files that it leaves alone, in every report."""

from dataclasses import replace

import pytest

from solvet.domain.change import ChangedFile, ChangeKind, FileStatus
from solvet.domain.review import Coverage, FileReview
from solvet.domain.surface_change import Aspect, SurfaceChange, Turn, Weight
from solvet.domain.verdict import Conclusion, decide
from solvet.render.check_run import check_run
from solvet.render.comment import comment
from solvet.render.terminal import terminal
from solvet.render.ways import caused, caused_markdown
from tests.render.reports import check_text, machine_json, sarif_run
from tests.render.samples import CONTEXT, file_review, judged, review

WAY = ("src/Base.sol", "src/Vault.sol")


def dependent(*findings, way=WAY, **rest):
    file = ChangedFile(way[-1], FileStatus.UNCHANGED, via=way)
    told = tuple(replace(j, cause=way) for j in findings)
    return FileReview(file=file, coverage=Coverage.ANALYSED, lines=9, findings=told, **rest)


def widened(subject="sweep()", line=0, aspect=Aspect.GUARD):
    return SurfaceChange(
        aspect=aspect,
        turn=Turn.REMOVED,
        weight=Weight.WORSE,
        contract="Vault",
        subject=subject,
        before="onlyOwner",
        after="anyone",
        line=line,
    )


@pytest.fixture
def made():
    return review(
        file_review(path="src/Base.sol"),
        dependent(judged(path="src/Vault.sol")),
        dependent(judged(ChangeKind.FIXED, path="src/Pool.sol"), way=(*WAY, "src/Pool.sol")),
    )


def test_every_report_tells_the_way(made):
    arrow = "src/Base.sol → src/Vault.sol"
    marked = "**Caused by this change:** `src/Base.sol` → `src/Vault.sol`"
    assert marked in comment(made, CONTEXT)
    assert marked in check_text(made)
    (remark,) = check_run(made, decide(made), CONTEXT).annotations
    assert f"Caused by this change: {arrow}" in remark.message
    assert f"Caused by this change: {arrow}" in terminal(made, {})
    assert f"Caused by this change: {arrow}" in sarif_run(made)["results"][0]["message"]["text"]


def test_programs_read_it_from_keys(made):
    report = machine_json(made)
    assert [f["cause"] for f in report["findings"] if f["change"] == "introduced"] == [list(WAY)]
    assert [f["via"] for f in report["files"][:2]] == [None, list(WAY)]
    assert sarif_run(made)["results"][0]["properties"]["cause"] == list(WAY)


def test_what_is_fixed_says_by_way_of_what(made):
    assert "by way of `src/Base.sol` → `src/Vault.sol`" in comment(made, CONTEXT)


def test_the_receipt_counts_them_apart(made):
    text = comment(made, CONTEXT)
    assert "1 file: 1 analysed; 2 unchanged files that depend on the change were judged" in text
    assert "- `src/Pool.sol`: by way of src/Base.sol → src/Vault.sol" in text
    assert "2 unchanged files that depend on the change were judged again." in terminal(made, {})


def test_a_finding_of_the_changed_file_has_no_way(made):
    assert "Caused" not in comment(review(file_review(judged())), CONTEXT)


def test_of_a_long_way_the_ends_are_told():
    way = [f"F{n}.sol" for n in range(30)]
    assert caused(way).endswith(
        "F0.sol → F1.sol → F2.sol → … 24 more … → F27.sol → F28.sol → F29.sol"
    )
    assert caused(()) == caused_markdown(()) == ""


def test_a_hostile_path_stays_a_path():
    way = ("a`<b>@all.sol", "x](y\n# z.sol")
    text = comment(review(dependent(judged(path=way[1]), way=way)), CONTEXT)
    assert "``a`<b>@" in text
    assert "\n# z" not in text


def test_what_an_heir_inherits_is_told_once():
    made = review(
        replace(file_review(path="src/Base.sol"), surface=(widened(line=3),)),
        dependent(surface=(widened(), widened("other()"))),
        dependent(
            surface=(widened(), widened("other()"), widened("own()", 4)),
            way=(*WAY, "src/Pool.sol"),
        ),
    )
    told = {path: [c.subject for c in some] for path, some in made.surface.items()}
    assert told == {
        "src/Base.sol": ["sweep()"],
        "src/Vault.sol": ["other()"],
        "src/Pool.sol": ["own()"],
    }
    assert "by way of `src/Base.sol`" in comment(made, CONTEXT)


def test_every_layout_that_breaks_is_told_with_its_way():
    broken = widened("Vault", aspect=Aspect.LAYOUT_BREAK)
    made = review(
        replace(file_review(path="src/Base.sol"), surface=(broken,)), dependent(surface=(broken,))
    )
    assert set(made.surface) == {"src/Base.sol", "src/Vault.sol"}
    assert "> **Caused by this change:** `src/Base.sol` → `src/Vault.sol`" in comment(made, CONTEXT)


@pytest.mark.parametrize("files", [(), (file_review(),)])
def test_a_submodule_that_moves_is_neutral_and_named(files):
    made = review(*files, submodules=("lib/`x`",))
    verdict = decide(made)
    assert verdict.conclusion is Conclusion.NEUTRAL
    assert "1 submodule not reviewed" in verdict.title
    assert "is a submodule that now points to another commit" in check_text(made)
    assert not machine_json(made)["summary"]["complete"]
    assert not sarif_run(made)["invocations"][0]["executionSuccessful"]


def test_a_search_that_ended_early_is_a_note_and_no_blemish():
    made = review(file_review(), notes=("Not every dependent could be judged again: 9 of 10.",))
    assert decide(made).conclusion is Conclusion.SUCCESS
    assert "- Not every dependent could be judged again: 9 of 10." in comment(made, CONTEXT)
    assert "Not looked at: Not every dependent" in terminal(made, {})
    assert sarif_run(made)["invocations"][0]["executionSuccessful"]
