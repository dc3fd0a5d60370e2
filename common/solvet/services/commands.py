"""Commands in comments and buttons on check runs: who may use them, and what they do.

May be run any number of times for the same delivery: a scan is named after it, decisions carry the
comment's id, replies are found before they are written.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Protocol

from solvet.domain.command import Command, Unclear, Verb, parse
from solvet.domain.delivery import Delivery
from solvet.domain.scan import Scan, TargetKind
from solvet.errors import Denied, Gone
from solvet.ports.people import Reaction, Remark
from solvet.render import replies
from solvet.services import pausing
from solvet.services.begin import PlanParts
from solvet.services.configuration import config
from solvet.services.deciding import ignore, unignore
from solvet.services.explaining import explain, explain_worst
from solvet.services.talk import Answer, Reply, Review, Talk, Thread


class Again(Protocol):
    """Scans once more what a scan was about, all files of it when it is told so."""

    def __call__(self, scan: Scan, *, full: bool) -> str: ...


def obey(delivery: Delivery, parts: PlanParts, review: Review) -> str:
    """Do what a comment asks for; the text is read now, for the delivery carries its id only."""
    if delivery.repository is None:
        raise Gone("the delivery names no repository")
    github = parts.github(delivery.installation, delivery.repository)
    remark = github.remark(delivery.repository, delivery.comment)
    ours = remark.person and remark.number == delivery.number
    command = parse(remark.body) if ours else None
    if command is None:
        return "the comment is no command any more"
    thread = Thread(
        delivery=delivery,
        repository=delivery.repository,
        number=remark.number,
        login=remark.login,
        parts=parts,
        review=review,
    )
    if not github.may_write(delivery.repository, remark.login):
        return _refused(thread)
    return _acknowledged(thread, remark, command)


def press(delivery: Delivery, parts: PlanParts, again: Again) -> str:
    """Do what a button on a check run stands for."""
    scan = parts.state.scan(delivery.installation, delivery.scan_id)
    if scan is None:
        return "nothing to review: the check run is older than what is remembered"
    thread = Thread(
        delivery=delivery,
        repository=scan.repository,
        number=scan.target.number,
        login=delivery.actor,
        parts=parts,
        review=partial(again, scan),
    )
    on_pull = scan.target.kind is TargetKind.PULL
    if not thread.github.may_write(scan.repository, delivery.actor):
        return _refused(thread) if on_pull else "refused: no write access"
    match delivery.action:
        case Verb.REVIEW:
            return thread.review(full=False)
        case Verb.FULL:
            return thread.review(full=True)
        case Verb.EXPLAIN if on_pull:
            return _told(thread, explain_worst(thread))
        case other:
            return f"there is no button {other!r} here"


def _refused(thread: Thread) -> str:
    """One reply for each person and pull request; nothing else is done, and nothing spent."""
    reply = Reply(name=f"refused:{thread.person}", body=replies.refused(thread.login))
    thread.write(reply)
    return "refused: no write access"


def _acknowledged(thread: Thread, remark: Remark, command: Command | Unclear) -> str:
    _react(thread, remark, Reaction.SEEN)
    try:
        answer = _answer(thread, remark, command)
    except (Gone, Denied):
        _react(thread, remark, Reaction.NOT_DONE)
        raise
    outcome = _told(thread, answer)
    _react(thread, remark, answer.reaction)
    return outcome


def _told(thread: Thread, answer: Answer) -> str:
    if answer.reply is not None:
        thread.write(answer.reply)
    return answer.outcome


def _react(thread: Thread, remark: Remark, reaction: Reaction) -> None:
    """Without the permission, or when the comment is gone, the rest is done all the same."""
    with suppress(Gone, Denied):
        thread.github.react(thread.repository, remark.id, reaction)


def _answer(thread: Thread, remark: Remark, command: Command | Unclear) -> Answer:
    if isinstance(command, Unclear):
        return _help(thread, command.problem)
    return _HANDLERS[command.verb](Talk(thread, remark, command))


def _help(thread: Thread, problem: str = "") -> Answer:
    reaction = Reaction.NOT_DONE if problem else Reaction.DONE
    reply = Reply(name=f"help:{thread.person}", body=replies.usage(problem))
    return Answer(outcome="help", reaction=reaction, reply=reply)


def _review(talk: Talk) -> Answer:
    pull = talk.thread.github.pull_request(talk.thread.repository, talk.thread.number)
    if not pull.open:
        return talk.trouble(replies.CLOSED, "nothing to review: the pull request is closed")
    outcome = talk.thread.review(full=talk.command.verb is Verb.FULL)
    return Answer(outcome=outcome, reaction=Reaction.STARTED)


_HANDLERS: dict[Verb, Callable[[Talk], Answer]] = {
    Verb.REVIEW: _review,
    Verb.FULL: _review,
    Verb.EXPLAIN: explain,
    Verb.IGNORE: ignore,
    Verb.UNIGNORE: unignore,
    Verb.PAUSE: pausing.pause,
    Verb.RESUME: lambda talk: pausing.resume(talk, _review),
    Verb.CONFIG: config,
    Verb.HELP: lambda talk: _help(talk.thread),
}
