"""Pull requests, comments, reactions, reviews and inline comments.

https://docs.github.com/en/rest/pulls/pulls#get-a-pull-request
"""

from collections import Counter

from solvet.local.github.records import (
    REACTIONS,
    Account,
    Comment,
    Json,
    PullRequest,
    Reaction,
    Review,
    ReviewComment,
    stamp,
)
from solvet.local.github.shapes.links import references
from solvet.local.github.shapes.owners import fork, node_id, repository, user
from solvet.local.github.state import World
from solvet.local.github.urls import Urls


def pull(urls: Urls, world: World, it: PullRequest) -> Json:
    """A pull request as lists and events show it."""
    url, page = urls.pull(it), urls.pull_page(it)
    places = {
        "issue": urls.issue(it),
        "commits": f"{url}/commits",
        "review_comments": f"{url}/comments",
        "review_comment": f"{urls.repo(it.repository)}/pulls/comments{{/number}}",
        "comments": f"{urls.issue(it)}/comments",
        "statuses": f"{urls.repo(it.repository)}/statuses/{it.head_sha}",
    }
    return {
        **_issue_part(urls, it),
        "url": url,
        "html_url": page,
        "diff_url": f"{page}.diff",
        "patch_url": f"{page}.patch",
        **{f"{name}_url": place for name, place in places.items()},
        "_links": references(self_=url, html=page, **places),
        "draft": it.draft,
        "merged_at": None,
        "merge_commit_sha": None,
        "auto_merge": None,
        "requested_reviewers": [],
        "requested_teams": [],
        "head": _head(urls, world, it),
        "base": _side(
            urls,
            it.base,
            it.base_sha,
            repository(urls, world, it.repository),
            world.account(it.repository.owner),
        ),
    }


def full_pull(urls: Urls, world: World, it: PullRequest, counts: Json) -> Json:
    """A pull request on its own; `counts` holds commits, additions, deletions, changed_files."""
    comments = list(world.conversation(it))
    inline = [each for each in world.review_comments.values() if each.pull is it]
    return {
        **pull(urls, world, it),
        **counts,
        "merged": False,
        "mergeable": True,
        "rebaseable": True,
        "mergeable_state": "clean",
        "merged_by": None,
        "maintainer_can_modify": it.fork is not None,
        "comments": len(comments),
        "review_comments": len(inline),
    }


def issue(urls: Urls, world: World, it: PullRequest) -> Json:
    """A pull request seen as an issue, as comment events carry it."""
    url, page = urls.issue(it), urls.pull_page(it)
    return {
        **_issue_part(urls, it),
        "url": url,
        "html_url": page,
        "repository_url": urls.repo(it.repository),
        "comments_url": f"{url}/comments",
        "comments": len(list(world.conversation(it))),
        "events_url": f"{url}/events",
        "labels_url": f"{url}/labels{{/name}}",
        "reactions": _reactions(url, world.pull_reactions.get(it.id, [])),
        "draft": it.draft,
        "pull_request": {
            "url": urls.pull(it),
            "html_url": page,
            "diff_url": f"{page}.diff",
            "patch_url": f"{page}.patch",
        },
    }


def association(it: PullRequest, author: Account) -> str:
    """OWNER and MEMBER are the repository's, CONTRIBUTOR the author of a fork, else NONE."""
    if author.login == it.repository.owner:
        return "OWNER"
    if author.type == "Bot":
        return "NONE"
    return "CONTRIBUTOR" if it.fork is not None else "MEMBER"


def comment(urls: Urls, world: World, it: Comment) -> Json:
    """A comment of the conversation."""
    parent = world.pull(it.repository, it.number)
    url = f"{urls.repo(it.repository)}/issues/comments/{it.id}"
    return {
        "id": it.id,
        "node_id": node_id("IssueComment", it.id),
        "url": url,
        "html_url": f"{urls.pull_page(parent)}#issuecomment-{it.id}",
        "issue_url": urls.issue(parent),
        "user": user(urls, it.author),
        "body": it.body,
        "created_at": stamp(it.created_at),
        "updated_at": stamp(it.updated_at),
        "author_association": association(parent, it.author),
        "performed_via_github_app": None,
        "reactions": _reactions(url, it.reactions),
    }


