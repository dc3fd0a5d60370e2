"""Where "Details" of a check run leads to."""

from tests.services.conftest import FLAWED


def test_details_lead_to_the_summary_comment(road, change):
    mine = change()
    road.announce(mine)
    road.run()
    (comment,) = road.comments(mine)
    page = f"{road.github.web_url}/{mine.repository.full_name}/pull/1"
    assert road.check(mine)["details_url"] == f"{page}#issuecomment-{comment['id']}"


def test_details_of_a_push_lead_to_the_commit(road, project):
    mine = project({"src/A.sol": "contract A {}\n"})
    head = mine.history.commit("work", {"src/A.sol": FLAWED}, parents=[mine.base])
    ((event, payload),) = road.github.push(mine.remote, "work", head)
    road.deliver(event, payload)
    road.run()
    page = f"{road.github.web_url}/{mine.repository.full_name}"
    assert road.check(mine)["details_url"] == f"{page}/commit/{head}"
