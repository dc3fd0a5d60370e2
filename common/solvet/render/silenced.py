"""What a report says of silence: who keeps which findings quiet, and what a change does to that."""

from collections import Counter
from collections.abc import Iterator

from solvet.domain.change import ChangeKind, JudgedFinding
from solvet.domain.review import Review
from solvet.domain.silence import Silence, Silencer
from solvet.domain.suppression import ANY_RULE, Suppression, SuppressionEdit
from solvet.render.fitting import fit_lines
from solvet.render.markdown import code, details, prose
from solvet.render.receipt import Entry, Group
from solvet.render.words import counted, first_of

NO_REASON = "no reason given"
_BUDGET = 2_500
_TEXT = 400


def silence(review: Review) -> str:
    """Markdown; '' where nobody silences anything and no change is made to that."""
    told = [first_review(review), _silenced(review), relapsed(review)]
    parts = [*told, *map(_section, trouble(review))]
    return "\n\n".join(filter(None, parts))


def first_review(review: Review) -> str:
    """Why nothing counts as introduced, for a default branch without anything before it."""
    if not review.adopting:
        return ""
    found = counted(len(review.shown(ChangeKind.EXISTING)), "finding")
    return (
        f"First review of the default branch: there is nothing to compare with. {found} count as "
        "there before and fail nothing; later changes are judged by what they add."
    )


def totals(review: Review) -> str:
    """`3 findings silenced: 2 by a comment in the code, 1 by the baseline.`"""
    quiet = review.silenced
    if not quiet:
        return ""
    counts = Counter(judged.silence.by for judged in quiet if judged.silence)
    parts = (f"{counts[by]:,} by {by}" for by in Silencer if counts[by])
    return f"{counted(len(quiet), 'finding')} silenced: {', '.join(parts)}."


def relapsed(review: Review) -> str:
    """How many of the introduced findings the baseline names, although the base has them not."""
    named = review.silences.baseline
    introduced = review.shown(ChangeKind.INTRODUCED)
    count = sum(judged.finding.fingerprint in named for judged in introduced)
    if not count:
        return ""
    of = f"{count:,} of the introduced findings"
    return f"The baseline has {of}, and accepts only what is in the base as well."


def stale(review: Review) -> str:
    """What the baseline accepts and nobody finds any more."""
    if not review.stale:
        return ""
    entries = "1 entry" if len(review.stale) == 1 else f"{len(review.stale):,} entries"
    return f"The baseline has {entries} for what is not there any more: solvet baseline --prune"


def silenced(review: Review) -> Group:
    """The silenced findings with who keeps them quiet and why."""
    entries = (
        Entry(_place(judged), _told(judged, judged.silence))
        for judged in review.silenced
        if judged.silence
    )
    return Group("Silenced findings", tuple(entries))


def trouble(review: Review) -> tuple[Group, ...]:
    """What a change does to the comments that silence, and what is wrong with them."""
    edits = tuple(Entry(path, _edit(edit)) for path, edit in review.suppression_edits)
    notes = (Entry(f"{path}:{note.line}", note.text) for path, note in review.suppression_notes)
    groups = (
        Group("This change edits suppressions (no effect until merged)", edits),
        Group("Suppression comments", tuple(notes)),
    )
    return tuple(group for group in groups if group.entries)


def _silenced(review: Review) -> str:
    if not review.silenced:
        return ""
    group = silenced(review)
    return details(f"{totals(review)[:-1]}", _listed(group))


def _section(group: Group) -> str:
    return f"### {group.title}\n\n{_listed(group)}"


def _listed(group: Group) -> str:
    lines = [f"- {code(e.path)}: {prose(e.note, limit=_TEXT)}" for e in group.entries]
    fitted = fit_lines(lines, _BUDGET)
    return fitted.text + (f"\n- and {fitted.left_out:,} more" if fitted.left_out else "")


def _place(judged: JudgedFinding) -> str:
    return f"{judged.finding.path}:{judged.finding.span.start_line}"


def _told(judged: JudgedFinding, why: Silence) -> str:
    finding = judged.finding
    by = f"{why.by} of {why.who}" if why.who else why.by
    reason = f": {why.reason or NO_REASON}" if why.by is not Silencer.BASELINE else ""
    identity = f" (`{finding.fingerprint}`)" if why.by is Silencer.TRIAGE else ""
    return f"{finding.severity} `{finding.rule}`{identity}, {by}{reason}"


def _edit(edit: SuppressionEdit) -> str:
    return ". ".join(_sentences(edit, edit.suppression))


def _sentences(edit: SuppressionEdit, suppression: Suppression) -> Iterator[str]:
    verb, where = ("adds", "") if edit.added else ("removes", " of the base")
    what = f"`{suppression.marker}` for {_rules(suppression)}"
    yield f"{verb} {what}, line {suppression.line}{where}"
    if edit.added:
        yield f"It would silence {first_of(edit.waiting) or 'nothing that is there'}"
        yield f"Reason: {suppression.reason}" if suppression.reason else "No reason given"


def _rules(suppression: Suppression) -> str:
    if ANY_RULE in suppression.rules:
        return "every rule"
    return first_of([f"`{rule}`" for rule in suppression.rules])