def reaction(urls: Urls, it: Reaction) -> Json:
    """An emoji."""
    return {
        "id": it.id,
        "node_id": node_id("Reaction", it.id),
        "user": user(urls, it.author),
        "content": it.content,
        "created_at": stamp(it.created_at),
    }


def review(urls: Urls, it: Review) -> Json:
    """A review without its comments."""
    page = f"{urls.pull_page(it.pull)}#pullrequestreview-{it.id}"
    return {
        "id": it.id,
        "node_id": node_id("PullRequestReview", it.id),
        "user": user(urls, it.author),
        "body": it.body,
        "state": it.state,
        "html_url": page,
        "pull_request_url": urls.pull(it.pull),
        "commit_id": it.commit_id,
        "submitted_at": stamp(it.submitted_at),
        "_links": references(html=page, pull_request=urls.pull(it.pull)),
        "author_association": association(it.pull, it.author),
    }


def review_comment(urls: Urls, it: ReviewComment) -> Json:
    """An inline comment."""
    url = f"{urls.repo(it.pull.repository)}/pulls/comments/{it.id}"
    page = f"{urls.pull_page(it.pull)}#discussion_r{it.id}"
    reply = {} if it.in_reply_to is None else {"in_reply_to_id": it.in_reply_to}
    return {
        **reply,
        "id": it.id,
        "node_id": node_id("PullRequestReviewComment", it.id),
        "url": url,
        "html_url": page,
        "pull_request_url": urls.pull(it.pull),
        "_links": references(self_=url, html=page, pull_request=urls.pull(it.pull)),
        "pull_request_review_id": it.review.id,
        "user": user(urls, it.author),
        "body": it.body,
        "path": it.path,
        "position": it.position,
        "original_position": it.position,
        "line": it.line,
        "original_line": it.line,
        "side": it.side,
        "start_line": it.start_line,
        "original_start_line": it.start_line,
        "start_side": it.start_side,
        "subject_type": it.subject_type,
        "diff_hunk": it.diff_hunk,
        "commit_id": it.commit_id,
        "original_commit_id": it.commit_id,
        "created_at": stamp(it.created_at),
        "updated_at": stamp(it.updated_at),
        "author_association": association(it.pull, it.author),
        "reactions": _reactions(url, it.reactions),
    }


def _reactions(url: str, given: list[Reaction]) -> Json:
    counts = Counter(each.content for each in given)
    return {
        "url": f"{url}/reactions",
        "total_count": len(given),
        **{content: counts[content] for content in REACTIONS},
    }


def _issue_part(urls: Urls, it: PullRequest) -> Json:
    return {
        "id": it.id,
        "node_id": node_id("PullRequest", it.id),
        "number": it.number,
        "state": it.state,
        "locked": False,
        "active_lock_reason": None,
        "title": it.title,
        "body": it.body or None,
        "user": user(urls, it.author),
        "assignee": None,
        "assignees": [],
        "labels": [],
        "milestone": None,
        "author_association": association(it, it.author),
        "created_at": stamp(it.created_at),
        "updated_at": stamp(it.updated_at),
        "closed_at": stamp(it.updated_at) if it.state == "closed" else None,
    }


def _head(urls: Urls, world: World, it: PullRequest) -> Json:
    if it.fork is None:
        shown: Json | None = repository(urls, world, it.repository)
        owner = world.account(it.repository.owner)
    else:
        owner = world.account(it.fork.partition("/")[0])
        shown = None if it.fork_deleted else fork(urls, world, it.fork, it.repository)
    return _side(urls, it.head, it.head_sha, shown, owner)


def _side(urls: Urls, ref: str, sha: str, repo: Json | None, owner: Account) -> Json:
    return {
        "label": f"{owner.login}:{ref}",
        "ref": ref,
        "sha": sha,
        "user": user(urls, owner),
        "repo": repo,
    }
