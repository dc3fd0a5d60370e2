"""Check runs, check suites and annotations.

https://docs.github.com/en/rest/checks/runs#get-a-check-run
"""

from solvet.local.github.records import (
    CheckRun,
    CheckSuite,
    Json,
    PullRequest,
    stamp,
)
from solvet.local.github.shapes.commits import simple_commit
from solvet.local.github.shapes.owners import app, node_id
from solvet.local.github.state import World
from solvet.local.github.urls import Urls


def check_run(urls: Urls, world: World, it: CheckRun) -> Json:
    """A check run; annotations are only counted here."""
    url = urls.check_run(it)
    return {
        "id": it.id,
        "node_id": node_id("CheckRun", it.id),
        "name": it.name,
        "head_sha": it.head_sha,
        "external_id": it.external_id,
        "url": url,
        "html_url": f"{urls.commit_page(it.repository, it.head_sha)}#check-{it.id}",
        "details_url": it.details_url or f"{urls.commit_page(it.repository, it.head_sha)}",
        "status": it.status,
        "conclusion": it.conclusion,
        "started_at": it.started_at,
        "completed_at": it.completed_at,
        "output": {
            "title": it.title,
            "summary": it.summary,
            "text": it.text,
            "annotations_count": len(it.annotations),
            "annotations_url": f"{url}/annotations",
        },
        "check_suite": {"id": it.suite.id},
        "app": app(urls, world),
        "pull_requests": pull_references(urls, world, it.suite),
    }


def check_suite(urls: Urls, world: World, it: CheckSuite) -> Json:
    """A commit's suite; its conclusion is that of its last run."""
    runs = world.runs_of(it.repository, it.head_sha)
    references = pull_references(urls, world, it)
    commit = it.repository.git.commit(it.head_sha)
    return {
        "id": it.id,
        "node_id": node_id("CheckSuite", it.id),
        "head_branch": references[0]["head"]["ref"] if references else None,
        "head_sha": it.head_sha,
        "status": runs[-1].status if runs else "queued",
        "conclusion": runs[-1].conclusion if runs else None,
        "url": f"{urls.repo(it.repository)}/check-suites/{it.id}",
        "before": None,
        "after": it.head_sha,
        "pull_requests": references,
        "app": app(urls, world),
        "latest_check_runs_count": len(runs),
        "created_at": stamp(it.created_at),
        "updated_at": stamp(it.created_at),
        "head_commit": simple_commit(commit) if commit else None,
        "check_runs_url": f"{urls.repo(it.repository)}/check-suites/{it.id}/check-runs",
    }


def pull_references(urls: Urls, world: World, suite: CheckSuite) -> list[Json]:
    """The open pull requests of the suite's commit; those from forks are never listed."""
    return [
        _reference(urls, pull)
        for pull in world.pulls_of(suite.repository)
        if pull.head_sha == suite.head_sha and pull.fork is None and pull.state == "open"
    ]


def annotation(urls: Urls, run: CheckRun, it: Json) -> Json:
    """An annotation with every member GitHub answers."""
    members = ("start_column", "end_column", "title", "raw_details")
    page = urls.file_page(run.repository, run.head_sha, it["path"])
    return {**dict.fromkeys(members), **it, "blob_href": page}


def _reference(urls: Urls, pull: PullRequest) -> Json:
    it = pull.repository
    repo = {"id": it.id, "url": urls.repo(it), "name": it.name}
    return {
        "id": pull.id,
        "number": pull.number,
        "url": urls.pull(pull),
        "head": {"ref": pull.head, "sha": pull.head_sha, "repo": repo},
        "base": {"ref": pull.base, "sha": pull.base_sha, "repo": repo},
    }
