"""Answers that were paid for, kept by the identity of the question."""

from typing import Protocol

from solvet.llm.exchange import Completion


class Answers(Protocol):
    """The answers of one installation. Claims and answers expire."""

    def find(self, identity: str) -> Completion | None: ...

    def claim(self, identity: str) -> bool:
        """Be the one who asks; False while somebody else is."""
        ...

    def keep(self, identity: str, answer: Completion) -> None:
        """Keep the answer and give the claim back."""
        ...

    def release(self, identity: str) -> None:
        """Give the claim back without an answer."""
        ...
