"""Phrases that every report shares, as plain text of ours unless they say otherwise."""

from collections import Counter
from collections.abc import Sequence

from solvet.domain.analysis import BlindSpot
from solvet.domain.finding import Confidence, Engine, Fix, Severity, Span
from solvet.domain.policy import Hidden, Policy
from solvet.domain.receipt import ModelReceipt, ModelState
from solvet.domain.review import Review
from solvet.domain.verdict import (
    Conclusion,
    Verdict,
    breaks_layout,
    guards_removed,
    is_incomplete,
    stops,
)


def counted(number: int, noun: str) -> str:
    """`1 file`, `1,200 files`."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def lines_of(place: BlindSpot | Span) -> str:
    """`line 3`, `lines 3 to 5`."""
    if place.start_line == place.end_line:
        return f"line {place.start_line}"
    return f"lines {place.start_line} to {place.end_line}"


def edit_title(fix: Fix, engine: Engine) -> str:
    """`Edit, line 3`, `Edit by a model, lines 3 to 5`."""
    by = " by a model" if engine is Engine.MODEL else ""
    return f"Edit{by}, {lines_of(fix.span)}"


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
        case Conclusion.FAILURE if stops(review):
            return "Not ready to merge"
        case Conclusion.FAILURE:
            return "No verdict: the review is not complete"
        case Conclusion.NEUTRAL:
            return f"Nothing blocks, but {_reservation(review)}"
        case Conclusion.SUCCESS:
            return "Nothing blocks this change"
        case Conclusion.SKIPPED:
            return "Not reviewed for now" if review.not_now else "Nothing to review"
        case Conclusion.CANCELLED:
            return "Superseded by a newer head"


def _reservation(review: Review) -> str:
    if breaks_layout(review) and not review.unfinished:
        return "an upgrade would break the storage layout"
    if guards_removed(review) and not is_incomplete(review):
        return "what only some could call, anyone can now"
    return "not everything was looked at"


def failing(review: Review, what: str = "check") -> str:
    """What of it makes the check fail, and by which thresholds; '' where nothing does."""
    count, told = len(review.blocking), []
    if count:
        verb = "fails" if count == 1 else "fail"
        told.append(f"{counted(count, 'finding')} {verb} the {what}: {_fails(review.policy)}.")
    if stops(review) and breaks_layout(review) and review.policy.fail_layout:
        told.append(f"A storage layout that breaks fails the {what}.")
    if guards_removed(review) and review.policy.fail_guards:
        told.append(f"A guard that is removed fails the {what}.")
    if is_incomplete(review) and review.policy.fail_incomplete:
        told.append(f"What was not looked at fails the {what}: the policy asks for all of it.")
    return " ".join(told)


def _fails(policy: Policy) -> str:
    """Thresholds are told where they are the same for all paths."""
    if policy.paths or policy.fail_severity is None:
        return "what does is said by the policy, path by path"
    severity, confidence = policy.fail_severity, policy.fail_confidence
    worse = "" if severity is Severity.CRITICAL else " or worse"
    surer = {Confidence.HIGH: ", of high confidence", Confidence.LOW: ""}
    return f"{severity}{worse}{surer.get(confidence, f', of {confidence} confidence or more')}"


def held_back(review: Review) -> str:
    """How many findings the policy keeps out of sight and why, or nothing when there are none."""
    held = review.held_back
    if not held:
        return ""
    counts = Counter(review.policy.hidden(finding) for finding in held)
    reasons = (f"{counts[why]:,} {_because(why, review.policy)}" for why in Hidden if counts[why])
    return f"{counted(len(held), 'finding')} not shown: {', '.join(reasons)}."


def _because(why: Hidden, policy: Policy) -> str:
    """Thresholds are told where they are the same for all paths."""
    everywhere = not policy.paths
    match why:
        case Hidden.RULE:
            return "of rules that are switched off"
        case Hidden.ROLE:
            return "in tests, mocks, scripts or vendored code"
        case Hidden.SEVERITY:
            return f"below severity {policy.show_severity}" if everywhere else why
        case Hidden.CONFIDENCE:
            return f"below confidence {policy.show_confidence}" if everywhere else why


def first_of(names: Sequence[str], most: int = 5) -> str:
    """`a, b, c, d, e and 3 more`; the names are whatever they were."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more:,} more" if more > 0 else "")


