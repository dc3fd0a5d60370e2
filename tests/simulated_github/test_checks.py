import pytest
from github import GithubException

RUNS = "/repos/acme/vaults/check-runs"
NOTE = {
    "path": "src/Vault.sol",
    "start_line": 5,
    "end_line": 5,
    "annotation_level": "warning",
    "message": "hm",
}


def output(**changes):
    return {"title": "One finding", "summary": "See below", "annotations": [], **changes}


@pytest.fixture
def run(remote, commits):
    return remote.create_check_run(name="solvet", head_sha=commits[1], status="in_progress")


def test_a_check_run_goes_from_progress_to_a_conclusion(gh, run):
    run.edit(conclusion="failure", output=output(annotations=[NOTE]))
    run.edit(output=output(annotations=[NOTE | {"start_line": 1, "end_line": 3}] * 50))
    assert (run.status, run.conclusion) == ("completed", "failure")
    assert run.completed_at is not None
    assert run.output.annotations_count == 51
    assert len(list(run.get_annotations())) == 51
    assert len(gh.snapshot()["check_runs"][0]["annotations"]) == 51


@pytest.mark.parametrize(
    "bad",
    [
        {"end_line": 4},
        {"start_line": 0, "end_line": 0},
        {"end_line": 6, "start_column": 1},
        {"start_column": 5, "end_column": 2},
        {"path": "/src/Vault.sol"},
        {"path": None},
        {"title": "t" * 256},
        {"annotation_level": "error"},
        {"message": None},
        {"start_line": "5"},
        {"raw_details": "x" * 70_000},
    ],
)
def test_one_bad_annotation_refuses_the_whole_request(api, gh, run, bad):
    body = {"name": "renamed", "output": output(annotations=[NOTE, NOTE | bad])}
    answer = api("PATCH", f"{RUNS}/{run.id}", body)
    assert answer.status_code == 422
    assert gh.snapshot()["check_runs"][0]["annotations"] == []
    assert gh.snapshot()["check_runs"][0]["name"] == "solvet"


@pytest.mark.parametrize(
    "bad",
    [
        {"output": output(annotations=[NOTE] * 51)},
        {"output": output(summary="é" * 32_768)},
        {"output": output(text="x" * 65_536)},
        {"output": {"title": "no summary"}},
        {"status": "completed"},
        {"status": "in_progress", "conclusion": "success"},
        {"status": "done"},
        {"conclusion": "stale"},
        {"completed_at": "2026-11-21T00:00:00Z"},
        {"details_url": "ftp://example.org"},
        {"actions": [{"label": "a", "description": "b", "identifier": "c"}] * 4},
        {"actions": [{"label": "a" * 21, "description": "b", "identifier": "c"}]},
        {"actions": [{"label": "a", "description": "b" * 41, "identifier": "c"}]},
    ],
)
def test_requests_github_refuses_are_422(api, run, bad):
    answer = api("PATCH", f"{RUNS}/{run.id}", bad)
    assert answer.status_code == 422
    assert answer.json()["documentation_url"].startswith("https://docs.github.com")


def test_texts_may_fill_the_limit_in_bytes(api, run):
    full = output(summary="é" * 32_767, text="x" * 65_535)
    assert api("PATCH", f"{RUNS}/{run.id}", {"output": full}).status_code == 200


def test_a_check_run_needs_a_name_and_a_commit(api, commits):
    assert api("POST", RUNS, {"name": "solvet"}).status_code == 422
    unknown = api("POST", RUNS, {"name": "solvet", "head_sha": "f" * 40})
    assert unknown.status_code == 422
    assert "No commit found for SHA" in unknown.json()["message"]


def test_runs_are_found_by_commit_and_name_newest_first(remote, commits, run):
    remote.create_check_run(name="lint", head_sha=commits[1])
    second = remote.create_check_run(name="solvet", head_sha=commits[1])
    commit = remote.get_commit(commits[1])
    assert [each.id for each in commit.get_check_runs(check_name="solvet")] == [second.id]
    everything = commit.get_check_runs(check_name="solvet", filter="all")
    assert [each.id for each in everything] == [second.id, run.id]
    assert remote.get_commit(commits[0]).get_check_runs().totalCount == 0


def test_only_pull_requests_of_the_repository_itself_are_listed(gh, repo, remote, commits):
    ours = gh.open_pull_request(repo, head="feature")
    gh.open_pull_request(repo, head="feature", head_repo="bob/vaults")
    run = remote.create_check_run(name="solvet", head_sha=commits[1])
    assert [each.number for each in run.pull_requests] == [ours.number]


def test_a_check_of_another_repository_is_not_found(gh, bench, run, client):
    gh.add_repository("acme/other", bench.directory, installation_id=77)
    with pytest.raises(GithubException) as caught:
        client.get_repo("acme/other").get_check_run(run.id)
    assert caught.value.status == 404
