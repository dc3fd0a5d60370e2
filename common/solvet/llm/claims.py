"""What is left of a model's reply once it was judged by the file it is about."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from solvet.domain.change import SecondOpinion
from solvet.domain.finding import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundedClaim:
    """A claim whose quote stands in the file.

    `opinion` is that of static facts that contradict it, if they do. `since_change` is what the
    model says: that the change brought it. `scenario` is the one it was asked about, or empty.
    """

    finding: Finding
    opinion: SecondOpinion | None = None
    since_change: bool = True
    scenario: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounded:
    """What may be shown of a reply, and how much may not.

    `judgements` name static findings by fingerprint. Of the claims `made`, `dropped` quote nothing
    that is in the file, `merged` say what a static finding or another claim says, and the rest are
    `claims`; `unread` ones came beyond the limit of 20 and are not counted among those made.
    `unfit_fixes` were suggested and cannot be applied as they stand.
    """

    claims: tuple[GroundedClaim, ...] = ()
    judgements: Mapping[str, SecondOpinion] = field(default_factory=dict)
    made: int = 0
    dropped: int = 0
    merged: int = 0
    unread: int = 0
    unfit_fixes: int = 0
