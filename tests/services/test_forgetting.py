"""What is left of a repository or an installation that is taken away: nothing."""

from tests.services.conftest import FLAWED, SAFE
from tests.services.healing import (
    due,
    pump,
    survive,
)


def test_a_repository_that_was_taken_away_leaves_nothing_and_the_others_everything(
    calm, known, project
):
    other = project({"A.sol": SAFE}, {"A.sol": FLAWED}, installation=known.installation)
    calm.open(other)
    mine, theirs = calm.check(known)["external_id"], calm.check(other)["external_id"]
    payload = {
        "action": "removed",
        "installation": {"id": known.installation},
        "repositories_removed": [{"id": known.repository.id, "full_name": "a/b", "private": True}],
        "repositories_added": [],
    }
    delivery = calm.deliver("installation_repositories", payload)
    calm.run()
    names, keys = calm.state(known.installation), calm.objects(known.installation)
    assert calm.outcome(known.installation, delivery.guid).startswith("1 repositories were removed")
    of_mine = (mine, f"head#{known.repository.id}#", f"repository#{known.repository.id}")
    left = [n for n in names if any(it in n for it in of_mine)]
    assert [name.split("#")[:2] for name in left] == [["money", "repository"]], "limits hold on"
    assert not [key for key in keys if mine in key]
    assert [n for n in names if theirs in n]
    assert [key for key in keys if theirs in key]


def test_added_repositories_ask_for_nothing(calm, known):
    payload = {"action": "added", "installation": {"id": 1}, "repositories_removed": []}
    assert calm.deliver("installation_repositories", payload).status_code == 204


def test_an_installation_that_is_gone_leaves_nothing_to_come_back_to(calm, change):
    mine = change()
    calm.announce(mine)
    pump(calm, "PlanFunction").run()
    gone = calm.github.world.installations[mine.installation]
    calm.deliver("installation", calm.github.payload_installation(gone, "deleted"))
    survive(calm)
    for kind in ("scan", "repository", "letter"):
        assert due(calm, kind, mine.installation) == []
