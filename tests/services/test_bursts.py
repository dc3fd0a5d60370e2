"""Pushes in quick succession: the newest head is reviewed, and nobody pays for the others."""

import itertools

from solvet.local.providers.answers import Says
from tests.services.conftest import FLAWED
from tests.services.healing import pump, quieten

TEN = 10
NOTHING = '{"claims": [], "judgements": []}'
numbers = itertools.count(1_000)


def one(number):
    """A file that is one question, and another one for each number."""
    return (
        f"pragma solidity 0.8.28;\ncontract C {{ uint256 sum; "
        f"function f() external {{ sum += {number}; }} }}\n"
    )


def many():
    """A file that is several questions."""
    lines = (
        f"contract C{n} {{ uint256 sum; function f{n}() external {{ sum += {n}; }} }}"
        for n in (next(numbers) for _ in range(300))
    )
    return "pragma solidity 0.8.28;\n" + "\n".join(lines)


def push(road, mine, text):
    """A further head, planned and given its static verdict."""
    road.move(mine, {"src/A.sol": text})
    road.announce(mine, "synchronize")
    for name in ("PlanFunction", "StaticWorkerFunction"):
        pump(road, name).run()


def test_ten_pushes_before_the_model_stage_cost_one_model_review(road, change):
    """Model jobs wait for some seconds, which is all that a burst takes."""
    quieten(road)
    mine = change({"README.md": "x"}, {"src/A.sol": one(next(numbers))})
    road.announce(mine)
    sums = [next(numbers) for _ in range(TEN)]
    for number in sums:
        push(road, mine, one(number))
    road.run()
    (asked,) = road.providers.received
    assert f"sum += {sums[-1]};" in asked.input
    runs = road.checks(mine)
    assert {run["conclusion"] for run in runs[:-1]} == {"cancelled"}
    assert all(run["title"].startswith("Superseded by ") for run in runs[:-1])
    assert runs[-1]["title"] == "Nothing new found"
    assert len(road.comments(mine)) <= 1


def test_a_push_during_the_model_review_is_the_last_question_of_the_old_head(road, change):
    quieten(road)
    newest = one(next(numbers))

    def policy(_):
        if len(road.providers.received) == 1:
            push(road, mine, newest)
        return Says(NOTHING, model="gpt-6-luna")

    mine = change({"README.md": "x"}, {"src/A.sol": many()})
    road.providers.policy = policy
    road.announce(mine)
    road.run()
    assert len(road.providers.received) == 2, "one of the old head, one of the new"
    old, new = road.checks(mine)
    assert old["title"].startswith(("Superseded", "Nothing new found · model review under way"))
    assert new["title"] == "Nothing new found"


def test_a_report_that_is_overtaken_says_nothing_further(road, change, monkeypatch):
    """The check run was written when the newer head came: no comment, no inline comment."""
    quieten(road)
    mine = change()
    road.announce(mine)
    for name in ("PlanFunction", "StaticWorkerFunction"):
        pump(road, name).run()
    old = mine.head

    def overtake(request):
        if request.method == "PATCH" and "check-runs" in request.path:
            road.github.faults.hook = None
            push(road, mine, FLAWED + "// newer\n")

    road.github.faults.hook = overtake
    pump(road, "ReporterFunction").run()
    assert road.checks(mine)[0]["status"] == "completed"
    assert road.comments(mine) == []
    road.run()
    assert old[:7] not in road.comment(mine)
    snapshot = road.github.snapshot()["reviews"]
    said = [r for r in snapshot if r["repository"] == mine.remote.full_name]
    assert {r["commit_id"] for r in said} <= {mine.head}
