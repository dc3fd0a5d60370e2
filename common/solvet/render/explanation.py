"""All that is known of a finding, at length."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from solvet.domain.change import ChangeKind, JudgedFinding
from solvet.domain.command import NAME, Verb
from solvet.domain.silence import Silencer
from solvet.render.context import ReportContext
from solvet.render.finding_markdown import line, section
from solvet.render.fitting import Item, fit
from solvet.render.markdown import code, details, prose
from solvet.render.sections import joined
from solvet.render.words import counted

LIMIT = 60_000
"""Bytes; GitHub takes 65,536 characters of a comment."""

_CHANGES = {
    ChangeKind.INTRODUCED: "Introduced by this change.",
    ChangeKind.EXISTING: "Already in the base.",
    ChangeKind.FIXED: "Fixed by this change.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePage:
    """A rule's documentation: Markdown of ours."""

    what: str
    why: str
    how: str
    limits: str


def explained(
    findings: Sequence[JudgedFinding], pages: Mapping[str, RulePage], context: ReportContext
) -> str:
    """Each finding, with its rule's page once; what does not fit is told in a line."""
    rules = [judged.finding.rule for judged in findings]
    told = [_page(pages.get(rule), again=rule in rules[:n]) for n, rule in enumerate(rules)]
    items = [
        Item(_explained(judged, page, context), line(judged, context))
        for judged, page in zip(findings, told, strict=True)
    ]
    fitted = fit(items, LIMIT)
    cut = f"{counted(fitted.shortened, 'finding')} in one line only, for length."
    return joined([fitted.text, cut if fitted.shortened else ""])


def _explained(judged: JudgedFinding, page: str, context: ReportContext) -> str:
    return joined(
        [
            section(judged, context),
            joined([_CHANGES[judged.change], _way(judged), _silence(judged)]),
            page,
            _commands(judged),
        ]
    )


def _way(judged: JudgedFinding) -> str:
    return f"It is here because of {' → '.join(map(code, judged.cause))}." if judged.cause else ""


def _silence(judged: JudgedFinding) -> str:
    if judged.silence is None:
        return ""
    who = f" of {prose(judged.silence.who, limit=100)}" if judged.silence.who else ""
    why = f": {prose(judged.silence.reason)}" if judged.silence.reason else "."
    return f"**Ignored** by {judged.silence.by}{who}{why}"


def _page(page: RulePage | None, *, again: bool) -> str:
    if page is None:
        return "A claim of a model: no rule documents it."
    if again:
        return "About this rule: see above."
    parts = (
        ("What the rule finds", page.what),
        ("Why it matters", page.why),
        ("How to fix it", page.how),
        ("Known limits", page.limits),
    )
    return details("About this rule", "\n\n".join(f"**{title}.** {text}" for title, text in parts))


def _commands(judged: JudgedFinding) -> str:
    fingerprint = judged.finding.fingerprint
    if judged.change is ChangeKind.FIXED:
        return ""
    if judged.silence:
        decided = judged.silence.by is Silencer.TRIAGE
        return f"`{NAME} {Verb.UNIGNORE} {fingerprint}` takes it back." if decided else ""
    return f"If it is no problem here: `{NAME} {Verb.IGNORE} {fingerprint} reason`"
