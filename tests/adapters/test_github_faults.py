"""Whatever GitHub or the network does, the adapter says it in one of four words."""

import itertools
import time

import pytest
from github import GithubException

from solvet.adapters.github.faults import translated
from solvet.errors import Denied, Gone, Suspended, Throttled, Unavailable
from solvet.ports.github import Place

ABUSE = '{"message": "Validation Failed", "errors": [{"code": "abuse"}]}'
SECONDARY = '{"message": "You have exceeded a secondary rate limit."}'
LIMITED = '{"errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}]}'
TIMED_OUT = '{"data": null, "errors": [{"message": "Something went wrong."}]}'


@pytest.fixture(scope="module")
def mine(project, shared_github):
    it = project({"A.sol": "contract A {}\n"}, {"A.sol": "contract A { uint a; }\n"})
    shared_github.open_pull_request(it.remote, head="feature")
    return it


@pytest.fixture
def client(client_of, mine):
    return client_of(mine)


READS = {
    "a pull request": lambda client, it: client.pull_request(it.repository, 1),
    "an open pull request": lambda client, it: client.open_pull_for(
        it.repository, "refs/heads/feature"
    ),
    "a merge base": lambda client, it: client.merge_base(it.repository, it.base, it.head),
    "a new branch": lambda client, it: client.start_of(it.repository, "refs/heads/feature"),
    "a pull request's files": lambda client, it: client.changed_in_pull(
        it.repository, 1, base=it.base, head=it.head
    ),
    "a comparison": lambda client, it: client.changed_between(it.repository, it.base, it.head),
    "texts": lambda client, it: client.read(
        it.repository, [Place(commit=it.head, path="A.sol"), Place(commit=it.base, path="A.sol")]
    ),
    "check runs": lambda client, it: client.checks_of(it.repository, it.head),
    "open pull requests": lambda client, it: client.open_pulls(it.repository),
    "inline comments": lambda client, it: client.said(it.repository, 1),
    "a diff": lambda client, it: client.patches(it.repository, 1),
    "a comment": lambda client, it: client.put_comment(
        it.repository, 1, marker="<!-- ours -->", body="<!-- ours -->", known=None
    ),
}
SUSPENDED = '{"message": "This installation has been suspended"}'
FAULTS = {
    "an expired token": (Unavailable, {"status": 401, "body": '{"message": "Bad credentials"}'}),
    "a missing permission": (Denied, {"status": 403, "body": '{"message": "Not accessible"}'}),
    "a suspended App": (Suspended, {"status": 403, "body": SUSPENDED}),
    "a secondary limit": (Throttled, {"status": 403, "body": SECONDARY}),
    "a deleted repository": (Gone, {"status": 404, "body": '{"message": "Not Found"}'}),
    "a repository taken down": (Gone, {"status": 451, "body": '{"message": "Unavailable"}'}),
    "something gone": (Gone, {"status": 410, "body": '{"message": "Gone"}'}),
    "abuse": (Throttled, {"status": 422, "body": ABUSE}),
    "too many requests": (Throttled, {"status": 429, "body": SECONDARY}),
    "an outage": (Unavailable, {"status": 503}),
    "an HTML page": (Unavailable, {"status": 200, "body": "<html>unicorn</html>"}),
    "an HTML error": (Unavailable, {"status": 502, "body": "<html>unicorn</html>"}),
    "half a JSON": (Unavailable, {"status": 200, "body": '{"message": "tru'}),
    "JSON of another kind": (Unavailable, {"status": 200, "body": '{"number": {"no": "number"}}'}),
    "a list": (Unavailable, {"status": 200, "body": "[17]"}),
    "an object without anything": (Unavailable, {"status": 200, "body": "{}"}),
    "a dropped connection": (Unavailable, {"dropped": True}),
}


MISSING_IS_NO_FAULT = ("texts", "a deleted repository")
"""Where there is no GraphQL files are read one by one, and each may be missing."""


@pytest.mark.parametrize(
    ("read", "fault"),
    [pair for pair in itertools.product(READS, FAULTS) if pair != MISSING_IS_NO_FAULT],
)
def test_every_fault_of_a_read_is_translated(client, mine, github_api, read, fault):
    expected, how = FAULTS[fault]
    github_api.fail_next(times=20, path="/repos/|/graphql", **how)
    with pytest.raises(expected):
        READS[read](client, mine)


@pytest.mark.parametrize(
    ("status", "headers", "wait"),
    [
        (403, {"Retry-After": "17"}, 17),
        (403, {"retry-after": "99999"}, 3600),
        (429, {}, 60),
        (429, {"Retry-After": "not a number"}, 60),
        (403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "0"}, 1),
    ],
)
def test_a_limit_says_how_long_to_wait(status, headers, wait):
    error = GithubException(status, {"message": "Slow down"}, headers)
    with pytest.raises(Throttled) as caught, translated("trying"):
        raise error
    assert caught.value.after == wait


def test_a_spent_limit_waits_for_its_reset(client, mine, github_api):
    reset = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(time.time()) + 100)}
    github_api.fail_next(status=403, headers=reset, body='{"message": "API rate limit exceeded"}')
    with pytest.raises(Throttled) as caught:
        client.merge_base(mine.repository, mine.base, mine.head)
    assert 90 <= caught.value.after <= 100


@pytest.mark.parametrize(("body", "kind"), [(LIMITED, Throttled), (TIMED_OUT, Unavailable)])
def test_a_query_that_fails_is_tried_again_later(client, mine, github_api, body, kind):
    github_api.fail_next(status=200, path="/graphql", body=body)
    with pytest.raises(kind):
        client.read(mine.repository, [Place(commit=mine.head, path="A.sol")])


def test_a_passing_outage_of_a_read_is_not_noticed(client, mine, github_api):
    github_api.fail_next(method="GET", status=502)
    assert client.merge_base(mine.repository, mine.base, mine.head) == mine.base


@pytest.mark.parametrize(
    ("how", "kind"),
    [
        (
            {"status": 401, "body": '{"message": "A JSON web token could not be decoded"}'},
            Unavailable,
        ),
        ({"status": 404, "body": '{"message": "Not Found"}'}, Gone),
        ({"status": 200, "body": "{}"}, Unavailable),
        ({"status": 200, "body": "[]"}, Unavailable),
        ({"status": 201, "body": '{"token": "x", "expires_at": "soon"}'}, Unavailable),
        ({"status": 503}, Unavailable),
        ({"dropped": True}, Unavailable),
    ],
)
def test_faults_of_asking_for_a_token_are_translated(client_of, mine, github_api, how, kind):
    github_api.fail_next(path="access_tokens", **how)
    with pytest.raises(kind):
        client_of(mine)
