"""Reviews and their inline comments: all or nothing, and only on lines of the diff.

https://docs.github.com/en/rest/pulls/reviews
"""

from dataclasses import replace

from solvet.local.github.call import Call, Reply
from solvet.local.github.diff import FileChange, Hunk, Side
from solvet.local.github.errors import not_found, unprocessable
from solvet.local.github.fields import Fields
from solvet.local.github.records import PullRequest, Review, ReviewComment
from solvet.local.github.rest.issues import LONGEST_BODY, comment_body, react
from solvet.local.github.rest.pulls import files_of
from solvet.local.github.shapes import pulls

_STATES = {"APPROVE": "APPROVED", "COMMENT": "COMMENTED", "REQUEST_CHANGES": "CHANGES_REQUESTED"}
_SIDES = ("LEFT", "RIGHT")


def list_reviews(call: Call, number: int) -> Reply:
    """`GET …/pulls/{number}/reviews`."""
    pull = call.world.pull(call.repo, number)
    found = [each for each in call.world.reviews.values() if each.pull is pull]
    return call.page(found, lambda each: pulls.review(call.urls, each))


def create_review(call: Call, number: int) -> Reply:
    """`POST …/pulls/{number}/reviews`."""
    pull, fields = call.world.pull(call.repo, number), call.fields()
    review, listed = _review(call, pull, fields), fields.objects("comments")
    if any(not (each.text("body") or "").strip() for each in listed):
        raise unprocessable("Comment body can't be blank")
    if review.state in {"COMMENTED", "CHANGES_REQUESTED"} and not review.body and not listed:
        raise unprocessable("Body can't be blank")
    comments = [_comment(call, review, each) for each in listed]
    call.world.reviews[review.id] = review
    call.world.review_comments.update({each.id: each for each in comments})
    return Reply(pulls.review(call.urls, review))


def list_comments(call: Call, number: int) -> Reply:
    """The inline comments of a pull request, oldest first."""
    pull = call.world.pull(call.repo, number)
    found = [each for each in call.world.review_comments.values() if each.pull is pull]
    return call.page(found, lambda each: pulls.review_comment(call.urls, each))


def list_review_comments(call: Call, number: int, review: int) -> Reply:
    """`GET …/pulls/{number}/reviews/{review}/comments`."""
    pull = call.world.pull(call.repo, number)
    found = [
        each
        for each in call.world.review_comments.values()
        if each.pull is pull and each.review.id == review
    ]
    return call.page(found, lambda each: pulls.review_comment(call.urls, each))


def create_comment(call: Call, number: int) -> Reply:
    """One inline comment, or with `in_reply_to` an answer to one."""
    pull, fields = call.world.pull(call.repo, number), call.fields()
    parent = fields.integer("in_reply_to")
    if parent is not None:
        return create_reply(call, number, parent)
    fields.required_text("commit_id")
    review = _review(call, pull, Fields({"event": "COMMENT", "commit_id": pull.head_sha}))
    comment = _comment(call, review, fields)
    call.world.reviews[review.id] = review
    call.world.review_comments[comment.id] = comment
    return Reply(pulls.review_comment(call.urls, comment), 201)


def create_reply(call: Call, number: int, comment: int) -> Reply:
    """`POST …/pulls/{number}/comments/{comment}/replies`."""
    pull = call.world.pull(call.repo, number)
    parent = find_comment(call, comment)
    if parent.pull is not pull:
        raise not_found()
    body = comment_body(call.fields(), "PullRequestReviewComment")
    answer = reply_to(call, parent, body)
    return Reply(pulls.review_comment(call.urls, answer), 201)


def show_comment(call: Call, number: int) -> Reply:
    """`GET …/pulls/comments/{number}`."""
    return Reply(pulls.review_comment(call.urls, find_comment(call, number)))


def update_comment(call: Call, number: int) -> Reply:
    """`PATCH …/pulls/comments/{number}`."""
    comment = find_comment(call, number)
    comment.body = comment_body(call.fields(), "PullRequestReviewComment")
    comment.updated_at = call.world.now()
    return Reply(pulls.review_comment(call.urls, comment))


