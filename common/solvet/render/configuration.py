"""The policy in force as a table. What files say in it stays plain text."""

from collections.abc import Sequence
from dataclasses import dataclass

from solvet.domain.policy import Mistake
from solvet.render.fitting import fit_lines
from solvet.render.markdown import code, prose
from solvet.render.policy import mistake_line
from solvet.render.sections import joined
from solvet.render.words import short

_ROWS = 40_000
_MISTAKES = 15_000


@dataclass(frozen=True, slots=True)
class Row:
    """A key, its value, and the file that sets it."""

    key: str
    value: str
    origin: str


def configuration(rows: Sequence[Row], mistakes: Sequence[Mistake], commit: str) -> str:
    """Markdown; what does not fit is counted."""
    title = f"**The policy in force**, at the tip of the base branch ({code(short(commit))})."
    table = _fitted([_row(row) for row in rows], _ROWS)
    wrong = [mistake_line(each) for each in mistakes]
    told = f"**What is wrong** is ignored; the rest holds.\n\n{_fitted(wrong, _MISTAKES)}"
    header = "| key | value | from |\n|---|---|---|\n"
    return joined([title, f"{header}{table}", told if wrong else "Nothing is wrong with it."])


def _row(row: Row) -> str:
    value = prose(row.value.replace("|", "¦"), limit=300)  # a bar ends a cell even in a code span
    return f"| {code(row.key)} | {value} | {prose(row.origin)} |"


def _fitted(lines: Sequence[str], budget: int) -> str:
    fitted = fit_lines(lines, budget)
    return fitted.text + (f"\n\nAnd {fitted.left_out:,} more." if fitted.left_out else "")
