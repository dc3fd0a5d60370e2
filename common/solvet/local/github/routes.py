"""Which request goes to which handler, who may send it and with which permission."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from solvet.local.github import graphql
from solvet.local.github.call import Reply
from solvet.local.github.rest import (
    apps,
    checks,
    gitdata,
    issues,
    manifests,
    pulls,
    repos,
    reviews,
    scanning,
)

_REPO = "/repos/<owner>/<name>"


@dataclass(frozen=True, slots=True)
class Route:
    """One endpoint; `permission` and `level` are what an installation's token must hold."""

    method: str
    path: str
    handler: Callable[..., Reply]
    access: Literal["anyone", "app", "installation", "repository"] = "repository"
    permission: str = "metadata"
    level: str = "read"


def _app(method: str, path: str, handler: Callable[..., Reply]) -> Route:
    return Route(method, path, handler, "app")


def _read(path: str, handler: Callable[..., Reply], permission: str) -> Route:
    return Route("GET", _REPO + path, handler, "repository", permission, "read")


def _write(method: str, path: str, handler: Callable[..., Reply], permission: str) -> Route:
    return Route(method, _REPO + path, handler, "repository", permission, "write")


_APPS = (
    _app("GET", "/app", apps.show_app),
    _app("GET", "/app/installations", apps.list_installations),
    _app("GET", "/app/installations/<int:number>", apps.show_installation),
    _app("POST", "/app/installations/<int:number>/access_tokens", apps.create_token),
    _app("GET", f"{_REPO}/installation", apps.show_repository_installation),
    _app("GET", "/app/hook/config", apps.show_hook_config),
    _app("GET", "/app/hook/deliveries", apps.list_deliveries),
    _app("GET", "/app/hook/deliveries/<int:number>", apps.show_delivery),
    _app("POST", "/app/hook/deliveries/<int:number>/attempts", apps.redeliver),
    Route("POST", "/app-manifests/<code>/conversions", manifests.convert, "anyone"),
    Route("GET", "/rate_limit", apps.rate_limit, "installation"),
    Route("GET", "/installation/repositories", apps.list_installation_repositories, "installation"),
    Route("POST", "/graphql", graphql.answer, "installation"),
)
_CONTENTS = (
    Route("GET", "/repositories/<int:repository_id>", repos.show),
    _read("", repos.show, "metadata"),
    _read("/branches/<path:branch>", repos.show_branch, "contents"),
    _read("/collaborators/<login>/permission", repos.show_permission, "metadata"),
    _read("/commits/<path:ref>", repos.show_commit, "contents"),
    _read("/commits/<sha>/pulls", repos.list_commit_pulls, "contents"),
    _read("/compare/<path:basehead>", repos.compare, "contents"),
    _read("/git/trees/<path:sha>", gitdata.show_tree, "contents"),
    _read("/git/blobs/<sha>", gitdata.show_blob, "contents"),
    _read("/git/commits/<sha>", gitdata.show_git_commit, "contents"),
    _read("/git/ref/<path:ref>", gitdata.show_reference, "contents"),
    _read("/contents", gitdata.show_contents, "contents"),
    _read("/contents/<path:path>", gitdata.show_contents, "contents"),
)
_CHECKS = (
    _write("POST", "/check-runs", checks.create, "checks"),
    _read("/check-runs/<int:number>", checks.show, "checks"),
    _write("PATCH", "/check-runs/<int:number>", checks.update, "checks"),
    _read("/check-runs/<int:number>/annotations", checks.list_annotations, "checks"),
    _read("/check-suites/<int:number>", checks.show_suite, "checks"),
    _read("/commits/<path:ref>/check-runs", checks.list_of_commit, "checks"),
    _write("POST", "/code-scanning/sarifs", scanning.upload, "security_events"),
    _read("/code-scanning/sarifs/<upload_id>", scanning.show, "security_events"),
)
_COMMENT, _INLINE = "/issues/comments/<int:number>", "/pulls/comments/<int:number>"
_CONVERSATION = (
    _read("/issues/<int:number>", pulls.show_issue, "pull_requests"),
    _read("/issues/<int:number>/comments", issues.list_comments, "pull_requests"),
    _write("POST", "/issues/<int:number>/comments", issues.create_comment, "pull_requests"),
    _write("POST", "/issues/<int:number>/reactions", issues.react_to_pull, "issues"),
    _read(_COMMENT, issues.show_comment, "pull_requests"),
    _write("PATCH", _COMMENT, issues.update_comment, "pull_requests"),
    _write("DELETE", _COMMENT, issues.delete_comment, "pull_requests"),
    _write("POST", f"{_COMMENT}/reactions", issues.react_to_comment, "issues"),
)
_PULLS = (
    _read("/pulls", pulls.list_all, "pull_requests"),
    _read("/pulls/<int:number>", pulls.show, "pull_requests"),
    _read("/pulls/<int:number>/files", pulls.list_files, "pull_requests"),
    _read("/pulls/<int:number>/commits", pulls.list_commits, "pull_requests"),
    _read("/pulls/<int:number>/reviews", reviews.list_reviews, "pull_requests"),
    _write("POST", "/pulls/<int:number>/reviews", reviews.create_review, "pull_requests"),
    _read(
        "/pulls/<int:number>/reviews/<int:review>/comments",
        reviews.list_review_comments,
        "pull_requests",
    ),
    _read("/pulls/<int:number>/comments", reviews.list_comments, "pull_requests"),
    _write("POST", "/pulls/<int:number>/comments", reviews.create_comment, "pull_requests"),
    _write(
        "POST",
        "/pulls/<int:number>/comments/<int:comment>/replies",
        reviews.create_reply,
        "pull_requests",
    ),
    _read(_INLINE, reviews.show_comment, "pull_requests"),
    _write("PATCH", _INLINE, reviews.update_comment, "pull_requests"),
    _write("DELETE", _INLINE, reviews.delete_comment, "pull_requests"),
    _write("POST", f"{_INLINE}/reactions", reviews.react_to_comment, "pull_requests"),
)
ROUTES = (*_APPS, *_CONTENTS, *_CHECKS, *_CONVERSATION, *_PULLS)
