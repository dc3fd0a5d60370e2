"""What is measured: every metric by its name, and what became of a message in words and numbers.

A dimension has few values; what has many (ids, repositories, paths) is in the log.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Unit(StrEnum):
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html."""

    COUNT = "Count"
    SECONDS = "Seconds"
    NONE = "None"


@dataclass(frozen=True, slots=True)
class Metric:
    """One row of the table in `docs/observability.md`."""

    name: str
    unit: Unit
    dimensions: tuple[str, ...]
    meaning: str

    def of(self, value: float, *dimensions: str) -> "Measured":
        """A value of it; the dimensions in the order of the table."""
        return Measured(self, value, dict(zip(self.dimensions, dimensions, strict=True)))


@dataclass(frozen=True, slots=True)
class Measured:
    """One value, in the metric's unit."""

    metric: Metric
    value: float
    dimensions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a message: a sentence for the log, and what is counted of it."""

    words: str
    measured: tuple[Measured, ...] = ()


def _count(name: str, meaning: str, *dimensions: str) -> Metric:
    return Metric(name, Unit.COUNT, dimensions, meaning)


def _seconds(name: str, meaning: str) -> Metric:
    return Metric(name, Unit.SECONDS, (), meaning)


DELIVERIES = _count(
    "Deliveries",
    "deliveries planned; outcome: handled, repeated, or refused by GitHub",
    "trigger",
    "outcome",
)
FIRST_VERDICT = _seconds(
    "TimeToFirstVerdict", "from the delivery on its queue to the first verdict on GitHub"
)
FINAL = _seconds("TimeToFinal", "from the delivery on its queue to the last report of the scan")
ANALYSED = _count("FilesAnalysed", "files of a reported scan that were looked at", "stage")
CACHED = _count("FilesCached", "files whose answers were all there before", "stage")
SKIPPED = _count(
    "FilesSkipped", "files that were not looked at, for a reason that is told", "stage"
)
FAILED = _count("FilesFailed", "files that nobody could look at", "stage")
FINDINGS = _count("Findings", "introduced findings that are shown, when a scan ends", "severity")
VERDICTS = _count("Verdicts", "scans that ended, by the check run's conclusion", "conclusion")
REUSED = _count("AnswersReused", "questions that cost nothing, because they were answered before")
ANSWERS = _count("ModelAnswers", "answers of a provider", "model")
ERRORS = _count("ModelErrors", "answers that were not to be had, by kind", "error")
DOLLARS = Metric("ModelDollars", Unit.NONE, ("model",), "dollars that answers cost")
INPUT_TOKENS = _count("ModelInputTokens", "tokens sent", "model")
OUTPUT_TOKENS = _count("ModelOutputTokens", "tokens answered", "model")
QUOTA = _count("GitHubQuotaLeft", "requests that GitHub allows still in this hour; see the minimum")
POSTPONED = _count("Postponed", "messages to be tried again, by the reason", "consumer", "reason")
DEAD_LETTERS = _count("DeadLetters", "messages that died on a queue and were dealt with", "kind")
EVENTS = _count(
    "Events", "events of scans: told, or put off until the next sweep", "type", "outcome"
)
NOTICES = _count(
    "Notices",
    "events that people are told of, or not: told, quiet by the settings, or repeated",
    "channel",
    "outcome",
)

ANALYSES = _count(
    "Analyses",
    "requests and uploads: accepted, repeated or refused; and complete, incomplete or failed",
    "way",
    "outcome",
)
ANALYSIS_TIME = _seconds("TimeToAnalysis", "from a request or an upload to the end of its analysis")

DEEDS: Mapping[str, Metric] = {
    name: _count(name, meaning)
    for name, meaning in {
        "SentAgain": "dead letters put off to be sent again, and letters sent",
        "Dropped": "letters that no version of ours wrote, deliveries GitHub does not send again",
        "Redelivered": "deliveries that GitHub was asked to send again",
        "Planned": "heads without a check run that were found and planned",
        "Resumed": "scans that hung and were taken up again",
        "LeftAlone": "scans that may take longer, and accounts that suspended the App",
        "ReportAsked": "reports that were asked for once more",
        "BrokenOff": "reviews that were ended before they were complete",
        "Announced": "events that the sweep told",
        "Enrolled": "repositories that were put on the timetable",
        "Scheduled": "default branches that were handed to planning by the timetable",
        "Batched": "batches of questions that were handed to a provider",
        "Answered": "batches that ended, whose answers are kept and paid",
        "CalledOff": "batches that nobody waited for any more",
        "GivenUp": "messages and scans that were given up after they were tried in vain",
        "Stopped": "parts of a sweep that stopped at an outage or a limit",
        "Failed": "parts of a sweep that failed",
    }.items()
}
"""What the healer and the last resort did, by kind."""

METRICS: tuple[Metric, ...] = (
    *(DELIVERIES, FIRST_VERDICT, FINAL, ANALYSED, CACHED, SKIPPED, FAILED, FINDINGS, VERDICTS),
    *(REUSED, ANSWERS, ERRORS, DOLLARS, INPUT_TOKENS, OUTPUT_TOKENS),
    *(QUOTA, POSTPONED, DEAD_LETTERS, EVENTS, NOTICES, ANALYSES, ANALYSIS_TIME),
    *DEEDS.values(),
)
