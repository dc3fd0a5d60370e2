"""The `Conversations` port: what people decided, about what, and what we answered.

| name (sort key) | what |
|---|---|
| `triage#<repository>#finding#<fingerprint>` | the last word on a finding, kept while it stands |
| `triage#<repository>#shown#<number>` | which findings the newest report on a pull request has |
| `triage#<repository>#pause#<number>` | the last word on a pull request's reviews |
| `triage#<repository>#first` | the first pull request that anything was said on |
| `triage#<repository>#reply#<number>#<name>` | who writes a reply until when, and its comment |
"""

from collections.abc import Sequence
from time import time
from typing import Any

from solvet import wire
from solvet.adapters.aws.items import ConditionFailed, Item, Items
from solvet.domain.delivery import Repository
from solvet.domain.scan import Scan
from solvet.domain.triage import Decision, Pause
from solvet.errors import Busy
from solvet.ports.triage import Showing

WRITING = 60
"""Seconds that one writer of a reply may take."""
REMEMBERED = 30 * 86_400
"""Seconds that a reply, or a decision that was taken back, is remembered."""
PAUSED = 365 * 86_400
NOTED = 7 * 86_400
"""Seconds that a report's findings are noted: its results are not kept for longer either."""
MOST_NOTED = 2_000
"""Fingerprints of one report: 34 kB of the 400 that an item may have.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
"""

_LATEST = "attribute_not_exists(by_comment) OR by_comment <= :comment"


class DynamoTriage:
    """Decisions, pauses and replies."""

    _items: Items

    def decisions(self, installation: int, repository: Repository) -> tuple[Decision, ...]:
        items = self._items.beginning(installation, _finding(repository, ""))
        return tuple(wire.decode(Decision, str(item["decided"])) for item in items)

    def decide(self, installation: int, repository: Repository, decision: Decision) -> bool:
        """What stands never expires; what was taken back bars late arrivals for a while."""
        name = _finding(repository, decision.fingerprint)
        expiry = None if decision.ignored else int(time()) + REMEMBERED
        return self._say(installation, name, decision, decision.comment, expiry)

    def note_findings(self, scan: Scan, fingerprints: Sequence[str]) -> None:
        self._items.update(
            scan.installation,
            f"{_shown(scan.repository)}{scan.target.number}",
            "SET #number = :number, scan_id = :scan, shown = :shown, expires_at = :end",
            {
                ":number": scan.target.number,
                ":scan": scan.id,
                ":shown": " ".join(fingerprints[:MOST_NOTED]),
                ":end": int(time()) + NOTED,
            },
            names={"#number": "number"},
        )

    def showing(
        self, installation: int, repository: Repository, fingerprint: str
    ) -> tuple[Showing, ...]:
        items = self._items.beginning(installation, _shown(repository))
        having = (item for item in items if fingerprint in str(item["shown"]).split())
        return tuple(Showing(int(item["number"]), str(item["scan_id"])) for item in having)

    def pause(self, installation: int, repository: Repository, number: int) -> Pause | None:
        return pause_in(self._items.get(installation, pause_name(repository, number)))

    def set_pause(
        self, installation: int, repository: Repository, number: int, pause: Pause
    ) -> bool:
        name, expiry = pause_name(repository, number), int(time()) + PAUSED
        return self._say(installation, name, pause, pause.comment, expiry)

    def claim_reply(
        self, installation: int, repository: Repository, number: int, name: str
    ) -> int | None:
        now = int(time())
        try:
            item = self._items.update(
                installation,
                _reply(repository, number, name),
                "SET lease = :until, expires_at = :end",
                {":until": now + WRITING, ":now": now, ":end": now + REMEMBERED},
                when="attribute_not_exists(lease) OR lease < :now",
            )
        except ConditionFailed as error:
            raise Busy("this reply is being written", after=5) from error
        return int(item["comment_id"]) if "comment_id" in item else None

    def settle_reply(
        self, installation: int, repository: Repository, number: int, name: str, comment: int | None
    ) -> None:
        known = {} if comment is None else {":comment": comment}
        kept = "" if comment is None else "SET comment_id = :comment "
        self._items.update(
            installation, _reply(repository, number, name), f"{kept}REMOVE lease", known
        )

    def first_pull(self, installation: int, repository: Repository, number: int) -> bool:
        item = self._items.update(
            installation,
            first_name(repository),
            "SET #number = if_not_exists(#number, :number)",
            {":number": number},
            names={"#number": "number"},
        )
        return int(item["number"]) == number

    def _say(
        self,
        installation: int,
        name: str,
        said: Decision | Pause,
        comment: int,
        expiry: int | None,
    ) -> bool:
        values: dict[str, Any] = {":said": wire.encode(said).decode(), ":comment": comment}
        change = "SET decided = :said, by_comment = :comment"
        if expiry is None:
            change += " REMOVE expires_at"
        else:
            change, values = f"{change}, expires_at = :end", values | {":end": expiry}
        try:
            self._items.update(installation, name, change, values, when=_LATEST)
        except ConditionFailed:
            return False
        return True


def _finding(repository: Repository, fingerprint: str) -> str:
    return f"triage#{repository.id}#finding#{fingerprint}"


def _shown(repository: Repository) -> str:
    return f"triage#{repository.id}#shown#"


def pause_name(repository: Repository, number: int) -> str:
    """The sort key of the last word on a pull request's reviews."""
    return f"triage#{repository.id}#pause#{number}"


def pause_in(item: Item) -> Pause | None:
    """That word, if there was any."""
    return wire.decode(Pause, str(item["decided"])) if "decided" in item else None


def first_name(repository: Repository) -> str:
    """The sort key of the first pull request that anything was said on."""
    return f"triage#{repository.id}#first"


def _reply(repository: Repository, number: int, name: str) -> str:
    return f"triage#{repository.id}#reply#{number}#{name}"
