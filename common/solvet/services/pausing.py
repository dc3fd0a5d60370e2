"""Pausing: pushes to a pull request are not reviewed until somebody resumes."""

from collections.abc import Callable

from solvet.domain.scan import Scan
from solvet.domain.triage import Pause
from solvet.errors import Gone
from solvet.render import replies
from solvet.services.begin import PlanParts
from solvet.services.talk import Answer, Talk


def pause(talk: Talk) -> Answer:
    """What was reviewed keeps its verdict, which says from now on that there is a pause."""
    if not _say(talk, paused=True):
        return talk.trouble(replies.OVERTAKEN, "a later comment has spoken")
    talk.thread.refresh()
    return Answer(outcome="paused")


def resume(talk: Talk, review: Callable[[Talk], Answer]) -> Answer:
    """Review the newest head. A repeat of the same comment finds its own word and goes on."""
    thread = talk.thread
    last = thread.parts.state.pause(thread.installation, thread.repository, thread.number)
    if last is None or not (last.paused or last.comment == talk.remark.id):
        return talk.trouble(replies.NOT_PAUSED, "there is no pause")
    if not _say(talk, paused=False):
        return talk.trouble(replies.OVERTAKEN, "a later comment has spoken")
    return review(talk)


def why_waiting(last: Pause | None, newest: Callable[[], Scan | None], parts: PlanParts) -> str:
    """Why nothing is looked at, for a check run's title; '' when there is no pause.

    `newest` is the scan that the very same change has already: its verdict stands.
    """
    if last is None or not last.paused:
        return ""
    scan = newest()
    if scan is not None and _was_looked_at(scan, parts):
        return ""
    return f"Paused by {last.who}: not reviewed"


def _was_looked_at(scan: Scan, parts: PlanParts) -> bool:
    try:
        return not parts.storage.agenda(scan).not_now
    except Gone:
        return False


def _say(talk: Talk, *, paused: bool) -> bool:
    thread = talk.thread
    said = Pause(who=thread.login, comment=talk.remark.id, paused=paused)
    return thread.parts.state.set_pause(thread.installation, thread.repository, thread.number, said)
