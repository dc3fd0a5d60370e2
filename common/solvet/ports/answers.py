"""Answers that were paid for, kept by the identity of the question."""

from typing import Protocol

from solvet.llm.exchange import Completion

LEASE = 150
"""Seconds until a claim expires: more than a call may take at both providers together."""
KEPT = 30 * 86_400
"""Seconds until an answer expires."""


class Answers(Protocol):
    """The answers of one installation. Claims and answers expire.

    All raise `solvet.errors.Retry` when the answers cannot be reached.
    """

    def find(self, identity: str) -> Completion | None:
        """The answer that is kept, None when there is none or it cannot be read."""
        ...

    def claim(self, identity: str) -> bool:
        """Be the one who asks; False while somebody else is, and when there is an answer."""
        ...

    def keep(self, identity: str, answer: Completion) -> None:
        """Keep the answer and give the claim back. One that is too large is not kept."""
        ...

    def release(self, identity: str) -> None:
        """Give one's own claim back without an answer."""
        ...
