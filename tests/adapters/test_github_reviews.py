"""Reviews as GitHub takes and lists them, and tokens with what an installation has granted."""

import pytest

from solvet.adapters.github import reviews
from solvet.errors import Denied
from solvet.ports.reviews import LineComment

BODY = "<!-- solvet:said 0123456789abcdef -->\nsaid"


@pytest.fixture
def said(client, mine):
    return lambda: client.said(mine.repository, mine.pull.number)


@pytest.fixture
def comment(client, mine):
    def make(first=2, last=2, path="A.sol"):
        client.comment_on_lines(
            mine.repository,
            mine.pull.number,
            head_sha=mine.head,
            body=BODY,
            comments=[LineComment(path=path, first=first, last=last, body="here")],
        )

    return make


@pytest.fixture
def root(github_api, mine):
    """Our only comment, as GitHub keeps it."""

    def find():
        comments = github_api.world.review_comments.values()
        return next(c for c in comments if c.pull is mine.pull and c.in_reply_to is None)

    return find


def test_what_was_said_is_listed_with_its_review(comment, said, mine):
    comment()
    (thread,), (review,) = said().threads, said().reviews
    assert (thread.path, thread.body, thread.answered) == ("A.sol", "here", False)
    assert (review.commit, review.body) == (mine.head, BODY)


def test_a_comment_over_some_lines_stands_at_all_of_them(comment, root):
    comment(1, 3)
    assert (root().start_line, root().line, root().side) == (1, 3, "RIGHT")


@pytest.mark.parametrize("where", [{"last": 9}, {"path": "B.sol"}])
def test_a_line_that_the_diff_does_not_show_is_denied_and_nothing_is_said(comment, said, where):
    with pytest.raises(Denied):
        comment(**where)
    assert said() == type(said())((), ())


def test_an_answer_is_told_from_a_comment_of_ours(comment, said, root, github_api):
    comment()
    github_api.answer_inline(root(), "ada", "no")
    (thread,) = said().threads
    assert thread.answered


def test_an_answer_of_our_own_is_nobody_elses(comment, said, root, github_api):
    comment()
    github_api.answer_inline(root(), "solvet[bot]", "as I said")
    (thread,) = said().threads
    assert not thread.answered


def test_what_others_write_is_not_ours(comment, said, root, github_api):
    comment()
    root().author = root().review.author = github_api.world.account("ada")
    assert said() == type(said())((), ())


def test_a_comment_is_withdrawn_once_or_twice(comment, said, client, mine):
    comment()
    (thread,) = said().threads
    for _ in range(2):
        client.withdraw(mine.repository, thread)
    assert said().threads == ()
    assert said().reviews


def test_pages_are_read_to_the_end(comment, said, monkeypatch):
    monkeypatch.setattr(reviews, "PAGE", 2)
    for _ in range(5):
        comment()
    assert len(said().threads) == len(said().reviews) == 5


def test_more_than_can_be_read_is_denied_rather_than_taken_for_all(comment, said, monkeypatch):
    monkeypatch.setattr(reviews, "PAGE", 1)
    monkeypatch.setattr(reviews, "MOST_PAGES", 2)
    for _ in range(3):
        comment()
    with pytest.raises(Denied):
        said()


def test_patches_are_those_that_github_gives(client, mine, github_api):
    patches = client.patches(mine.repository, mine.pull.number)
    assert patches["A.sol"].startswith("@@ -1 +1,3 @@")
    github_api.world.limits.patch_characters = 3
    assert client.patches(mine.repository, mine.pull.number) == {}


def test_a_permission_that_was_not_granted_is_asked_for_once(sessions, mine, github_api):
    granted = github_api.world.installations[mine.installation]
    granted.permissions = {k: v for k, v in granted.permissions.items() if k != "security_events"}
    before = len(github_api.requests)
    for _ in range(3):
        sessions.client(mine.installation, mine.repository)
        sessions._grants.clear()
    tokens = [r.status for r in github_api.requests[before:] if "access_tokens" in r.path]
    assert tokens == [422, 201, 201, 201]


def test_a_permission_that_was_granted_is_asked_for_with_the_rest(sessions, mine, github_api):
    before = len(github_api.requests)
    sessions.client(mine.installation, mine.repository)
    assert [r.status for r in github_api.requests[before:]] == [201]
