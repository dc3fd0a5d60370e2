"""What a report must know beyond the review itself."""

from dataclasses import dataclass

POLICY_FILE = ".solvet.toml"
"""Where a repository says what it wants to see and what blocks a merge."""

SUPPRESSION = "// solvet-ignore: <rule> -- <reason>"
"""The comment that silences one finding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportContext:
    """Where the reader stands.

    `repository` is `owner/name`. `blob_url` shows files at the head
    (`https://github.com/owner/name/blob/<sha>`), `details_url` the complete report, `rules_url`
    the folder of rule pages (`<rules_url>/<rule>.md`); without them nothing is linked.
    `policy_changes` are sentences on what the change does to policy and suppressions, which do
    not count before it is merged.
    """

    repository: str
    blob_url: str = ""
    details_url: str = ""
    rules_url: str = ""
    first_review: bool = False
    policy_changes: tuple[str, ...] = ()
