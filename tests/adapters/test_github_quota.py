"""What is left of GitHub's limit is known without asking for it."""

from solvet.adapters.github.quota import Quota


def test_the_fewest_requests_that_are_left_are_told_once(sessions, project, github_api):
    quota, mine = Quota(), project({"A.sol": "contract A {}\n"}, {"B.sol": "contract B {}\n"})
    first, second = (
        quota.watched(sessions.client(mine.installation, mine.repository)) for _ in range(2)
    )
    before = len(github_api.requests)
    for client in (first, second, second):
        client.requester.requestJsonAndCheck("GET", f"/repos/{mine.repository.full_name}")
    said = [client.requester.rate_limiting[0] for client in (first, second)]
    assert said[0] > said[1]
    assert quota.left() == said[1]
    assert quota.left() is None
    assert len(github_api.requests) == before + 3


def test_nothing_is_told_where_nothing_was_asked(sessions, project, github_api):
    quota, mine = Quota(), project({"A.sol": "contract A {}\n"}, {"B.sol": "contract B {}\n"})
    quota.watched(sessions.client(mine.installation, mine.repository))
    before = len(github_api.requests)
    assert quota.left() is None
    assert len(github_api.requests) == before
