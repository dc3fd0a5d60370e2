"""Solidity that somebody hands in, apart from any repository: who asks, for what, of which texts.

Who asks is an installation as everybody else is, so that state, texts, money and answers are apart
for each; GitHub counts its installations from 1 upwards, and these have negative numbers.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from solvet.domain.delivery import Repository
from solvet.domain.finding import Category
from solvet.domain.scan import Source

NOWHERE = Repository(0, "")
"""What is handed in belongs to no repository."""
MOST_CHARACTERS = 1_000_000
"""Of all texts of a request together; each takes one to four bytes."""
MOST_FILES = 200
LONGEST_PATH = 300
_SEPARATOR = "\x1f"


class AnalysisType(StrEnum):
    """What is looked for."""

    SECURITY = "security"
    GAS = "gas"
    FULL = "full"

    def covers(self, category: Category) -> bool:
        """Gas is what costs too much; security is everything else."""
        if self is AnalysisType.FULL:
            return True
        return (category is Category.GAS) is (self is AnalysisType.GAS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What was handed in: texts by path.

    `notes` are sentences on what came with them and is not looked at; escape them.
    """

    kind: AnalysisType
    sources: Mapping[str, Source]
    notes: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """64 hexadecimal characters, the same for the same question."""
        texts = sorted((path, source.text) for path, source in self.sources.items())
        parts = [str(self.kind), *(part for pair in texts for part in pair)]
        joined = "".join(f"{len(part)}{_SEPARATOR}{part}" for part in parts)
        return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """What is remembered of a request. Times are in seconds since 1970, `took` in seconds.

    `took` is how long the request itself was worked on; 0 until it was answered.
    """

    id: str
    kind: AnalysisType
    asked_at: float
    expires_at: float
    took: float = 0.0


def tenant_of(*names: str) -> int:
    """The installation's number of whoever goes by these names, issuer and subject, say.

    Negative, and 62 bits long.
    """
    digest = hashlib.sha256(_SEPARATOR.join(names).encode("utf-8", "surrogatepass")).digest()
    return -1 - (int.from_bytes(digest[:8], "big") >> 2)


def is_tenant(installation: int) -> bool:
    """Is this somebody who hands Solidity in, and no installation of the App?"""
    return installation < 0
