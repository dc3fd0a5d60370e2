"""What changed: over real git repositories, through the real PyGithub."""

import pytest

from solvet.domain.change import ChangedFile, FileStatus
from solvet.domain.scan import NO_COMMIT
from solvet.errors import Gone, Unavailable
from solvet.ports.github import Branch

TEXT = "contract A {\n    uint256 total;\n    uint256 count;\n    address owner;\n}\n"


def solidity(count, text="contract C {}\n"):
    return {f"src/C{number:04}.sol": f"// {number}\n{text}" for number in range(count)}


def listed(client, mine, pull):
    return client.changed_in_pull(mine.repository, pull.number, base=mine.base, head=mine.head)


@pytest.fixture
def renamed(project):
    base = {
        "a/Old.sol": TEXT,
        "Gone.sol": "contract Gone { uint256 gone; }\n",
        "Same.sol": TEXT * 2,
    }
    head = {"b/New.sol": TEXT, "Made.sol": "contract Made {}\n", "Same.sol": TEXT * 3}
    return project(base, head)


EXPECTED = {
    ChangedFile("b/New.sol", FileStatus.RENAMED, "a/Old.sol"),
    ChangedFile("Gone.sol", FileStatus.REMOVED),
    ChangedFile("Made.sol", FileStatus.ADDED),
    ChangedFile("Same.sol", FileStatus.MODIFIED),
}


def test_a_token_reaches_one_repository_and_is_asked_for_once(
    project, sessions, github_api, client_of
):
    mine = project({"A.sol": TEXT}, {"A.sol": TEXT * 2})
    other = project({"A.sol": TEXT}, installation=mine.installation)
    for _ in range(3):
        assert client_of(mine).merge_base(mine.repository, mine.base, mine.head) == mine.base
    asked = [r for r in github_api.requests if str(mine.installation) in r.path.split("/")]
    assert len(asked) == 1
    with pytest.raises(Gone):
        client_of(mine).merge_base(other.repository, other.base, other.base)


def test_an_installation_that_is_gone_is_gone(project, client_of, github_api):
    mine = project({"A.sol": TEXT})
    github_api.remove_installation(mine.installation)
    with pytest.raises(Gone):
        client_of(mine)


def test_a_repository_that_is_gone_is_gone_when_a_token_is_asked_for(project, client_of, vanish):
    mine = project({"A.sol": TEXT})
    vanish(mine)
    with pytest.raises(Gone):
        client_of(mine)


def test_a_pull_request_is_read_as_it_is_now(project, client_of, github_api):
    mine = project({"A.sol": TEXT}, {"A.sol": TEXT * 2})
    pull = github_api.open_pull_request(mine.remote, head="feature", draft=True)
    seen = client_of(mine).pull_request(mine.repository, pull.number)
    assert seen.open
    assert (seen.base_sha, seen.head_sha) == (mine.base, mine.head)
    github_api.close_pull_request(pull)
    assert not client_of(mine).pull_request(mine.repository, pull.number).open


def test_a_pull_request_that_is_not_there_is_gone(project, client_of):
    mine = project({"A.sol": TEXT})
    with pytest.raises(Gone):
        client_of(mine).pull_request(mine.repository, 17)


@pytest.mark.parametrize("deleted", [False, True])
def test_a_pull_request_of_a_fork_is_read_even_when_the_fork_is_gone(
    project, client_of, github_api, deleted
):
    mine = project({"A.sol": TEXT}, {"A.sol": TEXT * 2})
    pull = github_api.open_pull_request(mine.remote, head="feature", head_repo="someone/fork")
    if deleted:
        github_api.delete_fork(pull)
    client = client_of(mine)
    assert client.pull_request(mine.repository, pull.number).head_sha == mine.head
    assert listed(client, mine, pull).files == (ChangedFile("A.sol", FileStatus.MODIFIED),)


def test_a_pull_request_lists_renames_removals_and_additions(renamed, client_of, github_api):
    pull = github_api.open_pull_request(renamed.remote, head="feature")
    listing = listed(client_of(renamed), renamed, pull)
    assert (set(listing.files), listing.unlisted) == (EXPECTED, "")


def test_a_comparison_lists_renames_removals_and_additions(renamed, client_of):
    listing = client_of(renamed).changed_between(renamed.repository, renamed.base, renamed.head)
    assert (set(listing.files), listing.unlisted) == (EXPECTED, "")


