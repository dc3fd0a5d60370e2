"""What a report must know beyond the review itself."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportContext:
    """Where the reader stands.

    `repository` is `owner/name`. `blob_url` shows files at the head
    (`https://github.com/owner/name/blob/<sha>`), `details_url` the complete report; without them
    nothing is linked.
    """

    repository: str
    blob_url: str = ""
    details_url: str = ""
