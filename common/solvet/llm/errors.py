"""Everything that can go wrong between a question and a usable answer.

ModelError                        ask another provider?   try again later?
├── Throttled      rate limit             yes                  yes, after `after`
├── Unavailable    outage, timeout        yes                  yes, after `after`
├── Malformed      not the API's JSON     yes                  yes, after `after`
│   └── Wasted     and it was counted     yes                  no
├── Quota          credit is used up      yes                  no
├── Auth           key not accepted       yes                  no
├── Rejected       request not accepted   yes                  no
│   └── Retired    model gone             yes                  no
├── Refused        the model declines     yes                  no
├── Blocked        a safety filter        yes                  no
├── WrongSchema    text is not a reply    yes                  no
├── Truncated      output cap reached     no                   no
├── OverBudget     the limit of money     no                   no
├── InFlight       asked by another       no                   yes, after `after`
├── Unanswered     by its batch           no                   no
└── NotRecorded    a recording lacks it   no                   no

What was cut off is paid for and would come out the same; garbage whose tokens the provider counted
is paid for, and would be again. Messages are composed here and hold
nothing of what a provider wrote, so they may be shown.
"""

from typing import ClassVar

from solvet.errors import SolvetError
from solvet.llm.exchange import Completion


class ModelError(SolvetError):
    """The root. `spent` tells what the attempt took, when the provider said so.

    `billed` says that the question may have been worked on: it is paid for even when nobody saw
    what it took. When it is False, the attempt cost nothing.
    """

    elsewhere: ClassVar[bool] = True
    later: ClassVar[bool] = False

    def __init__(
        self,
        reason: str,
        *,
        after: int = 0,
        spent: Completion | None = None,
        billed: bool = False,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.after = after
        self.spent = spent
        self.billed = billed or spent is not None


class Throttled(ModelError):
    """The provider's rate limit; not again before `after` seconds."""

    later = True


class Unavailable(ModelError):
    """The provider cannot be reached, is down, or took longer than the deadline."""

    later = True


class Malformed(ModelError):
    """The provider answered with something that is not its API's JSON, or with nothing."""

    later = True


class Wasted(Malformed):
    """And it has counted the tokens of what cannot be used: that would be paid for again."""

    later = False


class Quota(ModelError):
    """The account's credit or daily allowance is used up."""


class Auth(ModelError):
    """The key is wrong, revoked, or may not use this model."""


class Rejected(ModelError):
    """The provider does not take the request: input too long, unknown setting."""


class Retired(Rejected):
    """The provider does not offer this model (any more); another of its models may do."""


class Refused(ModelError):
    """The model declines to answer."""


class Blocked(ModelError):
    """A safety filter of the provider stopped the question or the answer."""


class Truncated(ModelError):
    """The answer was cut off at the output cap."""

    elsewhere = False


class WrongSchema(ModelError):
    """The answer's text is not the reply that was asked for."""


class OverBudget(ModelError):
    """The call could cost more than is left of a limit; it was not made."""

    elsewhere = False


class InFlight(ModelError):
    """Somebody else is asking the same question just now; the answer will be shared."""

    elsewhere = False
    later = True


class Unanswered(ModelError):
    """The question is asked in a batch, which has not answered it, or will not."""

    elsewhere = False


class NotRecorded(ModelError):
    """Only recorded answers were to be given, and this question has none that can be read."""

    elsewhere = False
