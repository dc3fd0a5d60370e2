"""Explanations: all that is known of a finding, with its rule's own page."""

from collections.abc import Sequence
from contextlib import suppress

from solvet.detectors.registry import rule
from solvet.domain.change import ChangeKind, JudgedFinding
from solvet.domain.triage import beginning
from solvet.ports.people import Reaction
from solvet.render import replies
from solvet.render.explanation import RulePage, explained
from solvet.services.talk import Answer, Known, Reply, Talk, Thread

WORST = 3


def explain(talk: Talk) -> Answer:
    """One reply for each finding of a pull request, whoever asks."""
    known = talk.thread.known()
    if known is None:
        return talk.trouble(replies.NOTHING_KNOWN, "no results are kept")
    findings = {j.finding.fingerprint: j for j in known.review.judged}
    found = beginning(talk.command.id, findings)
    if len(found) != 1:
        body = replies.no_finding(talk.command.id, [findings[f] for f in found], known.review)
        return talk.trouble(body, "no finding, or several")
    body = explained([findings[found[0]]], _pages([findings[found[0]]]), known.context)
    return Answer(outcome="explained", reply=Reply(name=f"explain:{found[0]}", body=body))


def explain_worst(thread: Thread) -> Answer:
    """The worst that the change introduces, or else what was there before."""
    known = thread.known()
    worst = _worst(known) if known else ()
    if known is None or not worst:
        body = replies.NOTHING_TO_EXPLAIN if known else replies.NOTHING_KNOWN
        reply = Reply(name="worst", body=body)
        return Answer(outcome="nothing to explain", reaction=Reaction.NOT_DONE, reply=reply)
    body = explained(worst, _pages(worst), known.context)
    return Answer(outcome="explained the worst", reply=Reply(name="worst", body=body))


def _worst(known: Known) -> tuple[JudgedFinding, ...]:
    review = known.review
    shown = review.shown(ChangeKind.INTRODUCED) or review.shown(ChangeKind.EXISTING)
    return shown[:WORST]


def _pages(findings: Sequence[JudgedFinding]) -> dict[str, RulePage]:
    """The pages of the rules that have one: claims of models have none."""
    pages = {}
    for name in {judged.finding.rule for judged in findings}:
        with suppress(KeyError):
            own = rule(name)
            pages[name] = RulePage(what=own.what, why=own.why, how=own.how, limits=own.limits)
    return pages
