"""Comments of the conversation, and reactions.

https://docs.github.com/en/rest/issues/comments
"""

from solvet.local.github.call import Call, Reply
from solvet.local.github.errors import invalid, not_found
from solvet.local.github.fields import Fields
from solvet.local.github.records import REACTIONS, Comment, Reaction
from solvet.local.github.shapes import pulls

LONGEST_BODY = 65_536


def list_comments(call: Call, number: int) -> Reply:
    """Oldest first."""
    found = list(call.world.conversation(call.world.pull(call.repo, number)))
    return call.page(found, lambda each: pulls.comment(call.urls, call.world, each))


def create_comment(call: Call, number: int) -> Reply:
    """`POST …/issues/{number}/comments`."""
    pull, now = call.world.pull(call.repo, number), call.world.now()
    body = comment_body(call.fields(), "IssueComment")
    comment = Comment(call.world.next_id(), call.repo, pull.number, call.world.bot, body, now, now)
    call.world.comments[comment.id] = comment
    return Reply(pulls.comment(call.urls, call.world, comment), 201)


def show_comment(call: Call, number: int) -> Reply:
    """`GET …/issues/comments/{number}`."""
    return Reply(pulls.comment(call.urls, call.world, _comment(call, number)))


def update_comment(call: Call, number: int) -> Reply:
    """`PATCH …/issues/comments/{number}`."""
    comment = _comment(call, number)
    comment.body = comment_body(call.fields(), "IssueComment")
    comment.updated_at = call.world.now()
    return Reply(pulls.comment(call.urls, call.world, comment))


def delete_comment(call: Call, number: int) -> Reply:
    """`DELETE …/issues/comments/{number}`."""
    del call.world.comments[_comment(call, number).id]
    return Reply(status=204)


def react_to_comment(call: Call, number: int) -> Reply:
    """`POST …/issues/comments/{number}/reactions`."""
    return react(call, _comment(call, number).reactions)


def react_to_pull(call: Call, number: int) -> Reply:
    """`POST …/issues/{number}/reactions`."""
    pull = call.world.pull(call.repo, number)
    return react(call, call.world.pull_reactions.setdefault(pull.id, []))


def react(call: Call, reactions: list[Reaction]) -> Reply:
    """Adds the bot's reaction; 200 when it was there already."""
    content = call.fields().choice("content", REACTIONS)
    if content is None:
        raise invalid("Reaction", "content", "missing_field")
    for reaction in reactions:
        if reaction.content == content and reaction.author is call.world.bot:
            return Reply(pulls.reaction(call.urls, reaction))
    world = call.world
    reactions.append(Reaction(world.next_id(), world.bot, content, world.now()))
    return Reply(pulls.reaction(call.urls, reactions[-1]), 201)


def comment_body(fields: Fields, resource: str) -> str:
    """The text of a comment: not blank, and 65,536 characters at most."""
    body = fields.text("body") or ""
    if not body.strip():
        raise invalid(resource, "body", "missing_field")
    if len(body) > LONGEST_BODY:
        problem = f"body is too long (maximum is {LONGEST_BODY} characters)"
        raise invalid(resource, "body", "unprocessable", problem)
    return body


def _comment(call: Call, number: int) -> Comment:
    comment = call.world.comments.get(number)
    if comment is None or comment.repository is not call.repo:
        raise not_found()
    return comment
