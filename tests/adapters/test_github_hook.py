"""The App's own deliveries, through the real PyGithub, as the App itself."""

import pytest

from solvet.adapters.github import deliveries
from solvet.adapters.github.deliveries import GitHubHook
from solvet.errors import Denied, Gone, Throttled, Unavailable

NOWHERE = "http://127.0.0.1:9/webhook"


@pytest.fixture
def hook(sessions):
    return GitHubHook(sessions.as_app)


@pytest.fixture
def failed(github_api):
    """Makes failed deliveries; answers them oldest first."""
    github_api.deliveries.clear()
    github_api.webhook_url = NOWHERE

    def make(count, **payload):
        installation = {"installation": {"id": 5}}
        return [github_api.deliver("push", {**installation, **payload}) for _ in range(count)]

    yield make
    github_api.deliveries.clear()


def test_a_failed_delivery_says_what_it_was(hook, failed):
    (made,) = failed(1, action="opened")
    (found,) = hook.failed("").deliveries
    assert (found.id, found.guid, found.event) == (made.id, made.guid, "push")
    assert (found.action, found.installation, found.status) == ("opened", 5, 502)
    assert found.at == made.delivered_at


def test_what_arrived_is_left_out_even_where_the_server_lists_it(hook, failed):
    made = failed(3)
    made[0].status_code = 202
    made[1].status_code = 302
    assert [each.id for each in hook.failed("").deliveries] == [made[2].id]


def test_pages_follow_one_another_to_the_oldest(hook, failed, monkeypatch):
    monkeypatch.setattr(deliveries, "PAGE", 2)
    made, found, cursor = failed(5), [], ""
    for _ in range(3):
        page = hook.failed(cursor)
        found += [each.id for each in page.deliveries]
        cursor = page.following
    assert cursor == ""
    assert found == [each.id for each in reversed(made)]


def test_a_redelivery_has_the_same_guid(hook, failed, github_api):
    (made,) = failed(1)
    (found,) = hook.failed("").deliveries
    hook.redeliver(found)
    assert [each.guid for each in github_api.deliveries] == [made.guid, made.guid]


@pytest.mark.parametrize(
    ("how", "error"),
    [
        ({"status": 404}, Gone),
        ({"status": 422}, Denied),
        ({"status": 401}, Unavailable),
        ({"status": 503, "times": 9}, Unavailable),
        ({"status": 200, "body": "<html>"}, Unavailable),
        ({"status": 200, "body": '[{"id": "x"}]'}, Unavailable),
        ({"status": 200, "body": '{"message": "?"}'}, Unavailable),
        ({"status": 429, "headers": {"Retry-After": "7"}}, Throttled),
    ],
)
def test_every_failure_is_one_of_ours(hook, github_api, how, error):
    github_api.fail_next(path="/app/hook/deliveries", **how)
    with pytest.raises(error):
        hook.failed("")


def test_open_pull_requests_are_listed_with_when_they_were_touched(project, client_of, github_api):
    mine = project({"A.sol": "contract A {}\n"}, {"A.sol": "contract A { uint256 a; }\n"})
    pull = github_api.open_pull_request(mine.remote, head="feature")
    github_api.close_pull_request(github_api.open_pull_request(mine.remote, head="feature"))
    (found,) = client_of(mine).open_pulls(mine.repository)
    assert (found.number, found.head_sha) == (pull.number, mine.head)
    assert found.updated_at == pull.updated_at
