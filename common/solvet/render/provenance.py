"""Who says a finding, in words of ours; a reason is a witness's own and has to be escaped."""

from solvet.domain.change import JudgedFinding, SecondOpinion, Stance, Witness
from solvet.domain.finding import Engine


def said_by(judged: JudgedFinding) -> str:
    """`rule`, `rule and model`, `rule; a model disagrees`, and the like; without the reason."""
    is_rule = judged.finding.engine is Engine.STATIC
    who = "rule" if is_rule else "model"
    match judged.opinion:
        case None:
            return who
        case SecondOpinion(stance=Stance.CONFIRMED, by=Witness.SECOND_LOOK):
            return f"{who}, upheld at a second look"
        case SecondOpinion(stance=Stance.CONFIRMED, by=Witness.MODEL) if is_rule:
            return "rule and model"
        case SecondOpinion(stance=stance, by=witness):
            return f"{who}; {witness} {_VERDICTS[stance]}"


def reason_of(judged: JudgedFinding) -> str:
    """The second witness's reason, as it was given; may be empty."""
    return judged.opinion.reason.strip() if judged.opinion else ""


def stated(judged: JudgedFinding) -> str:
    """`Said by rule; a model disagrees: …` with the reason, not escaped yet."""
    reason = reason_of(judged)
    return f"Said by {said_by(judged)}" + (f": {reason}" if reason else ".")


_VERDICTS = {
    Stance.CONFIRMED: "agrees",
    Stance.REFUTED: "disagrees",
    Stance.UNSURE: "is unsure",
}
