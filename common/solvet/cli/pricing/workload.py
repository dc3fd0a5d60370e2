"""What is reviewed in a month, and what is assumed of it."""

from dataclasses import dataclass

DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """A month of file reviews.

    `reviews` counts a file each time a delivery changes it, `files` are those of one delivery, and
    `others` the deliveries without Solidity for each one with. `asking` is the share of reviews
    that ask a model something; 0 where models are off. Everything below is assumed, not measured.
    """

    reviews: float = 10_000
    files: float = 4
    others: float = 1
    models: bool = True
    asking: float = 0.27
    answer_seconds: float = 10
    aws_seconds: float = 0.01
    github_seconds: float = 0.25
    cold: float = 0.05
    pollers: int = 5
    poll_seconds: int = 20

    @property
    def deliveries(self) -> float:
        """With Solidity in them."""
        return self.reviews / self.files

    @property
    def asked(self) -> float:
        """Files of a delivery that ask a model something."""
        return self.files * self.asking if self.models else 0

    @property
    def assumptions(self) -> list[str]:
        """In sentences; what an option changes names it."""
        return (
            f"{self.files:g} files to a delivery (--files), and {_deliveries(self.others)} without "
            "Solidity for each one with (--others)."
            f"\nAn answer of a model takes {self.answer_seconds:g} s (--answer-seconds), and its "
            "worker is paid for meanwhile; up to ten files of a delivery wait together."
            f"\nA call to AWS takes {self.aws_seconds * 1000:g} ms and one to GitHub "
            f"{self.github_seconds * 1000:g} ms. Seconds of CPU are those of the machine that "
            "measured, divided by the function's share of a processor."
            f"\n{self.cold:.0%} of the invocations are cold starts."
            "\nEvery write to the table goes to its index, too, and every invocation is traced."
            f"\nLambda asks every queue {self.pollers} times in {self.poll_seconds} s."
            "\nTokens of questions were counted, those of answers are assumed "
            "(benchmarks/README.md)."
        ).splitlines()


def _deliveries(number: float) -> str:
    return "one delivery" if number == 1 else f"{number:g} deliveries"
