"""What a command is answered with: a reaction, perhaps a reply, and a line for the record."""

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from solvet.domain.command import Command
from solvet.domain.delivery import Delivery, Repository
from solvet.domain.review import Review as Findings
from solvet.domain.scan import ReportKind, Scan, Target, TargetKind, report
from solvet.errors import Denied, Gone
from solvet.ports.github import GitHub
from solvet.ports.people import Reaction, Remark
from solvet.render.context import ReportContext
from solvet.render.replies import marked, marker
from solvet.services.begin import PlanParts
from solvet.services.gathering import context_of, gathered


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A comment of ours. There is one of each `name` in a pull request; it is edited in place."""

    name: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of a command."""

    outcome: str
    reaction: Reaction = Reaction.DONE
    reply: Reply | None = None


class Review(Protocol):
    """Begins a review of what there is now, `full` of every file; answers what it is."""

    def __call__(self, *, full: bool) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """A pull request in which somebody asks for something, in a comment or by a button."""

    delivery: Delivery
    repository: Repository
    number: int
    login: str
    parts: PlanParts
    review: Review

    @property
    def installation(self) -> int:
        return self.delivery.installation

    @property
    def github(self) -> GitHub:
        return self.parts.github(self.installation, self.repository)

    @property
    def person(self) -> str:
        """The login as a part of names."""
        return re.sub(r"[^a-z0-9_-]", "", self.login.lower())

    def newest(self) -> Scan | None:
        """The scan of the newest head that was planned."""
        target = Target(kind=TargetKind.PULL, number=self.number)
        head = self.parts.state.head(self.installation, self.repository, target)
        return self.parts.state.scan(self.installation, head.scan_id) if head.scan_id else None

    def known(self) -> "Known | None":
        """What the newest scan found; None when it looked at nothing, or nothing is kept of it."""
        scan = self.newest()
        if scan is None:
            return None
        try:
            review = gathered(scan, self.parts.storage, self.parts.state)
        except Gone:
            return None
        return None if review.not_now else Known(review, context_of(scan, self.parts.web_url))

    def refresh(self) -> None:
        """Ask for the report of the newest scan once more."""
        scan = self.newest()
        if scan is not None:
            self.parts.reports.ask(report(scan, ReportKind.REFRESH, asked=self.delivery.id))

    def write(self, reply: Reply) -> None:
        """Write the reply, once however often; where nobody may comment there is none."""
        state, place = self.parts.state, (self.installation, self.repository, self.number)
        known, written = state.claim_reply(*place, reply.name), None
        try:
            with suppress(Gone, Denied):
                written = self.github.put_comment(
                    self.repository,
                    self.number,
                    marker=marker(reply.name),
                    body=marked(reply.name, reply.body),
                    known=known,
                )
        finally:
            state.settle_reply(*place, reply.name, written)


@dataclass(frozen=True, slots=True)
class Known:
    """What a scan found, and where it stands."""

    review: Findings
    context: ReportContext


@dataclass(frozen=True, slots=True)
class Talk:
    """A command, the comment that it stands in, and the pull request around it."""

    thread: Thread
    remark: Remark
    command: Command

    def trouble(self, body: str, outcome: str) -> Answer:
        """What cannot be done is told, in a reply of this comment's own."""
        reply = Reply(name=f"answer:{self.remark.id}", body=body)
        return Answer(outcome=outcome, reaction=Reaction.NOT_DONE, reply=reply)
