"""What stands beside an upload: the analysis for people, or why there is none."""

from dataclasses import dataclass, replace

from solvet.domain.review import Review
from solvet.render.analysis import Analysis, Status
from solvet.render.context import ReportContext
from solvet.render.document import document
from solvet.render.markdown import code, prose

_STATUS = {
    Status.PENDING: "Not every file has been looked at yet; this page will be written anew.",
    Status.COMPLETE: "The static engine has looked at all of it.",
    Status.INCOMPLETE: "Not all of it could be looked at: see the receipt below.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why an upload was not analysed: `refused` for what it is, `failed` for want of us."""

    status: str
    name: str
    reason: str


def page(review: Review, said: Analysis, name: str) -> str:
    """Markdown: what it was, the score and its reason, then the review as it is always told."""
    score = said.security_score
    shown = f"**Security score: {score} of 100**" if score is not None else "No security score."
    reason = f" {prose(said.security_score_reason)}" if said.security_score_reason else ""
    head = f"Uploaded as {code(name)}. {_STATUS[said.status]}\n\n{shown}{reason}\n"
    alone = replace(review, adopting=False)
    title, _, rest = document(alone, ReportContext(repository=name)).partition("\n")
    return f"{title}\n\n{head}{rest}"


def refusal(said: Refusal) -> str:
    """Markdown of one sentence."""
    verb = "was refused" if said.status == "refused" else "could not be analysed"
    sentence = f"{code(said.name)} {verb}: {prose(said.reason)}."
    return f"# Solvet's review\n\n{sentence}\n\nNothing here speaks for or against it.\n"
