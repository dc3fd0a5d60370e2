"""What the adapter asks of GitHub beside checks and files: reviews, people, uploads, deliveries."""

import gzip
import json

import pytest

from solvet.adapters.github import session
from solvet.adapters.github.changes import GitHubChanges
from solvet.adapters.github.deliveries import GitHubHook
from solvet.adapters.github.people import GitHubPeople
from solvet.adapters.github.reviews import GitHubReviews
from solvet.adapters.github.scanning import GitHubScanning
from solvet.adapters.github.trees import GitHubTrees
from solvet.errors import Denied
from solvet.ports.people import Reaction
from solvet.ports.reviews import LineComment
from tests.adapters.conftest import APP_ID

SARIF = {"version": "2.1.0", "runs": []}
NOWHERE = "http://127.0.0.1:9/webhook"


@pytest.fixture
def mine(project, github_api):
    it = project({"A.sol": "contract A {\n}\n"}, {"A.sol": "contract A {\n uint a;\n uint b;\n}\n"})
    it.pull = github_api.open_pull_request(it.remote, head="feature")
    return it


@pytest.fixture
def part(sessions, mine, monkeypatch):
    """Makes a part of the adapter, with every permission that its installation has."""
    more = {"issues": "write", "security_events": "write"}
    monkeypatch.setattr(session, "PERMISSIONS", {**session.PERMISSIONS, **more})
    client = sessions.client(mine.installation, mine.repository)
    return lambda kind: kind(client, APP_ID, sessions.login)


@pytest.fixture
def reviews(part):
    return part(GitHubReviews)


@pytest.fixture
def thread(reviews, mine):
    """Starts a thread on two lines; answers it as it is read again."""
    said = LineComment(path="A.sol", first=2, last=3, body="here")
    reviews.comment_on_lines(mine.repository, 1, head_sha=mine.head, body="two", comments=[said])
    (it,) = reviews.said(mine.repository, 1).threads
    return it


@pytest.fixture
def remark(github_api, mine, part):
    """Reads a comment that Ada has just written."""
    _, payload = github_api.comment(mine.pull, "ada", "/solvet rescan")
    return part(GitHubPeople).remark(mine.repository, payload["comment"]["id"])


def test_what_was_said_on_lines_is_read_again(thread, reviews, mine):
    assert (thread.path, thread.body, thread.answered) == ("A.sol", "here", False)
    assert [past.body for past in reviews.said(mine.repository, 1).reviews] == ["two"]
    assert set(reviews.patches(mine.repository, 1)) == {"A.sol"}


def test_a_line_outside_the_diff_is_refused_with_its_whole_review(reviews, mine):
    far = LineComment(path="A.sol", first=99, last=99, body="nowhere")
    with pytest.raises(Denied):
        reviews.comment_on_lines(mine.repository, 1, head_sha=mine.head, body="", comments=[far])
    assert reviews.said(mine.repository, 1).threads == ()


def test_what_is_withdrawn_is_gone_however_often(thread, reviews, mine):
    for _ in range(2):
        reviews.withdraw(mine.repository, thread)
    assert reviews.said(mine.repository, 1).threads == ()


def test_a_remark_tells_who_made_it_and_takes_a_reaction(remark, part, mine, github_api):
    assert (remark.number, remark.login, remark.person) == (1, "ada", True)
    github_api.set_permission(mine.remote, "ada", "write")
    assert part(GitHubPeople).may_write(mine.repository, "ada")
    part(GitHubPeople).react(mine.repository, remark.id, Reaction.SEEN)
    (comment,) = (it for it in github_api.snapshot()["comments"] if it["id"] == remark.id)
    assert [each["content"] for each in comment["reactions"]] == ["eyes"]


def test_a_sarif_file_is_uploaded(part, mine, github_api):
    mine.remote.code_scanning = True
    packed = gzip.compress(json.dumps(SARIF).encode())
    part(GitHubScanning).upload_sarif(
        mine.repository, commit=mine.head, ref="refs/pull/1/head", packed=packed
    )
    assert github_api.snapshot()["sarifs"][-1]["document"] == SARIF


def test_a_delivery_that_failed_is_found_and_asked_for_again(sessions, mine, github_api):
    github_api.webhook_url = NOWHERE
    lost = github_api.deliver("pull_request", github_api.payload_pull_request(mine.pull, "opened"))
    hook = GitHubHook(sessions.as_app)
    found = next(each for each in hook.failed("").deliveries if each.guid == lost.guid)
    hook.redeliver(found)
    assert len([each for each in github_api.deliveries if each.guid == lost.guid]) == 2


def test_open_pull_requests_are_listed(part, mine):
    (pull,) = part(GitHubChanges).open_pulls(mine.repository)
    assert (pull.number, pull.head_sha) == (mine.pull.number, mine.head)


def test_the_solidity_files_of_a_commit_are_listed(part, mine):
    tree = part(GitHubTrees).solidity_files(mine.repository, mine.head)
    assert [(file.path, file.size) for file in tree.files] == [("A.sol", 33)]
    assert not tree.unlisted
