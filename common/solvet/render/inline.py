"""An inline comment, and the review that carries some of them."""

import re
from collections.abc import Iterable

from solvet.domain.change import JudgedFinding
from solvet.domain.command import NAME, Verb
from solvet.domain.finding import Engine, Finding
from solvet.domain.inline import Mark, Remark
from solvet.render import words
from solvet.render.context import ReportContext
from solvet.render.finding_markdown import badge, opinion
from solvet.render.markdown import code, link, longest_run, prose
from solvet.render.provenance import reason_of, said_by
from solvet.render.sections import joined
from solvet.render.words import edit_title

_MARK = re.compile(r"<!-- solvet:inline ([0-9a-f]{16}) (static|model) -->")
_SAID = re.compile(r"<!-- solvet:said((?: [0-9a-f]{16})+) -->")


def remark(it: Remark) -> str:
    """The body of one comment; its first line tells us, and nobody else, what it is about."""
    finding = it.judged.finding
    return joined(
        [
            f"<!-- solvet:inline {finding.fingerprint} {finding.engine} -->",
            f"{badge(finding.severity)} · **{prose(finding.title or finding.rule, limit=200)}**",
            prose(finding.message),
            _opinion(it.judged),
            _advice(finding),
            _suggestion(it),
            _foot(it.judged),
        ]
    )


def mark_of(body: str, path: str) -> Mark | None:
    """What a comment of ours was about; None for any other that we wrote."""
    found = _MARK.match(body)
    return Mark(fingerprint=found[1], engine=Engine(found[2]), path=path) if found else None


def review_body(remarks: Iterable[Remark], rest: int, context: ReportContext) -> str:
    """What the review says above its comments; `rest` findings are told elsewhere only."""
    made = [it.judged.finding.fingerprint for it in remarks]
    count = words.counted(len(made), "finding")
    told = f"**Solvet:** {count} beside the code. Each goes with its finding, unless answered."
    where = link("the full report", context.details_url)
    more = f" {words.counted(rest, 'further finding')} in {where} only." if rest else ""
    return f"<!-- solvet:said {' '.join(made)} -->\n{told}{more}"


def said_in(body: str) -> frozenset[str]:
    """The fingerprints that a review of ours commented on."""
    found = _SAID.match(body)
    return frozenset(found[1].split()) if found else frozenset()


def _opinion(judged: JudgedFinding) -> str:
    """A rule's finding speaks for itself; a model's says so, and so does a witness who is sure."""
    if judged.finding.engine is Engine.STATIC:
        return opinion(judged)
    reason = prose(reason_of(judged))
    return f"Found by **{said_by(judged)}**" + (f": {reason}" if reason else ".")


def _advice(finding: Finding) -> str:
    return f"**What to do:** {prose(finding.recommendation)}" if finding.recommendation else ""


def _suggestion(it: Remark) -> str:
    """GitHub puts the block's text in place of exactly the lines that the comment stands at.

    https://docs.github.com/en/pull-requests/collaborating-with-pull-requests/reviewing-changes-in-pull-requests/incorporating-feedback-in-your-pull-request
    """
    fix = it.judged.finding.fix
    if it.suggestion is None or fix is None:
        return ""
    ticks = "`" * max(3, longest_run(it.suggestion) + 1)
    block = f"{it.suggestion}\n" if it.suggestion else ""
    head = f"**{edit_title(fix, it.judged.finding.engine)}:** {prose(fix.description, limit=300)}"
    return f"{head.rstrip()}\n\n{ticks}suggestion\n{block}{ticks}"


def _foot(judged: JudgedFinding) -> str:
    finding = judged.finding
    command = code(f"{NAME} {Verb.IGNORE} {finding.fingerprint} REASON")
    about = f"Rule {code(finding.rule)} · confidence {finding.confidence}"
    return f"<sub>{about} · to silence it, comment {command} on the pull request</sub>"
