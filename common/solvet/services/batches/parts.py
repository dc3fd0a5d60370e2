"""What asking in batches works with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from solvet.domain.policy import Policy
from solvet.domain.scan import Scan
from solvet.llm.errors import Auth, Quota, Throttled
from solvet.llm.exchange import ModelRequest, Tier
from solvet.ports.askings import Asking, Askings, Parcel, Posed
from solvet.ports.batches import Batches, Spoken
from solvet.ports.money import NamedPurse
from solvet.ports.queues import Jobs
from solvet.ports.state import State
from solvet.ports.storage import Storage

_HOUR = 3_600.0
POLL = 540
"""Seconds until an open batch is looked at again: less than the clock's ten minutes."""
UNCERTAIN = 900
"""Seconds until an asking is due again whose process died: more than that may run."""
PATIENCE = 2 * _HOUR
"""Until a round is sent without the files that have not said what they ask."""
LAST_START = 20 * _HOUR
"""Since the first question; a round that would begin later is not begun."""
LONGEST = 25 * _HOUR
"""Until open batches are called off, a day for the provider and an hour for us."""
UNHEARD = 26 * _HOUR
"""Until nobody waits for a provider any more that cannot be reached."""
ROUNDS = 2
"""The first asks for reviews; the second puts grave claims to the test, and asks once more what
was not answered.
"""
NEEDED = 130.0
"""Seconds; with less than that left no further asking or batch is taken up."""
OF_THE_ACCOUNT = (Throttled, Quota, Auth)
"""What is the same for every batch: nobody else is asked in this run."""

NO_KEY = "scheduled reviews are asked in batches of OpenAI, and there is no key for it"
EXPIRED = "the batch expired after 24 hours"
TOO_LONG = "the batch took longer than 24 hours"
CANCELLED = "the batch was cancelled at OpenAI"
REFUSED = "OpenAI did not accept the batch"
NO_ROOM = "OpenAI had no room for the batch for a day"
NOT_HEARD = "OpenAI was not heard of within 26 hours"
NOT_KEPT = "what was asked is not kept any more"
UNSAID = "the batch brought no answer"


class House(Protocol):
    """Who is asked, with which models, and where answers are kept."""

    @property
    def models(self) -> Mapping[Tier, str]: ...

    def batches(self, model: str) -> Batches: ...

    def known(self, scan: Scan, posed: Posed) -> bool:
        """Was it answered before? Raises Retry."""
        ...

    def ceiling(self, model: str, request: ModelRequest) -> int:
        """The micro-dollars that asking this in a batch can cost at most."""
        ...

    def take(self, scan: Scan, model: str, posed: Posed, spoken: Spoken) -> int:
        """Keep what was answered, or why nothing was; answers its micro-dollars. Raises Retry."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchParts:
    """What is needed to ask in batches. `house` answers None without a key; `now` has a time
    zone, `seconds_left` is what remains of this run.
    """

    askings: Askings
    state: State
    storage: Storage
    jobs: Jobs
    house: Callable[[], House | None]
    purse: Callable[[Scan, Policy], NamedPurse]
    now: Callable[[], datetime]
    seconds_left: Callable[[], float]

    @property
    def time(self) -> float:
        """Now, in seconds since 1970."""
        return self.now().timestamp()

    def in_time(self) -> bool:
        return self.seconds_left() > NEEDED


@dataclass(frozen=True, slots=True)
class Turn:
    """One asking is taken a step further: whose it is, and who is asked."""

    scan: Scan
    house: House
    parts: BatchParts

    @property
    def purse(self) -> NamedPurse:
        """The money of the scan."""
        return self.parts.purse(self.scan, self.parts.storage.agenda(self.scan).policy)

    def batches(self, parcel: Parcel) -> Batches:
        return self.house.batches(parcel.model)

    def save(self, asking: Asking) -> Asking:
        """Write it down; answers the same."""
        self.parts.askings.save(asking, again_in=POLL)
        return asking
