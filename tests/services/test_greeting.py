"""The first pull request of a repository is told how to tune and how to silence, and no other."""

from tests.services.conftest import FLAWED, SAFE

TOLD = "### First review here"


def test_only_the_first_pull_request_of_a_repository_is_greeted(road, change):
    first = change()
    road.announce(first)
    road.run()
    assert TOLD in road.comment(first)
    assert "`/solvet ignore ID reason`" in road.comment(first)

    head = first.history.commit(
        "second", {"src/A.sol": FLAWED + "// again\n"}, parents=[first.base]
    )
    first.remote.git.set_reference("refs/heads/second", head)
    pull = road.github.open_pull_request(first.remote, head="second")
    road.deliver("pull_request", road.github.payload_pull_request(pull, "opened"))
    road.run()
    (second,) = (c["body"] for c in road.comments(first) if c["number"] == pull.number)
    assert TOLD not in second


def test_a_later_push_to_the_first_pull_request_keeps_the_greeting(road, change):
    mine = change()
    road.announce(mine)
    road.run()
    for event, payload in road.move(mine, {"src/A.sol": SAFE + "// safe again\n"}):
        road.deliver(event, payload)
    road.run()
    assert road.comment(mine).count(TOLD) == 1


def test_a_change_without_solidity_is_not_the_first(road, change):
    mine = change({"README.md": "a"}, {"README.md": "b"})
    road.announce(mine)
    road.run()
    assert road.comments(mine) == []
    assert not any("first" in name for name in road.state(mine.installation))
