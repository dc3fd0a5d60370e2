"""Uploads to code scanning.

https://docs.github.com/en/rest/code-scanning/code-scanning#upload-an-analysis-as-sarif-data
"""

import base64

from solvet.adapters.github.endpoint import Endpoint
from solvet.adapters.github.faults import translated
from solvet.domain.delivery import Repository


class GitHubScanning(Endpoint):
    """The `Scanning` port; needs the permission `security_events: write`."""

    def upload_sarif(self, repository: Repository, *, commit: str, ref: str, packed: bytes) -> None:
        with translated("uploading to code scanning"):
            self._client.requester.requestJsonAndCheck(
                "POST",
                f"/repos/{repository.full_name}/code-scanning/sarifs",
                input={
                    "commit_sha": commit,
                    "ref": ref,
                    "sarif": base64.b64encode(packed).decode(),
                    "tool_name": "Solvet",
                },
            )
