"""GitHub's webhook payloads, reduced to the few facts that a delivery carries on.

Only the fields named here are read; everything else of a payload is skipped without being built.
https://docs.github.com/en/webhooks/webhook-events-and-payloads
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from solvet import wire
from solvet.domain.command import addressed
from solvet.domain.delivery import Delivery, Repository, Trigger
from solvet.errors import BadMessage, Malformed
from solvet.services.payloads import Payload

BRANCH = "refs/heads/"
OUR_CHECK = "Solvet"
LONGEST_BUTTON = 20
"""https://docs.github.com/en/rest/checks/runs#create-a-check-run"""
_FULL_NAME = re.compile(r"[\w-][\w.-]*/(?!\.{1,2}$)[\w.-]+", re.ASCII)
"""Paths of GitHub's API are made of it, so it must not lead anywhere else."""


@dataclass(frozen=True, slots=True)
class _Context:
    """What every delivery has, whatever its event."""

    id: str
    installation: int
    payload: Payload

    @property
    def repository(self) -> Repository:
        repository = self.payload.repository
        if repository is None:
            raise Malformed("the payload names no repository")
        if not _FULL_NAME.fullmatch(repository.full_name):
            raise Malformed(f"not a repository: {repository.full_name[:80]!r}")
        return Repository(repository.id, repository.full_name)


def interpret(event: str, delivery_id: str, body: bytes) -> Delivery | None:
    """The delivery that a verified body stands for, or None when it is no business of ours.

    Raises Malformed when the body is not what its event promises.
    """
    reader = _READERS.get(event)
    if reader is None:
        return None
    payload = _parse(body)
    if payload.installation is None:
        raise Malformed("the payload names no installation: is it sent by the App's own webhook?")
    return reader(_Context(delivery_id, payload.installation.id, payload))


def _parse(body: bytes) -> Payload:
    try:
        return wire.decode(Payload, body)
    except BadMessage as error:
        raise Malformed(str(error).replace("a Payload", "a payload of this event")) from error


def _pull_request(context: _Context) -> Delivery | None:
    payload = context.payload
    wanted = {"opened", "reopened", "synchronize", "ready_for_review", "closed"}
    moved_base = payload.action == "edited" and payload.changes.base is not None
    if payload.action not in wanted and not moved_base:
        return None
    if payload.number < 1:
        raise Malformed("the payload has no pull request number")
    return _delivery(context, Trigger.PULL_REQUEST, number=payload.number)


def _push(context: _Context) -> Delivery | None:
    payload = context.payload
    if payload.deleted or not payload.ref.startswith(BRANCH):
        return None
    if payload.ref.startswith(BRANCH + "gh-readonly-queue/"):
        return None
    _require_commits(payload.before, payload.after)
    pushed = _delivery(
        context, Trigger.PUSH, ref=payload.ref, base_sha=payload.before, head_sha=payload.after
    )
    return replace(pushed, default_branch=_is_default(payload))


def _is_default(payload: Payload) -> bool:
    branch = payload.repository.default_branch if payload.repository else None
    return bool(branch) and payload.ref == f"{BRANCH}{branch}"


def _merge_group(context: _Context) -> Delivery | None:
    """What was merged keeps its review; a group that comes to nothing needs none any more."""
    group, action = context.payload.merge_group, context.payload.action
    in_vain = action == "destroyed" and context.payload.reason in {"dequeued", "invalidated"}
    if action != "checks_requested" and not in_vain:
        return None
    if group is None:
        raise Malformed("the payload has no merge group")
    _require_commits(group.base_sha, group.head_sha)
    return _delivery(
        context,
        Trigger.GROUP_GONE if in_vain else Trigger.MERGE_GROUP,
        ref=group.head_ref,
        base_sha=group.base_sha,
        head_sha=group.head_sha,
    )


