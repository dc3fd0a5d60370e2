"""What 10,000 changed files are made of, and what is answered: assumptions, in one place.

The shares were counted in 1,500 changes from the histories of six projects (README.md) and rounded.
A file counts every time a push shows it.
"""

from dataclasses import dataclass
from enum import StrEnum

FILES = 10_000
LARGE = 500
"""Lines from which a file is large."""


class Kind(StrEnum):
    """What a changed file brings."""

    REPEATED = "as an earlier push had it"
    COMMENTS = "comments or format only"
    NO_BODY = "no function's body: interfaces, imports, events"
    FEW = "edit of 1 to 3 functions"
    MANY = "edit of 4 to 9 functions"
    IN_LARGE = f"edit of 1 to 3 functions of a file of {LARGE} lines or more"
    NEW = "new file"


MIX = {
    Kind.REPEATED: 0.45,
    Kind.COMMENTS: 0.14,
    Kind.NO_BODY: 0.14,
    Kind.FEW: 0.13,
    Kind.MANY: 0.06,
    Kind.IN_LARGE: 0.04,
    Kind.NEW: 0.04,
}
"""Shares of the changed files. The first three ask nothing."""

ASKING = (Kind.FEW, Kind.MANY, Kind.IN_LARGE, Kind.NEW)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Tokens of answers, and what is asked again.

    An answer is thought, the frame, a part for each judgement and a part for each claim.
    `second_looks` is the share of questions whose answer has a high or critical claim, `cached` the
    share of questions that find the fixed part in the provider's cache; the others write it.
    """

    thought_cheap: int = 400
    thought_strong: int = 600
    frame: int = 40
    judgement: int = 100
    claim: int = 300
    claims: float = 0.5
    second_looks: float = 0.05
    cached: float = 0.8
    whole_file: int = 1_000

    def tokens(self, *, strong: bool, judgements: int, claims: float | None = None) -> float:
        """Of one answer."""
        thought = self.thought_strong if strong else self.thought_cheap
        made = self.claims if claims is None else claims
        return thought + self.frame + judgements * self.judgement + made * self.claim


ANSWERS = Answers()
