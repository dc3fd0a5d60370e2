"""Comments of others, what their authors may do, and reactions, over the simulated GitHub."""

import pytest

from solvet.errors import Denied, Gone, Unavailable
from solvet.ports.people import Reaction


@pytest.fixture
def comment(github_api, mine):
    def write(body="/solvet help", login="ada"):
        _, payload = github_api.comment(mine.pull, login, body)
        return payload["comment"]["id"]

    return write


def test_a_comment_is_read_with_its_author_and_its_pull_request(client, mine, comment):
    remark = client.remark(mine.repository, comment("hello"))
    assert (remark.login, remark.person, remark.body) == ("ada", True, "hello")
    assert remark.number == mine.pull.number


def test_a_bot_is_no_person(client, mine, comment, github_api):
    github_api.world.account("robot[bot]", "Bot")
    assert not client.remark(mine.repository, comment(login="robot[bot]")).person


def test_a_comment_that_is_gone_is_gone(client, mine):
    with pytest.raises(Gone):
        client.remark(mine.repository, 1)


@pytest.mark.parametrize(
    "body", ["<html>", "[]", "null", '{"issue_url": null}', '{"issue_url": "/1", "user": [1]}']
)
def test_an_answer_that_is_no_comment_is_an_outage(client, mine, comment, github_api, body):
    number = comment()
    github_api.fail_next(path="/issues/comments/", status=200, body=body)
    with pytest.raises(Unavailable):
        client.remark(mine.repository, number)


@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("admin", True),
        ("maintain", True),
        ("write", True),
        ("triage", False),
        ("read", False),
        ("none", False),
    ],
)
def test_write_access_begins_with_write(client, mine, github_api, role, may):
    github_api.set_permission(mine.remote, "ada", role)
    assert client.may_write(mine.repository, "ada") is may


def test_somebody_nobody_knows_may_not_write(client, mine):
    assert not client.may_write(mine.repository, "nobody-of-that-name")


@pytest.mark.parametrize("login", ["../../../user", "a/b?x=1#", "", "ada%2f.."])
def test_an_odd_login_leads_nowhere_else(client, mine, github_api, login):
    github_api.set_permission(mine.remote, "ada", "admin")
    assert not client.may_write(mine.repository, login)


def test_a_reaction_stands_there_once(client, mine, comment, github_api):
    number = comment()
    for _ in range(2):
        client.react(mine.repository, number, Reaction.SEEN)
    given = github_api.world.comments[number].reactions
    assert [(each.author.login, each.content) for each in given] == [("solvet[bot]", "eyes")]


def test_an_installation_is_asked_for_what_it_granted_only(project, client_of, github_api):
    it = project({"A.sol": "contract A {}\n"})
    granted = github_api.world.installations[it.installation]
    granted.permissions = {k: v for k, v in granted.permissions.items() if k != "issues"}
    pull = github_api.open_pull_request(it.remote, head="main")
    _, payload = github_api.comment(pull, "ada", "hello")
    client = client_of(it)
    assert client.remark(it.repository, payload["comment"]["id"]).body == "hello"
    with pytest.raises(Denied):
        client.react(it.repository, payload["comment"]["id"], Reaction.SEEN)
