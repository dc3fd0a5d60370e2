"""Code scanning, which shows findings as alerts."""

from typing import Protocol

from solvet.domain.delivery import Repository


class Scanning(Protocol):
    """Uploads of SARIF."""

    def upload_sarif(self, repository: Repository, *, commit: str, ref: str, packed: bytes) -> None:
        """Hand over a gzipped SARIF log. Denied or Gone where there is no code scanning."""
        ...
