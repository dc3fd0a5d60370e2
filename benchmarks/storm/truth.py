"""What must hold once the storm is over, whatever happened in it. Seen from outside only.

What is known beforehand is which file of which head has a flaw, and what was sent; what is held
against it is what GitHub shows, what the queues hold and what the table says.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from http import HTTPStatus

from benchmarks.storm.chaos import Till
from benchmarks.storm.load import Load, Pull
from benchmarks.storm.nursery import BROKE_DOWN
from benchmarks.storm.traces import Json, items, outcomes, said
from solvet.local.github import SimulatedGitHub

_HEAD = re.compile(r"head `([0-9a-f]{7})`")
OPEN = {"scan", "letter"}
"""What somebody has to come back to. Repositories are looked after for ever."""
_UNANSWERED = {0, HTTPStatus.UNAUTHORIZED, HTTPStatus.SERVICE_UNAVAILABLE}
_MICRO = 1_000_000
CHECK = "Solvet"


@dataclass(slots=True)
class Promise:
    """What was promised, how often it was looked at, and where it was broken."""

    text: str
    looked_at: int = 0
    broken: list[str] = field(default_factory=list)

    def holds(self, held: object, otherwise: str) -> None:
        self.looked_at += 1
        if not held:
            self.broken.append(otherwise)


@dataclass(frozen=True)
class Aftermath:
    """Everything that can be seen from outside when nothing moves any more."""

    github: SimulatedGitHub
    load: Load
    till: Till
    table: str
    month_budget: str
    waiting: Mapping[str, int]
    faults: Counter[str]

    @cached_property
    def seen(self) -> Json:
        return self.github.snapshot()

    @cached_property
    def items(self) -> list[Json]:
        return list(items(self.table))

    def promises(self) -> list[Promise]:
        return [
            self._nothing_lost(),
            self._nothing_stuck(),
            self._said_once(),
            self._no_false_green(),
            self._flaws_told(),
            self._newest_wins(),
            self._no_forgery(),
            self._money(),
            self._no_breakdown(),
        ]

    def _nothing_lost(self) -> Promise:
        promise = Promise("every delivery has an outcome, every head that counts a check run")
        known = outcomes(self.items)
        for guid in sorted(self.load.tally.sent):
            promise.holds(guid in known, f"lost: delivery {guid} has no outcome")
        for pull in self._pulls():
            promise.holds(self._runs(pull), f"lost: {_name(pull)} has no check run")
        return promise

    def _nothing_stuck(self) -> Promise:
        promise = Promise("nothing is left over: messages, check runs, scans, letters")
        for name, count in self.waiting.items():
            promise.holds(not count, f"stuck: {count} messages on {name}")
        for run in self.seen["check_runs"]:
            ended = run["status"] == "completed"
            promise.holds(ended, f"stuck: check run {run['id']} of {run['repository']}")
        for item in self.items:
            promise.holds(item.get("due") not in OPEN, f"stuck: {item['pk']} {item['sk']}")
        return promise

    def _said_once(self) -> Promise:
        promise = Promise("nothing is said twice: check runs, comments, remarks, annotations")
        for what, count in said(self.seen).items():
            promise.holds(count == 1, f"said {count} times: {what}")
        return promise

    def _no_false_green(self) -> Promise:
        """Heads that were superseded included."""
        promise = Promise("green names all files of its head, none of them with a flaw")
        heads = self._heads()
        for run in self.seen["check_runs"]:
            if run["conclusion"] != "success" or run["name"] != CHECK:
                continue
            paths, weak = heads[run["repository"], run["head_sha"]]
            where = f"{run['repository']} at {run['head_sha'][:7]}: {run['title']}"
            promise.holds(not weak, f"green with a flaw: {where}")
            seen = all(f"`{path}`: " in run["summary"] for path in paths)
            total = f"{len(paths)} files: {len(paths)} analysed" in run["summary"]
            promise.holds(seen and total, f"green, not all was looked at: {where}")
            about = _HEAD.search(run["summary"])
            promise.holds(
                about and run["head_sha"].startswith(about[1]), f"green by proxy: {where}"
            )
        return promise

    def _flaws_told(self) -> Promise:
        promise = Promise("a flaw is told where it is, or what was not looked at is")
        for pull in self._pulls():
            for run in self._runs(pull) if pull.at.weak else ():
                told = any(a["path"] == pull.at.weak for a in run["annotations"])
                failed = run["conclusion"] == "failure"
                honest = failed and (told or "incomplete" in run["title"].lower())
                promise.holds(honest, f"flaw not told: {_name(pull)}: {run['title']}")
        return promise

    def _newest_wins(self) -> Promise:
        promise = Promise("the newest head has a verdict, and the comment is about it")
        comments = {(c["repository"], c["number"]): c["body"] for c in self.seen["comments"]}
        for pull in self._pulls():
            for run in self._runs(pull):
                stands = run["conclusion"] in {"success", "failure"}
                promise.holds(stands, f"no verdict: {_name(pull)} is {run['conclusion']}")
                broke_off = "broke off" in run["title"]
                body = comments.get((run["repository"], pull.number), "")
                about = _HEAD.search(body)
                fits = about and run["head_sha"].startswith(about[1])
                promise.holds(broke_off or fits, f"comment of another head: {_name(pull)}")
        return promise

    def _no_forgery(self) -> Promise:
        promise = Promise("nothing forged is taken")
        for status, count in self.load.tally.forged.items():
            promise.holds(status in _UNANSWERED, f"forged: {count} answered {status}")
        for item in self.items:
            promise.holds("#forged-" not in item["sk"], f"forged: {item['sk']} was planned")
        return promise

    def _money(self) -> Promise:
        """No repository beyond its limit, and nothing charged that was not booked before."""
        promise = Promise("no money beyond the limit, none that was not booked")
        limit = round(float(self.month_budget) * _MICRO)
        for name, spent in self._booked():
            promise.holds(spent <= limit, f"money: {name} has booked {spent} of {limit}")
        booked = sum(spent for _, spent in self._booked())
        told = f"money: charged {self.till.charged}, booked {booked} micro-dollars"
        promise.holds(self.till.charged <= booked, told)
        return promise

    def _no_breakdown(self) -> Promise:
        promise = Promise("no process breaks down by itself")
        promise.holds(not self.faults[BROKE_DOWN], f"broken down: {self.faults[BROKE_DOWN]}")
        return promise

    def _booked(self) -> Iterator[tuple[str, int]]:
        """Each repository's account of each month, and the micro-dollars on it."""
        for item in self.items:
            if item["sk"].startswith("money#repository#"):
                yield f"{item['pk']} {item['sk']}", int(item.get("spent", 0))

    def _pulls(self) -> Iterator[Pull]:
        return (pull for pull in self.load.pulls if pull.record)

    def _runs(self, pull: Pull) -> list[Json]:
        wanted = (pull.repository.full_name, pull.head_sha, CHECK)
        return self._by_head.get(wanted, [])

    @cached_property
    def _by_head(self) -> dict[tuple[str, str, str], list[Json]]:
        found: dict[tuple[str, str, str], list[Json]] = {}
        for run in self.seen["check_runs"]:
            found.setdefault((run["repository"], run["head_sha"], run["name"]), []).append(run)
        return found

    def _heads(self) -> dict[tuple[str, str], tuple[tuple[str, ...], str]]:
        return {
            (pull.repository.full_name, sha): (head.paths, head.weak)
            for pull in self.load.pulls
            for sha, head in pull.was
        }

    def counts(self) -> Json:
        """What there is to count, for the report."""
        kinds = Counter(f"{run['status']}/{run['conclusion']}" for run in self.seen["check_runs"])
        incomplete = sum("ncomplete" in str(run["title"]) for run in self.seen["check_runs"])
        return {
            "deliveries sent": len(self.load.tally.sent),
            "attempts to deliver": len(self.github.deliveries),
            "forged, by status": dict(self.load.tally.forged),
            "check runs": dict(kinds),
            "of these incomplete": incomplete,
            "comments": len(self.seen["comments"]),
            "remarks beside the code": len(self.seen["review_comments"]),
            "requests to GitHub": len(self.seen["requests"]),
            "answers that a provider charged for": self.till.answers,
            "booked for models, dollars": sum(spent for _, spent in self._booked()) / _MICRO,
            "charged by providers, dollars": self.till.charged / _MICRO,
            "repositories at their limit": self._at_limit(),
        }

    def _at_limit(self) -> int:
        runs = self.seen["check_runs"]
        return len({run["repository"] for run in runs if "used up" in str(run["summary"])})


def _name(pull: Pull) -> str:
    return f"{pull.repository.full_name}#{pull.number} at {pull.head_sha[:7]}"
