import pytest

VAULTS = "/repos/acme/vaults"


def test_a_pull_request_names_its_sides(pull, remote, commits):
    shown = remote.get_pull(1)
    assert (shown.base.ref, shown.base.sha) == ("main", commits[0])
    assert (shown.head.ref, shown.head.sha) == ("feature", commits[1])
    assert (shown.changed_files, shown.commits, shown.additions) == (2, 1, 2)
    assert shown.html_url.endswith("/acme/vaults/pull/1")
    assert shown.head.repo.full_name == "acme/vaults"


def test_pull_requests_are_found_by_head_base_and_state(gh, repo, pull, remote):
    fork = gh.open_pull_request(repo, head="feature", head_repo="bob/vaults")
    gh.close_pull_request(pull)
    assert [each.number for each in remote.get_pulls()] == [fork.number]
    assert [each.number for each in remote.get_pulls(state="all")] == [2, 1]
    assert [each.number for each in remote.get_pulls(head="bob:feature")] == [2]
    assert [each.number for each in remote.get_pulls(base="release")] == []


def test_files_show_every_kind_of_change(gh, repo, bench, remote):
    text = "".join(f"line {n}\n" for n in range(30))
    before = {"gone.sol": "a\n", "old.sol": text, "same.sol": "b\n", "kind.sol": "c\n"}
    base = bench.commit("main", before)
    after = {
        "new name.sol": text,
        "same.sol": "b\nb\n",
        "kind.sol": "same.sol",
        "logo.png": b"\0\1",
        "long.sol": "x" * 30_000 + "\n",
        'diff --git "q.sol': "diff --git a b\n",
    }
    bench.commit("all", after, parents=[base], modes={"kind.sol": "120000"})
    gh.open_pull_request(repo, head="all")
    files = {each.filename: each for each in remote.get_pull(1).get_files()}
    assert {name: each.status for name, each in files.items()} == {
        'diff --git "q.sol': "added",
        "gone.sol": "removed",
        "kind.sol": "changed",
        "logo.png": "added",
        "long.sol": "added",
        "new name.sol": "renamed",
        "same.sol": "modified",
    }
    assert files["new name.sol"].previous_filename == "old.sol"
    without = {name for name, each in files.items() if "patch" not in each.raw_data}
    assert without == {"logo.png", "long.sol", "new name.sol"}
    assert files["same.sol"].patch == "@@ -1 +1,2 @@\n b\n+b"
    assert files['diff --git "q.sol'].patch == "@@ -0,0 +1 @@\n+diff --git a b"


def test_long_lists_of_files_come_in_pages_up_to_the_limit(gh, repo, bench, api, commits):
    bench.commit("many", {f"f{n:03}.sol": f"{n}\n" for n in range(230)}, parents=[commits[0]])
    gh.open_pull_request(repo, head="many")
    gh.limits.pull_request_files = 220
    first = api("GET", f"{VAULTS}/pulls/1/files?per_page=500")
    assert len(first.json()) == 100
    assert set(first.links) == {"next", "last"}
    last = api("GET", first.links["last"]["url"])
    assert len(last.json()) == 20
    assert set(last.links) == {"prev", "first"}


def test_a_comparison_lists_files_on_its_first_page_only(gh, bench, remote, commits, api):
    tip = commits[0]
    for number in range(3):
        tip = bench.commit("long", {f"{n}.sol": "x\n" for n in range(number + 1)}, parents=[tip])
    gh.limits.compare_files = 2
    url = f"{VAULTS}/compare/feature...long"
    first, second = (api("GET", f"{url}?per_page=2&page={page}") for page in (1, 2))
    assert first.json()["merge_base_commit"]["sha"] == commits[0]
    assert (first.json()["status"], first.json()["ahead_by"]) == ("diverged", 3)
    assert (first.json()["behind_by"], first.json()["total_commits"]) == (1, 3)
    assert [len(each.json()["commits"]) for each in (first, second)] == [2, 1]
    assert [len(each.json()["files"]) for each in (first, second)] == [2, 0]
    assert "next" in first.links
    assert remote.compare("main", "main").status == "identical"
    assert remote.compare("feature", "main").status == "behind"


def test_unrelated_histories_have_no_comparison(bench, api, commits):
    bench.commit("island", {"a.sol": "x\n"})
    assert api("GET", f"{VAULTS}/compare/main...island").status_code == 404
    assert api("GET", f"{VAULTS}/commits/nowhere").status_code == 422


def test_a_commit_knows_its_pull_requests(pull, remote, commits):
    assert [each.number for each in remote.get_commit(commits[1]).get_pulls()] == [1]
    assert list(remote.get_commit(commits[0]).get_pulls()) == []


@pytest.mark.parametrize(("deleted", "name"), [(False, "bob/vaults"), (True, None)])
def test_a_forks_commits_are_read_through_the_base(gh, repo, remote, deleted, name):
    pull = gh.open_pull_request(repo, head="feature", head_repo="bob/vaults")
    if deleted:
        gh.delete_fork(pull)
    head = remote.get_pull(1).head
    assert (head.repo.full_name if head.repo else None) == name
    assert remote.get_git_ref("pull/1/head").object.sha == pull.head_sha
    assert len(list(remote.get_pull(1).get_files())) == 2
