"""Who says a finding, in words of ours; a reason is a witness's own and has to be escaped."""

from solvet.domain.change import JudgedFinding, SecondOpinion, Stance, Witness
from solvet.domain.finding import Engine


def said_by(judged: JudgedFinding) -> str:
    """`a rule`, `a rule and a model`, `a rule; a model disagrees`; without the reason."""
    is_rule = judged.finding.engine is Engine.STATIC
    who = "a rule" if is_rule else "a model"
    match judged.opinion:
        case None:
            return who
        case SecondOpinion(stance=Stance.CONFIRMED, by=Witness.SECOND_LOOK):
            return f"{who}, upheld at a second look"
        case SecondOpinion(stance=Stance.CONFIRMED, by=Witness.MODEL) if is_rule:
            return "a rule and a model"
        case SecondOpinion(stance=stance, by=witness):
            return f"{who}; {witness} {_VERDICTS[stance]}"


def credit(judged: JudgedFinding, joint: str) -> str:
    """`joint` and `found by …`; '' for a rule on which nobody has a verdict, as on most."""
    unjudged = judged.opinion is None or judged.opinion.stance is Stance.UNSURE
    if unjudged and judged.finding.engine is Engine.STATIC:
        return ""
    return f"{joint}found by {said_by(judged)}"


def reason_of(judged: JudgedFinding) -> str:
    """The second witness's reason, as it was given; may be empty."""
    return judged.opinion.reason.strip() if judged.opinion else ""


def stated(judged: JudgedFinding) -> str:
    """`Found by a rule; a model disagrees: …` with the reason, not escaped yet."""
    reason = reason_of(judged)
    return f"Found by {said_by(judged)}" + (f": {reason}" if reason else ".")


_VERDICTS = {
    Stance.CONFIRMED: "agrees",
    Stance.REFUTED: "disagrees",
    Stance.UNSURE: "is unsure",
}
