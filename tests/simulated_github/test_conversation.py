import base64
import gzip
import json

import pytest

VAULTS = "/repos/acme/vaults"


@pytest.fixture
def shown(pull, remote):
    return remote.get_pull(1)


def test_a_comment_is_written_edited_found_and_deleted(gh, shown):
    comment = shown.create_issue_comment("first")
    comment.edit("second")
    assert [each.body for each in shown.get_issue_comments()] == ["second"]
    assert shown.get_issue_comment(comment.id).user.login == "solvet[bot]"
    comment.create_reaction("eyes")
    comment.create_reaction("eyes")
    assert gh.snapshot()["comments"][0]["reactions"] == [
        {"author": "solvet[bot]", "content": "eyes"}
    ]
    comment.delete()
    assert gh.snapshot()["comments"] == []


def test_comments_come_in_pages(gh, pull, api):
    for number in range(5):
        gh.comment(pull, "ada", f"comment {number}")
    page = api("GET", f"{VAULTS}/issues/1/comments?per_page=2&page=2")
    assert [each["body"] for each in page.json()] == ["comment 2", "comment 3"]
    assert set(page.links) == {"next", "last", "prev", "first"}


@pytest.mark.parametrize("body", [{"body": "x" * 65_537}, {"body": "  "}, {}, {"body": 5}])
def test_comments_github_refuses_are_422(pull, api, body):
    assert api("POST", f"{VAULTS}/issues/1/comments", body).status_code == 422


def test_a_comment_may_fill_the_limit(pull, api):
    body = {"body": "x" * 65_536}
    assert api("POST", f"{VAULTS}/issues/1/comments", body).status_code == 201


def test_a_review_is_posted_with_comments_on_lines_of_the_diff(gh, shown, remote, commits):
    comments = [
        {"path": "src/Vault.sol", "line": 5, "side": "RIGHT", "body": "added line"},
        {"path": "src/Vault.sol", "line": 3, "side": "LEFT", "body": "context line"},
        {"path": "src/Vault.sol", "start_line": 4, "line": 5, "side": "RIGHT", "body": "both"},
    ]
    head = remote.get_commit(commits[1])
    shown.create_review(commit=head, body="see", event="COMMENT", comments=comments)
    assert [each.state for each in shown.get_reviews()] == ["COMMENTED"]
    assert [each.line for each in shown.get_review_comments()] == [5, 3, 5]
    reply = shown.create_review_comment_reply(next(iter(shown.get_review_comments())).id, "why")
    assert reply.in_reply_to_id == gh.snapshot()["review_comments"][0]["id"]


@pytest.mark.parametrize(
    "bad",
    [
        {"line": 40},
        {"line": 5, "side": "LEFT", "path": "src/New.sol"},
        {"path": "README.md", "line": 1},
        {"line": None},
        {"line": 5, "start_line": 5},
        {"line": 5, "start_line": 99},
        {"line": 5, "side": "MIDDLE"},
        {"line": 5, "body": ""},
    ],
)
def test_a_review_with_one_bad_line_posts_nothing(gh, pull, api, bad):
    good = {"path": "src/Vault.sol", "line": 5, "side": "RIGHT", "body": "here"}
    body = {"event": "COMMENT", "body": "x", "comments": [good, {**good, **bad}]}
    assert api("POST", f"{VAULTS}/pulls/1/reviews", body).status_code == 422
    assert gh.snapshot()["reviews"] == []
    assert gh.snapshot()["review_comments"] == []


def test_inline_comments_are_edited_and_deleted(gh, shown, remote, commits):
    head = remote.get_commit(commits[1])
    comment = shown.create_review_comment("hm", head, "src/Vault.sol", line=5, side="RIGHT")
    comment.edit("better")
    assert [each.body for each in shown.get_review_comments()] == ["better"]
    comment.delete()
    assert gh.snapshot()["review_comments"] == []


def test_pull_requests_take_reactions_once(pull, api):
    url = f"{VAULTS}/issues/1/reactions"
    codes = [api("POST", url, {"content": "rocket"}).status_code for _ in range(2)]
    assert codes == [201, 200]
    assert api("POST", url, {"content": "sad"}).status_code == 422


def test_a_persons_permission_can_be_asked_for(gh, repo, remote):
    gh.set_permission(repo, "ada", "write")
    assert remote.get_collaborator_permission("ada") == "write"


def packed(document):
    return base64.b64encode(gzip.compress(json.dumps(document).encode())).decode()


def test_sarif_is_refused_until_code_scanning_is_enabled(gh, repo, api, commits):
    document = {"version": "2.1.0", "runs": []}
    body = {"commit_sha": commits[1], "ref": "refs/heads/feature", "sarif": packed(document)}
    url = f"{VAULTS}/code-scanning/sarifs"
    assert api("POST", url, body).status_code == 403
    repo.code_scanning = True
    answer = api("POST", url, body)
    assert answer.status_code == 202
    assert gh.snapshot()["sarifs"][0]["document"] == document
    assert api("GET", answer.json()["url"]).json()["processing_status"] == "complete"
    for bad in ({"sarif": "%%"}, {"sarif": base64.b64encode(b"x").decode()}, {"sarif": packed(1)}):
        assert api("POST", url, body | bad).status_code == 400
    assert api("POST", url, body | {"ref": "feature"}).status_code == 422
