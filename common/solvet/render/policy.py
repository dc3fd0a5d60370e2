"""What a report says of the policy: what is wrong with it, and what the change would make of it."""

from solvet.domain.policy import Mistake
from solvet.domain.review import Review
from solvet.render.fitting import fit_lines
from solvet.render.markdown import code, one_line, prose

_BUDGET = 2_500
_TEXT = 400


def policy(review: Review) -> str:
    """Markdown; '' where there is nothing to say."""
    mistakes = [mistake_line(each) for each in review.mistakes]
    changes = [f"- {prose(each, limit=_TEXT)}" for each in review.policy_changes]
    sections = [
        _listed("Policy", "What is wrong is ignored; the rest holds.", mistakes),
        _listed("This change edits the policy (no effect until merged)", "", changes),
    ]
    return "\n\n".join(filter(None, sections))


def mistake_line(mistake: Mistake) -> str:
    """One item of a list."""
    key = f", {code(mistake.key, limit=_TEXT)}" if mistake.key else ""
    told = prose(mistake.message, limit=_TEXT)
    hint = f"; {prose(mistake.suggestion, limit=_TEXT)}" if mistake.suggestion else ""
    return f"- {code(mistake.origin)} line {mistake.line:,}{key}: {told}{hint}"


def mistake_text(mistake: Mistake) -> str:
    """The same as one line of visible text."""
    key = f", {mistake.key}" if mistake.key else ""
    hint = f"; {mistake.suggestion}" if mistake.suggestion else ""
    return one_line(f"{mistake.origin} line {mistake.line}{key}: {mistake.message}{hint}")


def _listed(title: str, introduction: str, lines: list[str]) -> str:
    if not lines:
        return ""
    fitted = fit_lines(lines, _BUDGET)
    more = f"\n- and {fitted.left_out:,} more" if fitted.left_out else ""
    opening = f"### {title}\n{introduction}\n\n" if introduction else f"### {title}\n\n"
    return f"{opening}{fitted.text}{more}"
