"""Check runs: looked for before they are made, and completed so that a repeat adds nothing."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from github.CheckRun import CheckRun
from github.GithubObject import NotSet

from solvet.adapters.github.endpoint import Endpoint
from solvet.adapters.github.faults import translated
from solvet.domain.delivery import Repository
from solvet.domain.verdict import Conclusion
from solvet.ports.github import OpenCheck
from solvet.render.check_run import CHUNK, Annotation, CheckRunContent

UNDER_WAY = {
    "title": "Review under way",
    "summary": "Solvet is reading the Solidity files of this change.",
}


class GitHubChecks(Endpoint):
    """The `Checks` port."""

    def open_check(
        self, repository: Repository, *, name: str, head_sha: str, external_id: str
    ) -> int:
        for check in self.checks_of(repository, head_sha):
            if check.external_id == external_id:
                return check.id
        with translated("creating the check run"):
            run = self._repo(repository).create_check_run(
                name=name,
                head_sha=head_sha,
                external_id=external_id,
                status="in_progress",
                started_at=datetime.now(UTC),
                output=dict(UNDER_WAY),
            )
            return int(run.id)

    def checks_of(self, repository: Repository, head_sha: str) -> tuple[OpenCheck, ...]:
        with translated("listing check runs"):
            runs = self._repo(repository).get_commit(head_sha).get_check_runs(filter="all")
            return tuple(_open(run) for run in runs if self._is_ours(run.raw_data))

    def restart(self, repository: Repository, check_run: int, *, external_id: str) -> None:
        with translated("restarting the check run"):
            run = self._run(repository, check_run)
            if run.external_id == external_id:
                return
            run.edit(
                status="in_progress",
                external_id=external_id,
                started_at=datetime.now(UTC),
                output=dict(UNDER_WAY),
            )

    def note_on(self, repository: Repository, check_run: int, *, title: str, summary: str) -> None:
        with translated("writing on the check run"):
            run = self._run(repository, check_run)
            if run.status != "completed":
                run.edit(output={"title": title, "summary": summary})

    def conclude(
        self,
        repository: Repository,
        check_run: int,
        conclusion: Conclusion,
        content: CheckRunContent,
    ) -> None:
        run = self._run(repository, check_run)
        with translated("reading annotations"):
            there = {_identity(a.raw_data) for a in run.get_annotations()}
        wanted = (_annotation(a) for a in content.annotations)
        missing = [raw for raw in wanted if _identity(raw) not in there]
        text = {"title": content.title, "summary": content.summary, "text": content.text}
        last = max(0, len(missing) - 1) // CHUNK * CHUNK
        with translated("completing the check run"):
            for start in range(0, last, CHUNK):
                run.edit(output=text | {"annotations": missing[start : start + CHUNK]})
            run.edit(
                status="completed",
                conclusion=str(conclusion),
                completed_at=datetime.now(UTC),
                output=text | ({"annotations": missing[last:]} if missing else {}),
                actions=[asdict(action) for action in content.actions],
                details_url=content.details_url or NotSet,
            )

    def _run(self, repository: Repository, check_run: int) -> CheckRun:
        return self._repo(repository).get_check_run(check_run)

    def _is_ours(self, raw: Mapping[str, Any]) -> bool:
        """A stand-in may not say whose it is; then the external id, which is ours, decides."""
        app = raw.get("app")
        return app is None or self._made_by_us(app)


def _open(run: CheckRun) -> OpenCheck:
    return OpenCheck(
        id=run.id,
        external_id=run.external_id or "",
        completed=run.status == "completed",
        conclusion=run.conclusion or "",
    )


def _annotation(annotation: Annotation) -> dict[str, Any]:
    """As GitHub takes it: columns are left out unless both are known."""
    raw: dict[str, Any] = {
        "path": annotation.path,
        "start_line": annotation.start_line,
        "end_line": annotation.end_line,
        "annotation_level": annotation.level,
        "title": annotation.title,
        "message": annotation.message,
        "raw_details": annotation.raw_details,
    }
    if annotation.start_column and annotation.end_column:
        raw |= {"start_column": annotation.start_column, "end_column": annotation.end_column}
    return raw


def _identity(raw: Mapping[str, Any]) -> tuple[object, ...]:
    """Two annotations that read the same at the same place are one."""
    return tuple(raw.get(key) for key in ("path", "start_line", "end_line", "title", "message"))