def delete_comment(call: Call, number: int) -> Reply:
    """`DELETE …/pulls/comments/{number}`."""
    del call.world.review_comments[find_comment(call, number).id]
    return Reply(status=204)


def react_to_comment(call: Call, number: int) -> Reply:
    """`POST …/pulls/comments/{number}/reactions`."""
    return react(call, find_comment(call, number).reactions)


def _review(call: Call, pull: PullRequest, fields: Fields) -> Review:
    event = fields.choice("event", _STATES)
    commit = fields.text("commit_id") or pull.head_sha
    if pull.repository.git.resolve_commit(commit) is None:
        raise unprocessable(f"No commit found for SHA: {commit}")
    return Review(
        id=call.world.next_id(),
        pull=pull,
        author=call.world.bot,
        body=fields.text("body", longest=LONGEST_BODY) or "",
        state=_STATES.get(event or "", "PENDING"),
        commit_id=commit,
        submitted_at=call.world.now(),
    )


def _comment(call: Call, review: Review, fields: Fields) -> ReviewComment:
    path, body = fields.required_text("path"), comment_body(fields, "PullRequestReviewComment")
    change = _changed(call, review.pull, path)
    whole_file = fields.choice("subject_type", ("line", "file")) == "file"
    line, start_line = fields.integer("line"), fields.integer("start_line")
    side = fields.choice("side", _SIDES) or "RIGHT"
    start_side = fields.choice("start_side", _SIDES) or side
    hunk = None if whole_file else _hunk(call, change, line, side)
    if start_line is not None:
        _check_start(hunk, start_line, start_side, line)
    now = call.world.now()
    return ReviewComment(
        id=call.world.next_id(),
        pull=review.pull,
        review=review,
        author=review.author,
        body=body,
        path=path,
        line=None if whole_file else line,
        position=change.position(_side(side), line or 0) if hunk else 1,
        side=side,
        start_line=start_line,
        start_side=start_side if start_line is not None else None,
        subject_type="file" if whole_file else "line",
        diff_hunk=hunk.header if hunk else "",
        commit_id=review.commit_id,
        created_at=now,
        updated_at=now,
    )


def _changed(call: Call, pull: PullRequest, path: str) -> FileChange:
    listed = files_of(pull)[: call.limits.pull_request_files]
    for change in listed:
        if change.path == path:
            return change
    raise unprocessable("Path could not be resolved")


def _hunk(call: Call, change: FileChange, line: int | None, side: str) -> Hunk:
    """The hunk that shows the line; GitHub does not say which comment has a bad one."""
    shown = change.patch and len(change.patch) <= call.limits.patch_characters
    for hunk in change.hunks if shown and line is not None else ():
        if hunk.covers(_side(side), line or 0):
            return hunk
    raise unprocessable("Line could not be resolved")


def _check_start(hunk: Hunk | None, start: int, side: str, line: int | None) -> None:
    if hunk is None or not hunk.covers(_side(side), start):
        raise unprocessable("Start line could not be resolved")
    if line is not None and start >= line:
        raise unprocessable("Start line must precede the end line.")


def _side(name: str) -> Side:
    return "LEFT" if name == "LEFT" else "RIGHT"


def find_comment(call: Call, number: int) -> ReviewComment:
    """An inline comment of this repository, or 404."""
    comment = call.world.review_comments.get(number)
    if comment is None or comment.pull.repository is not call.repo:
        raise not_found()
    return comment


def reply_to(call: Call, parent: ReviewComment, body: str) -> ReviewComment:
    """The bot's answer under an inline comment."""
    now = call.world.now()
    answer = replace(
        parent,
        id=call.world.next_id(),
        author=call.world.bot,
        body=body,
        in_reply_to=parent.in_reply_to or parent.id,
        created_at=now,
        updated_at=now,
        reactions=[],
    )
    call.world.review_comments[answer.id] = answer
    return answer
