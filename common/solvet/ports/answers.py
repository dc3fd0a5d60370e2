"""What was paid for, answers and failures, kept by the identity of the question."""

from dataclasses import dataclass
from typing import Protocol

from solvet.llm.exchange import Completion
from solvet.llm.failures import Failure

LEASE = 300
"""Seconds until a claim expires: more than a call may take at both providers together, with books
that are slow to answer. Who asks anew while the first still waits would pay again.
"""
KEPT = 30 * 86_400
"""Seconds until an answer expires."""
FAILED = 86_400
"""Seconds until a failure does: it would be the same again, but not for ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An answer, or why there was none, and who paid for it; one with neither counts as none."""

    answer: Completion | None = None
    failure: Failure | None = None
    paid_by: str = ""

    @property
    def seconds(self) -> int:
        """How long it is kept."""
        if self.answer is None and self.failure is None:
            return 0
        return KEPT if self.failure is None else FAILED


class Answers(Protocol):
    """What one installation has paid for. Claims, answers and failures expire.

    All raise `solvet.errors.Retry` when the answers cannot be reached.
    """

    def find(self, identity: str) -> Kept | None:
        """What is kept, None when nothing is or it cannot be read.

        Failures are kept under the names that `failed` gives.
        """
        ...

    def claim(self, identity: str) -> bool:
        """Be the one who asks; False while somebody else is, and when there is an answer."""
        ...

    def keep(self, identity: str, kept: Kept) -> None:
        """Keep the answer and give the claim back. One that is too large is not kept."""
        ...

    def fail(self, identity: str, provider: str, kept: Kept) -> None:
        """Keep that provider's failure, and the claim with which others may be asked."""
        ...

    def release(self, identity: str) -> None:
        """Give one's own claim back without an answer."""
        ...


def failed(identity: str, provider: str) -> str:
    """The name under which a provider's failure at a question is kept."""
    return f"{identity} {provider}"
