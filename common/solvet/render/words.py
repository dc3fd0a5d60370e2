"""Phrases that every report shares, as plain text of ours (no part comes from a contract)."""

from solvet.domain.change import ChangeKind
from solvet.domain.review import Conclusion, ModelReceipt, ModelState, Review, Verdict


def counted(number: int, noun: str) -> str:
    """`1 file`, `1,200 files`."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def short(sha: str) -> str:
    """The first seven characters of a commit's SHA."""
    return sha[:7]


def money(dollars: float) -> str:
    """Cents where there are any, else up to four digits: `$1.25`, `$0.0042`.

    >>> money(0.00001)
    'under $0.0001'
    """
    if 0 < dollars < 0.0001:  # noqa: PLR2004 - the smallest amount that four digits can show
        return "under $0.0001"
    return f"${dollars:.2f}" if dollars >= 0.1 or not dollars else f"${dollars:.4f}"  # noqa: PLR2004


def judgement(review: Review, verdict: Verdict) -> str:
    """The verdict in a few words, without the counts that its title gives."""
    match verdict.conclusion:
        case Conclusion.FAILURE if review.blocking:
            return "Not ready to merge"
        case Conclusion.FAILURE:
            return "No verdict: the review is not complete"
        case Conclusion.NEUTRAL:
            return "Nothing blocks, but not everything was looked at"
        case Conclusion.SUCCESS:
            return "Nothing blocks this change"
        case Conclusion.SKIPPED:
            return "Nothing to review"
        case Conclusion.CANCELLED:
            return "Superseded by a newer head"


def held_back(review: Review) -> str:
    """How many findings the policy keeps out of sight and why, or nothing when there are none."""
    if not review.held_back:
        return ""
    policy = review.policy
    standing = [j.finding for j in review.judged if j.change is not ChangeKind.FIXED]
    aside = sum(not policy.speaks_of(f.path) for f in standing)
    reasons = [f"{aside} in tests, mocks, scripts or vendored code"] if aside else []
    rest = [f for f in standing if policy.speaks_of(f.path)]
    mild = sum(not f.severity.at_least(policy.show_severity) for f in rest)
    if mild:
        reasons.append(f"{mild} below severity {policy.show_severity}")
    if unsure := review.held_back - aside - mild:
        reasons.append(f"{unsure} below confidence {policy.show_confidence}")
    return f"{counted(review.held_back, 'finding')} not shown: {', '.join(reasons)}."


def model_part(review: Review) -> str:
    """What the model did, cost and claimed; or that it did nothing, without the reason."""
    receipt = review.model
    match receipt.state:
        case ModelState.OFF:
            return "Static only: no model was asked."
        case ModelState.PENDING:
            return "The model's review is under way; this report will be updated."
        case ModelState.FAILED:
            return f"Static only: the model's review failed. {_usage(receipt)}"
        case ModelState.PARTIAL:
            return f"The model reviewed some files only. {_usage(receipt)}"
        case ModelState.DONE:
            return _usage(receipt)


def model_reason(review: Review) -> str:
    """Why the model did not do all, in the words of whoever stopped it; may be empty."""
    if review.model.state is ModelState.OFF:
        return review.models_off_because
    unfinished = review.model.state in {ModelState.FAILED, ModelState.PARTIAL}
    return review.model.reason if unfinished else ""


def _usage(receipt: ModelReceipt) -> str:
    spent = f"{receipt.input_tokens:,} tokens in, {receipt.output_tokens:,} out"
    made = f"{counted(receipt.claims, 'claim')} made"
    dropped = f"{receipt.ungrounded:,} dropped because the quoted code is not in the file"
    return f"{spent}, {money(receipt.cost)}; {made}, {dropped}."