def test_every_page_of_a_pull_requests_files_is_read(project, client_of, github_api):
    mine = project({"A.sol": TEXT}, {"A.sol": TEXT, **solidity(310)})
    pull = github_api.open_pull_request(mine.remote, head="feature")
    listing = listed(client_of(mine), mine, pull)
    assert [f.path for f in listing.files] == sorted(solidity(310))
    assert listing.unlisted == ""


def test_what_told_the_merge_base_of_a_pull_request_tells_its_files(renamed, client_of, github_api):
    pull, client = github_api.open_pull_request(renamed.remote, head="feature"), client_of(renamed)
    before = len(github_api.requests)
    assert client.merge_base(renamed.repository, pull.base_sha, pull.head_sha) == renamed.base
    assert set(listed(client, renamed, pull).files) == EXPECTED
    assert len(github_api.requests) == before + 1


def test_what_github_does_not_list_of_a_pull_request_is_said(
    project, client_of, github_api, monkeypatch
):
    for limit in ("MOST_PULL_FILES", "MOST_COMPARED_FILES"):
        monkeypatch.setattr(f"solvet.adapters.github.changes.{limit}", 20)
    github_api.limits.pull_request_files = 20
    mine = project({"A.sol": TEXT}, {"A.sol": TEXT, **solidity(21)})
    pull = github_api.open_pull_request(mine.remote, head="feature")
    listing = listed(client_of(mine), mine, pull)
    assert len(listing.files) == 20
    assert "at most 20" in listing.unlisted


def test_above_the_limit_of_a_comparison_two_trees_are_compared(project, client_of):
    base = {"a/Old.sol": TEXT, "Gone.sol": "contract Gone { uint256 gone; }\n", "x.txt": "x"}
    head = {"b/New.sol": TEXT, "x.txt": "y", **solidity(310)}
    mine = project(base, head)
    listing = client_of(mine).changed_between(mine.repository, mine.base, mine.head)
    assert set(listing.files) == {
        ChangedFile("b/New.sol", FileStatus.RENAMED, "a/Old.sol"),
        ChangedFile("Gone.sol", FileStatus.REMOVED),
        *(ChangedFile(path, FileStatus.ADDED) for path in solidity(310)),
    }
    assert listing.unlisted == ""


def test_a_truncated_tree_says_so(project, client_of, github_api):
    github_api.limits.tree_entries = 200
    mine = project({"A.sol": TEXT}, {"A.sol": TEXT, **solidity(310)})
    listing = client_of(mine).changed_between(mine.repository, mine.base, mine.head)
    assert listing.unlisted == "the repository has more files than GitHub lists at once"


def test_the_merge_base_is_where_the_branches_parted(project, client_of):
    mine = project({"A.sol": TEXT}, {"A.sol": TEXT * 2})
    moved = mine.history.commit("main", {"A.sol": TEXT, "B.sol": TEXT}, parents=[mine.base])
    assert client_of(mine).merge_base(mine.repository, moved, mine.head) == mine.base


def test_commits_that_share_nothing_have_no_merge_base(project, client_of):
    mine = project({"A.sol": TEXT})
    other = mine.history.commit("orphan", {"B.sol": TEXT})
    with pytest.raises(Gone):
        client_of(mine).merge_base(mine.repository, mine.base, other)


def test_a_commit_that_is_gone_is_gone(project, client_of):
    mine = project({"A.sol": TEXT})
    with pytest.raises(Gone):
        client_of(mine).merge_base(mine.repository, "0123456789" * 4, mine.base)


def test_a_new_branch_starts_at_the_default_branch(project, client_of):
    mine = project({"A.sol": TEXT}, {"A.sol": TEXT * 2})
    assert client_of(mine).start_of(mine.repository, "refs/heads/feature") == mine.base


def test_everything_in_a_new_default_branch_is_new(project, client_of):
    mine = project({"A.sol": TEXT, "x.txt": "x"}, {"A.sol": TEXT})
    client = client_of(mine)
    assert client.start_of(mine.repository, "refs/heads/main") == NO_COMMIT
    listing = client.changed_between(mine.repository, NO_COMMIT, mine.base)
    assert listing.files == (ChangedFile("A.sol", FileStatus.ADDED),)


