"""What the stories of the other tests never ask for is answered too."""

import pytest

from solvet.local.github.diff import FileChange

TWO_HUNKS = "@@ -1,2 +1,2 @@\n-one\n+ONE\n two\n@@ -9,1 +9,2 @@\n nine\n+ten"
APP = ("/app/installations", "/app/installations/{installation}")
READ = (
    *("/rate_limit", "/installation/repositories"),
    *("{repo}/check-suites/{suite}", "{repo}/issues/1", "{repo}/pulls/1/commits"),
    *("{repo}/pulls/1/reviews/{review}/comments", "{repo}/pulls/comments/{inline}"),
)


@pytest.fixture
def known(repo, pull, api, remote):
    """The ids of a check suite, a review and its inline comment."""
    run = remote.create_check_run(name="Solvet", head_sha=pull.head_sha)
    said = {"path": "src/Vault.sol", "line": 5, "side": "RIGHT", "body": "here"}
    review = api(
        "POST", "/repos/acme/vaults/pulls/1/reviews", {"event": "COMMENT", "comments": [said]}
    ).json()
    (inline,) = api("GET", "/repos/acme/vaults/pulls/1/comments").json()
    return {
        "repo": "/repos/acme/vaults",
        "installation": repo.installation_id,
        "suite": run.raw_data["check_suite"]["id"],
        "review": review["id"],
        "inline": inline["id"],
    }


@pytest.mark.parametrize("path", READ)
def test_an_installation_may_read_it(api, known, path):
    assert api("GET", path.format(**known)).status_code == 200


@pytest.mark.parametrize("path", APP)
def test_the_app_may_read_it(api, known, app_jwt, path):
    assert api("GET", path.format(**known), token=app_jwt()).status_code == 200


def test_a_repository_is_found_by_its_id(api, repo):
    assert api("GET", f"/repositories/{repo.id}").json()["full_name"] == "acme/vaults"


def test_an_inline_comment_takes_a_reaction(api, known):
    path = "{repo}/pulls/comments/{inline}/reactions".format(**known)
    assert api("POST", path, {"content": "eyes"}).status_code == 201
    read = api("GET", "{repo}/pulls/comments/{inline}".format(**known)).json()
    assert (read["reactions"]["eyes"], read["reactions"]["total_count"]) == (1, 1)


@pytest.mark.parametrize(
    ("side", "line", "position"),
    [("LEFT", 1, 1), ("RIGHT", 1, 2), ("RIGHT", 2, 3), ("LEFT", 9, 5), ("RIGHT", 10, 6)],
)
def test_a_position_is_counted_through_the_whole_diff(side, line, position):
    change = FileChange("a.sol", None, "modified", "0" * 40, TWO_HUNKS)
    assert change.position(side, line) == position
