"""The world as plain data, for assertions and for the page's own polling."""

from dataclasses import asdict

from solvet.local.github.records import (
    CheckRun,
    Comment,
    Json,
    Reaction,
    Review,
    ReviewComment,
)
from solvet.local.github.state import World


def snapshot(world: World) -> Json:
    """Lists of dictionaries, oldest first; repositories by their full names."""
    return {
        "check_runs": [_check_run(each) for each in world.check_runs.values()],
        "comments": [_comment(each) for each in world.comments.values()],
        "reviews": [_review(each) for each in world.reviews.values()],
        "review_comments": [_inline(each) for each in world.review_comments.values()],
        "sarifs": [
            {
                "id": each.id,
                "repository": each.repository.full_name,
                "commit_sha": each.commit_sha,
                "ref": each.ref,
                "document": each.document,
            }
            for each in world.sarifs.values()
        ],
        "requests": [asdict(each) for each in world.requests],
    }


def _check_run(run: CheckRun) -> Json:
    members = (
        *("id", "name", "head_sha", "status", "conclusion", "started_at", "completed_at"),
        *("details_url", "external_id", "title", "summary", "text"),
    )
    return {
        "repository": run.repository.full_name,
        **{name: getattr(run, name) for name in members},
        "annotations": [dict(each) for each in run.annotations],
        "actions": [dict(each) for each in run.actions],
    }


def _comment(comment: Comment) -> Json:
    return {
        "id": comment.id,
        "repository": comment.repository.full_name,
        "number": comment.number,
        "author": comment.author.login,
        "body": comment.body,
        "created_at": comment.created_at,
        "updated_at": comment.updated_at,
        "reactions": _reactions(comment.reactions),
    }


def _review(review: Review) -> Json:
    return {
        "id": review.id,
        "repository": review.pull.repository.full_name,
        "number": review.pull.number,
        "author": review.author.login,
        "body": review.body,
        "state": review.state,
        "commit_id": review.commit_id,
    }


def _inline(comment: ReviewComment) -> Json:
    members = ("id", "body", "path", "line", "side", "start_line", "start_side", "in_reply_to")
    return {
        "repository": comment.pull.repository.full_name,
        "number": comment.pull.number,
        "author": comment.author.login,
        "review_id": comment.review.id,
        **{name: getattr(comment, name) for name in members},
        "reactions": _reactions(comment.reactions),
    }


def _reactions(reactions: list[Reaction]) -> list[Json]:
    return [{"author": each.author.login, "content": each.content} for each in reactions]