def _check_run(context: _Context) -> Delivery | None:
    run = context.payload.check_run
    if run is None or not run.name.startswith(OUR_CHECK) or not run.external_id:
        return None
    if context.payload.action == "rerequested":
        return _delivery(context, Trigger.RERUN, scan_id=run.external_id)
    return _button(context, run.external_id)


def _button(context: _Context, scan_id: str) -> Delivery | None:
    payload = context.payload
    if payload.action != "requested_action" or payload.requested_action is None:
        return None
    if payload.sender is None or not payload.sender.login:
        raise Malformed("the payload does not say who pressed the button")
    return replace(
        _delivery(context, Trigger.ACTION, scan_id=scan_id),
        action=payload.requested_action.identifier[:LONGEST_BUTTON],
        actor=payload.sender.login,
    )


def _issue_comment(context: _Context) -> Delivery | None:
    """A person's new comment on a pull request that is for us; an edited one counts no more."""
    payload = context.payload
    issue, comment = payload.issue, payload.comment
    if payload.action != "created" or issue is None or comment is None:
        return None
    by_person = comment.user is not None and comment.user.type == "User"
    if issue.pull_request is None or not by_person or not addressed(comment.body or ""):
        return None
    if issue.number < 1 or comment.id < 1:
        raise Malformed("the payload names no comment of a pull request")
    return replace(_delivery(context, Trigger.COMMAND, number=issue.number), comment=comment.id)


def _check_suite(context: _Context) -> Delivery | None:
    suite = context.payload.check_suite
    if context.payload.action != "rerequested" or suite is None:
        return None
    _require_commits(suite.head_sha)
    return _delivery(context, Trigger.RERUN_ALL, head_sha=suite.head_sha)


def _installation(context: _Context) -> Delivery | None:
    if context.payload.action != "deleted":
        return None
    return Delivery(id=context.id, trigger=Trigger.FORGET, installation=context.installation)


def _installation_repositories(context: _Context) -> Delivery | None:
    """Of added ones nothing is posted until something happens in them."""
    removed = tuple(each.id for each in context.payload.repositories_removed)
    if context.payload.action != "removed" or not removed:
        return None
    return Delivery(
        id=context.id,
        trigger=Trigger.FORGET_REPOSITORIES,
        installation=context.installation,
        repositories=removed,
    )


_READERS: dict[str, Callable[[_Context], Delivery | None]] = {
    "pull_request": _pull_request,
    "push": _push,
    "merge_group": _merge_group,
    "check_run": _check_run,
    "check_suite": _check_suite,
    "issue_comment": _issue_comment,
    "installation": _installation,
    "installation_repositories": _installation_repositories,
}
_ACTIONS = {
    "pull_request": {"opened", "reopened", "synchronize", "ready_for_review", "edited", "closed"},
    "merge_group": {"checks_requested", "destroyed"},
    "check_run": {"rerequested", "requested_action"},
    "check_suite": {"rerequested"},
    "issue_comment": {"created"},
    "installation": {"deleted"},
    "installation_repositories": {"removed"},
}
"""The only actions that may lead to something; every action of an event that is not named here."""


def concerns_us(event: str, action: str) -> bool:
    """May a delivery lead to something? Told without its payload."""
    return event in _READERS and action in _ACTIONS.get(event, {action})


def _delivery(
    context: _Context,
    trigger: Trigger,
    *,
    number: int = 0,
    ref: str = "",
    base_sha: str = "",
    head_sha: str = "",
    scan_id: str = "",
) -> Delivery:
    return Delivery(
        id=context.id,
        trigger=trigger,
        installation=context.installation,
        repository=context.repository,
        number=number,
        ref=ref,
        base_sha=base_sha,
        head_sha=head_sha,
        scan_id=scan_id,
    )


def _require_commits(*shas: str) -> None:
    for sha in shas:
        if len(sha) not in {40, 64} or not set(sha) <= set("0123456789abcdef"):
            raise Malformed(f"not a commit: {sha[:80]!r}")
