"""Replies to commands: short, and every part that a person or a contract wrote stays plain text."""

from collections.abc import Sequence

from solvet.domain.change import ChangeKind, JudgedFinding
from solvet.domain.command import NAME, Verb
from solvet.domain.review import Coverage, Review
from solvet.domain.triage import Decision
from solvet.render.markdown import code, prose
from solvet.render.sections import joined
from solvet.render.words import counted

MOST_LISTED = 10

CLOSED = "This pull request is closed, so there is nothing to review."
NOT_PAUSED = "Reviews are not paused here."
OVERTAKEN = "Not done: a later comment has decided about it since."
NOTHING_KNOWN = (
    f"No results of a review are kept for this pull request (they are, for a week). "
    f"`{NAME} {Verb.REVIEW}` makes new ones."
)
NOTHING_TO_EXPLAIN = "There is nothing to explain: no finding is shown."

_ABOUT = {
    Verb.REVIEW: "look at the newest commit again; what models have answered is reused",
    Verb.FULL: "look at every Solidity file of the repository, not only the changed ones",
    Verb.EXPLAIN: "all that is known of a finding: how it happens, why it matters, how to fix it",
    Verb.IGNORE: "silence a finding in this repository, from now on, for the reason that you give",
    Verb.UNIGNORE: "take that back",
    Verb.PAUSE: "do not review pushes to this pull request",
    Verb.RESUME: "review them again, beginning with the newest commit",
    Verb.CONFIG: "the policy in force, and where each value comes from",
    Verb.HELP: "this list",
}


def marker(name: str) -> str:
    """The first line, by which the reply of that name is found again."""
    return f"<!-- solvet:reply:{name} -->"


def marked(name: str, body: str) -> str:
    """The reply as it is written."""
    return f"{marker(name)}\n{body}"


def usage(problem: str = "") -> str:
    """What there is, after what was wrong."""
    rows = [f"| `{NAME} {verb.form}` | {about} |" for verb, about in _ABOUT.items()]
    table = "\n".join(["| command | what it does |", "|---|---|", *rows])
    about_ids = (
        "A command stands on the first line of a new comment. An ID is a finding's fingerprint "
        "as the report shows it; its first six characters will do."
    )
    return joined([prose(problem), table, about_ids])


def refused(login: str) -> str:
    """To whom may not command."""
    return (
        f"{prose(login, limit=100)}, commands are for people with write access to this repository. "
        "Nothing was done. Somebody who has it can give the same command."
    )


def no_finding(prefix: str, several: Sequence[JudgedFinding], review: Review) -> str:
    """No finding has that ID, or several begin so."""
    if several:
        return _listing(f"Several findings begin with `{prefix}`:", [_finding(j) for j in several])
    shown = [j for kind in (ChangeKind.INTRODUCED, ChangeKind.EXISTING) for j in review.shown(kind)]
    title = f"The newest review has no finding that begins with `{prefix}`."
    if any(file.coverage is Coverage.PENDING for file in review.files):
        title += " It is still under way."
    if not shown:
        return f"{title} It shows none at all."
    return _listing(f"{title} It has these:", [_finding(j) for j in shown])


def no_decision(prefix: str, decisions: Sequence[Decision], *, several: bool) -> str:
    """No ignored finding has that ID, or several begin so."""
    lines = [_decision(each) for each in decisions]
    if several:
        return _listing(f"Several ignored findings begin with `{prefix}`:", lines)
    title = f"No finding that is ignored here begins with `{prefix}`."
    return _listing(f"{title} These are:", lines) if lines else title


def not_everywhere(decision: Decision, *, told: int, left: int) -> str:
    """More open pull requests have the finding than are told anew at once."""
    done = "ignored" if decision.ignored else "ignored no more"
    return (
        f"`{decision.fingerprint}` is {done} in this repository. It stands in "
        f"{counted(told + left, 'other open pull request')}: the reports of the {told:,} that were "
        f"touched last are being written anew, the rest follow at their next push or with "
        f"`{NAME} {Verb.REVIEW}`."
    )


def _finding(judged: JudgedFinding) -> str:
    finding = judged.finding
    title = prose(finding.title or finding.rule, limit=200)
    place = code(f"{finding.path}:{finding.span.start_line}")
    return f"`{finding.fingerprint}` {finding.severity}: {title}, {place}"


def _decision(decision: Decision) -> str:
    who = prose(decision.who, limit=100)
    return f"`{decision.fingerprint}` by {who}: {prose(decision.reason, limit=200)}"


def _listing(title: str, lines: Sequence[str]) -> str:
    shown = [f"- {line}" for line in lines[:MOST_LISTED]]
    more = len(lines) - MOST_LISTED
    rest = [f"- and {more:,} more"] if more > 0 else []
    return "\n".join([title, "", *shown, *rest])
