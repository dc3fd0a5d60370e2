"""Triage: people ignore findings of a pull request, for a reason, and take it back.

A decision is kept for the repository by the finding's fingerprint; later pushes, other pull
requests and merge queues follow it.
"""

from time import time

from solvet.domain.triage import Decision, beginning, standing
from solvet.render import replies
from solvet.render.words import counted
from solvet.services.spreading import Spread, spread
from solvet.services.talk import Answer, Reply, Talk


def ignore(talk: Talk) -> Answer:
    """Of a finding that the newest review of this pull request has."""
    known = talk.thread.known()
    if known is None:
        return talk.trouble(replies.NOTHING_KNOWN, "no results are kept")
    there = standing(known.review)
    found = beginning(talk.command.id, there)
    if len(found) != 1:
        body = replies.no_finding(talk.command.id, [there[f] for f in found], known.review)
        return talk.trouble(body, "no finding, or several")
    return _kept(talk, _decision(talk, found[0], ignored=True))


def unignore(talk: Talk) -> Answer:
    """A repeat of the same comment finds its own word and goes on."""
    thread = talk.thread
    every = thread.parts.state.decisions(thread.installation, thread.repository)
    open_ones = {d.fingerprint: d for d in every if d.ignored or d.comment == talk.remark.id}
    found = beginning(talk.command.id, open_ones)
    if len(found) != 1:
        among = [open_ones[f] for f in found] or list(open_ones.values())
        body = replies.no_decision(talk.command.id, among, several=bool(found))
        return talk.trouble(body, "no decision, or several")
    return _kept(talk, _decision(talk, found[0], ignored=False))


def _decision(talk: Talk, fingerprint: str, *, ignored: bool) -> Decision:
    return Decision(
        fingerprint=fingerprint,
        who=talk.thread.login,
        comment=talk.remark.id,
        number=talk.thread.number,
        at=int(time()),
        reason=talk.command.reason,
        ignored=ignored,
    )


def _kept(talk: Talk, decision: Decision) -> Answer:
    thread = talk.thread
    if not thread.parts.state.decide(thread.installation, thread.repository, decision):
        return talk.trouble(replies.OVERTAKEN, "a later comment has spoken")
    thread.refresh()
    elsewhere = spread(thread, decision.fingerprint)
    done = "ignored" if decision.ignored else "ignored no more"
    told = f", also in {counted(elsewhere.told, 'other pull request')}" if elsewhere.told else ""
    return Answer(
        outcome=f"{decision.fingerprint} is {done}{told}", reply=_rest(decision, elsewhere)
    )


def _rest(decision: Decision, elsewhere: Spread) -> Reply | None:
    """Said only where the decision does not reach everybody at once."""
    if not elsewhere.left:
        return None
    body = replies.not_everywhere(decision, told=elsewhere.told, left=elsewhere.left)
    return Reply(name=f"spread:{decision.fingerprint}", body=body)