def speaks_of_models(review: Review) -> bool:
    """Was a model asked, or is there a reason why not; else there is nothing to tell."""
    return review.model.state is not ModelState.OFF or bool(review.models_off_because)


def model_part(review: Review) -> str:
    """How far the model came, without the reason; empty when it did all there was to do."""
    receipt = review.model
    match receipt.state:
        case ModelState.OFF:
            return "Static only: no model was asked."
        case ModelState.PENDING:
            how = f"queued, {review.model_waits}" if review.model_waits else "under way"
            return f"The model's review is {how}; this report will be updated."
        case ModelState.FAILED if not _spent(receipt):
            return "Static only: the model reviewed nothing."
        case ModelState.FAILED:
            return "Static only: the model's review failed."
        case ModelState.PARTIAL:
            return _reach(review)
        case ModelState.DONE:
            return ""


def model_notes(review: Review) -> tuple[tuple[str, str], ...]:
    """What is to be known besides: a label of ours and a text of somebody else's; escape it."""
    receipt = review.model
    unasked = (
        f"{counted(len(receipt.unasked), 'changed symbol')} not asked about for want of budget"
    )
    notes = (
        ("Note" if receipt.state is ModelState.DONE else "Reason", _reason(review)),
        (unasked, first_of(receipt.unasked, 3)),
    )
    return tuple((label, text) for label, text in notes if text)


def model_usage(review: Review) -> str:
    """What was asked, what it took, and what became of the claims; empty when nothing was."""
    receipt = review.model
    if not _spent(receipt):
        return "There was nothing to ask." if receipt.state is ModelState.DONE else ""
    asked = [_questions(receipt)] if receipt.questions else []
    return f"{', '.join([*asked, _tokens(receipt), money(receipt.cost)])}. {_claims(receipt)}."


def _reason(review: Review) -> str:
    if review.model.state is ModelState.OFF:
        return review.models_off_because.rstrip(" .")
    return "" if review.model.state is ModelState.PENDING else review.model.reason.rstrip(" .")


def _reach(review: Review) -> str:
    """How far a review came that is neither done nor failed: some files, or a part of some."""
    states = [f.model.state for f in review.files if f.model.state is not ModelState.OFF]
    done, partly = states.count(ModelState.DONE), states.count(ModelState.PARTIAL)
    total = counted(len(states), "file")
    if done and partly:
        return f"The model reviewed {done:,} of {total} in full and {partly:,} in part."
    if done:
        return f"The model reviewed {done:,} of {total}."
    if partly == len(states):
        return f"The model reviewed a part of {'the file' if partly == 1 else f'each of {total}'}."
    return f"The model reviewed a part of {partly:,} of {total}."


def _spent(receipt: ModelReceipt) -> bool:
    return bool(receipt.questions or receipt.input_tokens or receipt.output_tokens or receipt.cost)


def _questions(receipt: ModelReceipt) -> str:
    asked = counted(receipt.questions, "question")
    ways = {"answered before, at no cost": receipt.reused, "batch, half price": receipt.batched}
    said = [_share(number, way, receipt.questions) for way, number in ways.items() if number]
    return f"{asked} ({'; '.join(said)})" if said else asked


def _share(number: int, way: str, total: int) -> str:
    if number < total:
        return f"{number:,} {way}"
    return way if total == 1 else f"all {way}"


def _tokens(receipt: ModelReceipt) -> str:
    cached = f" ({receipt.cached_tokens:,} from the provider's cache)"
    taken = f"{counted(receipt.input_tokens, 'token')} in{cached if receipt.cached_tokens else ''}"
    return f"{taken} and {receipt.output_tokens:,} out"


def _claims(receipt: ModelReceipt) -> str:
    made = f"{counted(receipt.claims, 'claim')} made" if receipt.claims else "No claims made"
    fates = {
        "dropped because the quoted code is not in the file": receipt.ungrounded,
        "withdrawn at the second look": receipt.withdrawn,
    }
    return ", ".join([made, *(f"{number:,} {fate}" for fate, number in fates.items() if number)])