def test_the_default_branch_is_told_with_its_newest_commit(project, client_of):
    mine = project({"A.sol": TEXT}, {"A.sol": TEXT * 2})
    branch = client_of(mine).default_branch(mine.repository)
    assert branch == Branch("refs/heads/main", mine.base)


def test_an_open_pull_request_of_a_branch_is_found(project, client_of, github_api):
    mine = project({"A.sol": TEXT}, {"A.sol": TEXT * 2})
    client = client_of(mine)
    assert client.open_pull_for(mine.repository, "refs/heads/feature") is None
    pull = github_api.open_pull_request(mine.remote, head="feature")
    assert client.open_pull_for(mine.repository, "refs/heads/feature") == pull.number
    assert client.open_pull_for(mine.repository, "refs/heads/main") is None
    github_api.close_pull_request(pull)
    assert client.open_pull_for(mine.repository, "refs/heads/feature") is None


def test_the_solidity_files_of_a_commit_come_in_one_request(project, client_of, github_api):
    files = {"A.sol": TEXT, "b/B.sol": TEXT * 2, "x.txt": "x", "Link.sol": "A.sol"}
    mine = project(files | {"lib/x": "1" * 40}, modes={"Link.sol": "120000", "lib/x": "160000"})
    client, asked = client_of(mine), len(github_api.requests)
    tree = client.solidity_files(mine.repository, mine.base)
    sizes = {file.path: file.size for file in tree.files}
    assert (sizes, tree.unlisted) == ({"A.sol": len(TEXT), "b/B.sol": 2 * len(TEXT)}, "")
    assert len({file.blob for file in tree.files}) == 2
    assert len(github_api.requests) - asked <= 2  # the first one brings the token


def test_a_commit_with_too_many_files_says_so(project, client_of, github_api):
    github_api.limits.tree_entries = 3
    mine = project({f"{name}.sol": TEXT for name in "ABCDE"})
    tree = client_of(mine).solidity_files(mine.repository, mine.base)
    assert (len(tree.files), bool(tree.unlisted)) == (3, True)


@pytest.mark.parametrize("others", [0, 310])
def test_submodules_that_move_are_listed_however_large_the_change_is(
    project, client_of, github_api, others
):
    modes = {f"lib/{name}": "160000" for name in ("moved", "same", "gone", "new")}
    fake = "Subproject commit 1111\n"
    base = {"lib/moved": "1" * 40, "lib/same": "2" * 40, "lib/gone": "3" * 40, "a.txt": "\n"}
    head = {"lib/moved": "4" * 40, "lib/same": "2" * 40, "lib/new": "5" * 40, "a.txt": f"\n{fake}"}
    mine = project(base, head | solidity(others), modes=modes)
    client = client_of(mine)
    compared = client.changed_between(mine.repository, mine.base, mine.head)
    assert set(compared.submodules) == {"lib/moved", "lib/new"}
    pull = github_api.open_pull_request(mine.remote, head="feature")
    assert set(listed(client, mine, pull).submodules) == {"lib/moved", "lib/new"}


def test_submodules_whose_patch_github_leaves_out_are_listed(project, client_of, github_api):
    github_api.limits.patch_characters = 10
    modes = {"lib/moved": "160000", "lib/new": "160000"}
    base = {"lib/moved": "1" * 40, "one.txt": "a long line\n", "A.sol": "contract Alpha {}\n"}
    head = {"one.txt": "another line\n", "A.sol": "contract Beta {}\n"}
    mine = project(base, head | {"lib/moved": "4" * 40, "lib/new": "5" * 40}, modes=modes)
    listing = client_of(mine).changed_between(mine.repository, mine.base, mine.head)
    assert set(listing.submodules) == {"lib/moved", "lib/new"}


@pytest.mark.parametrize("what", ["head_sha", "base_sha"])
def test_a_long_list_of_a_pull_request_that_has_moved_is_not_taken(
    project, client_of, github_api, what
):
    mine = project({"A.sol": TEXT}, {"A.sol": TEXT, **solidity(310)})
    pull = github_api.open_pull_request(mine.remote, head="feature")
    parents = {"head_sha": mine.base, "base_sha": mine.head}
    sha = mine.history.commit("other", {"A.sol": TEXT * 2}, parents=[parents[what]])
    setattr(pull, what, sha)
    with pytest.raises(Unavailable, match="moved meanwhile"):
        listed(client_of(mine), mine, pull)
