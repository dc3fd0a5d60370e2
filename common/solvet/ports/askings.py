"""What scans ask in batches: the questions that wait, the batches that are open, how it ended.

Keyed by installation and scan. Times are in seconds since 1970, money is in micro-dollars.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from solvet.domain.scan import Scan
from solvet.llm.exchange import ModelRequest
from solvet.ports.watch import Due


@dataclass(frozen=True, slots=True, kw_only=True)
class Posed:
    """A question, and the file for which it is asked."""

    path: str
    request: ModelRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One batch, known before there is one: `name` is its own, its file's and its reservation's.

    `ceiling` is what is set aside for it. `taken`: its answers are kept and its money is settled.
    """

    name: str
    model: str
    ceiling: int
    questions: int
    file: str = ""
    batch: str = ""
    called_off: bool = False
    taken: bool = False
    results: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """How far a scan's questions are. Those of a round are asked together; what the answers bring
    up is asked in the next.

    `since` is when the round began, `kept` when its texts were last kept, `sent` counts parcels.
    `reasons` say why nothing more will be asked; `short` that there was no money for all of the
    round, `crowded` that it is to be tried again. `handing_back`: the files' jobs are to be
    assigned again. `closed`: nothing more will be asked. `called_off`: nobody waits for it.
    """

    installation: int
    scan_id: str
    began: float
    since: float
    kept: float = 0.0
    round: int = 1
    sent: int = 0
    parcels: tuple[Parcel, ...] = ()
    reasons: tuple[str, ...] = ()
    short: str = ""
    crowded: bool = False
    handing_back: bool = False
    closed: bool = False
    called_off: bool = False

    @property
    def why(self) -> str:
        """Why answers are missing."""
        return "; ".join(filter(None, (*self.reasons, self.short)))


class Askings(Protocol):
    """All raise Retry's kinds. The questions are forgotten with the scan's texts."""

    def asking(self, installation: int, scan_id: str) -> Asking | None: ...

    def open(self, asking: Asking) -> None:
        """Begin it, unless it has begun; it is due at once."""
        ...

    def save(self, asking: Asking, *, again_in: int) -> None:
        """As it is now, and due again after so many seconds; never, once it is closed and handed
        back. What was forgotten meanwhile stays so.
        """
        ...

    def put_off(self, due: Due, *, again_in: int) -> None: ...

    def put_posed(self, scan: Scan, number: int, path: str, asked: Sequence[ModelRequest]) -> None:
        """Keep what the file asks in that round."""
        ...

    def posed(self, scan: Scan, number: int) -> Mapping[str, tuple[Posed, ...]]:
        """By path, what is asked in that round."""
        ...

    def put_parcel(self, scan: Scan, name: str, questions: Mapping[str, Posed]) -> None: ...

    def parcel(self, scan: Scan, name: str) -> Mapping[str, Posed]:
        """Raises Gone."""
        ...

    def keep_texts(self, scan: Scan) -> None:
        """Keep the scan's texts and questions for another day."""
        ...

    def forget_questions(self, scan: Scan) -> None: ...
