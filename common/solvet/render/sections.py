"""The sections that comment and check run share: the receipt, the model's part, the footer."""

from collections.abc import Iterable

from solvet.domain.command import NAME, Verb
from solvet.domain.review import Review
from solvet.render import reach, receipt, words
from solvet.render.fitting import fit_lines
from solvet.render.markdown import code, details, prose

RECEIPT_BUDGET = 8_000
"""Bytes for the list of what was not looked at; as many again for what was."""

_MODEL_BUDGET = 4_000
_NOTE_LIMIT = 300


def coverage(review: Review, *, budget: int = RECEIPT_BUDGET) -> str:
    """The coverage receipt: what was left out in the open, what was looked at folded."""
    told = "; ".join(filter(None, (receipt.totals(review), reach.judged_again(review))))
    parts = [f"### What was looked at\n{told}."]
    if review.waited:
        parts.append(review.waited)
    if review.unlisted:
        parts.append(f"**The list of files may be incomplete:** {prose(review.unlisted)}")
    if notes := [f"- {prose(note)}" for note in reach.notes(review)]:
        parts.append(_listed(notes, budget // 4))
    if troubled := receipt.trouble(review):
        parts.append(_groups(troubled, budget))
    if excluded := receipt.excluded(review):
        parts.append(_groups(excluded, budget // 4))
    if clean := (*receipt.clean(review), *reach.again(review)):
        parts.append(details("Files looked at", _groups(clean, budget)))
    return "\n\n".join(parts)


def model(review: Review) -> str:
    """How far the model came and why no further; what it took; the files it left out, folded."""
    names = f" {code(review.model.model)}." if review.model.model else ""
    notes = words.model_notes(review)
    reach = [words.model_part(review)]
    reach += [f"{label}: {prose(text, limit=_NOTE_LIMIT)}." for label, text in notes]
    told = [" ".join(filter(None, reach)), words.model_usage(review)]
    return joined([f"**Model:**{names} " + "\n".join(filter(None, told)), _unreviewed(review)])


def _unreviewed(review: Review) -> str:
    groups = receipt.unreviewed(review)
    count = sum(len(group.entries) for group in groups)
    title = f"Files that the model has not reviewed in full ({count:,})"
    return details(title, _groups(groups, _MODEL_BUDGET)) if groups else ""


def paused(review: Review) -> str:
    """That nothing more is reviewed, and how to go on; or nothing."""
    if not review.paused_by:
        return ""
    return f"Reviews are paused by {prose(review.paused_by)}; `{NAME} {Verb.RESUME}` goes on."


def first_steps(review: Review) -> str:
    """Below the first review of a repository: how to tune and how to silence."""
    return _FIRST_STEPS if review.first else ""


_FIRST_STEPS = f"""### First review here
- Tune: `.solvet.yml` on the base branch says what is shown, what fails and where to look.
  `{NAME} {Verb.CONFIG}` tells what holds now.
- Silence: `{NAME} {Verb.IGNORE} ID reason`, with a finding's fingerprint as its ID.
  `// solvet-ignore-next-line RULE -- reason` counts once it is merged.
- All else: `{NAME} {Verb.HELP}`."""


def footer(review: Review) -> str:
    """Which engine looked at which commits."""
    engine = code(review.engine_version) if review.engine_version else "of unknown version"
    shas = f"head {code(words.short(review.head_sha))}" if review.head_sha else "working tree"
    if review.base_sha and not review.adopting:
        shas += f" compared with base {code(words.short(review.base_sha))}"
    return f"<sub>Solvet engine {engine} · {shas}</sub>"


def joined(parts: Iterable[str]) -> str:
    """The parts that say anything, as paragraphs."""
    return "\n\n".join(part for part in parts if part)


def _groups(groups: tuple[receipt.Group, ...], budget: int) -> str:
    return "\n\n".join(_group(group, budget // len(groups)) for group in groups)


def _group(group: receipt.Group, budget: int) -> str:
    lines = [_entry(entry) for entry in group.entries]
    return f"**{group.title}** ({len(lines):,})\n\n{_listed(lines, budget)}"


def _entry(entry: receipt.Entry) -> str:
    note = f": {prose(entry.note, limit=300)}" if entry.note else ""
    return f"- {code(entry.path)}{note}"


def _listed(lines: list[str], budget: int) -> str:
    fitted = fit_lines(lines, budget)
    return fitted.text + (f"\n- and {fitted.left_out:,} more" if fitted.left_out else "")
