"""What the real functions log and measure while deliveries go their way."""

import io
import json
import logging
from dataclasses import replace
from pathlib import Path

import boto3
import pytest
from aws_lambda_powertools import Logger

from solvet.adapters.aws.metrics import emit
from solvet.adapters.models.metered import took
from solvet.domain.change import ChangedFile, FileStatus
from solvet.domain.delivery import Repository
from solvet.domain.metrics import METRICS
from solvet.domain.receipt import ModelReceipt, ModelState
from solvet.domain.review import Coverage, FileReview, Review
from solvet.domain.scan import ReportKind, Scan, Target, TargetKind
from solvet.domain.verdict import decide
from solvet.lambdas import schedule
from solvet.lambdas.context import hashed
from solvet.llm.errors import Unavailable
from solvet.local.functions import Context
from solvet.local.github.faults import Fault
from solvet.services.healer import Action, Deed
from solvet.services.measuring import measured
from tests.logs import functions_log
from tests.services.conftest import FLAWED, SAFE

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "docs/observability.md"
TIMES = {"TimeToFirstVerdict", "TimeToFinal"}
OURS = {metric.name: metric for metric in METRICS}
ON_THE_ROAD = {
    *("Deliveries", "TimeToFirstVerdict", "TimeToFinal", "FilesAnalysed", "FilesCached"),
    *("FilesSkipped", "Findings", "Verdicts", "AnswersReused", "ModelAnswers", "ModelDollars"),
    *("ModelInputTokens", "ModelOutputTokens", "GitHubQuotaLeft", "Postponed", "DeadLetters"),
    "Dropped",
}
"""What a pull request, a re-run, an outage and a dead letter lead to."""
ELSEWHERE = {"Events", "Notices", "Analyses", "TimeToAnalysis"}
"""Measured in `test_notifying` and in `tests/api/test_unfinished`."""


@pytest.fixture
def measuring(monkeypatch, capsys):
    """Answers the metric lines that were printed since it was last asked."""
    monkeypatch.setenv("POWERTOOLS_METRICS_DISABLED", "false")

    def lines():
        printed = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line]
        return [line for line in printed if "_aws" in line]

    lines()
    return lines


@pytest.fixture
def logged(running):
    """Answers the lines that the functions have logged since it was last asked."""
    with functions_log(logging.INFO) as stream:

        def lines():
            said = stream.getvalue()
            stream.truncate(0)
            stream.seek(0)
            return [json.loads(line) for line in said.splitlines()]

        yield lines


def values(lines):
    """(name, unit, dimensions) of every value, as CloudWatch reads a line."""
    return [
        (metric["Name"], metric["Unit"], frozenset(directive["Dimensions"][0]))
        for line in lines
        for directive in line["_aws"]["CloudWatchMetrics"]
        for metric in directive["Metrics"]
        if directive["Namespace"] == "Solvet" and line[metric["Name"]]
    ]


def as_documented(name):
    metric = OURS[name]
    return name, metric.unit, frozenset({"service", *metric.dimensions})


def resume(road, mine):
    """Asks for the newest check run of the project once more."""
    run = road.checks(mine)[0]
    road.deliver("check_run", road.github.payload_check_run_rerequested(run["id"]))
    road.run()


def test_every_metric_of_the_table_is_measured_in_its_unit(road, change, measuring):
    policy = {".solvet.yml": "exclude: [src/B.sol]\n"}
    mine = change({"src/A.sol": SAFE} | policy, {"src/A.sol": FLAWED, "src/B.sol": SAFE} | policy)
    road.github.faults.add(Fault(path="/check-runs", method="POST", status=503))
    road.announce(mine)
    road.run()
    resume(road, mine)
    boto3.client("sqs").send_message(QueueUrl=dead_letters(road), MessageBody="nonsense")
    road.run()
    found = values(measuring())
    assert {name for name, _, _ in found} == ON_THE_ROAD
    assert set(found) <= set(map(as_documented, OURS))


def dead_letters(road):
    return next(p._url for p in road.stack._pumps if p.name == "LastResortFunction")


def test_what_does_not_happen_on_the_road_is_measured_as_well(measuring):
    def healer(seconds_left):
        yield from (Deed(action, "a scan", 1, scan="s") for action in Action)

    schedule.run(healer, Context("SweepFunction", 60), Logger("sweep", stream=io.StringIO()))
    emit(took(Unavailable("down")))
    emit(measured(SCAN, FAILED, decide(FAILED), ReportKind.STATIC, now=1_012.5))
    found = values(measuring())
    assert {name for name, _, _ in found} >= set(OURS) - ON_THE_ROAD - ELSEWHERE
    assert set(found) <= set(map(as_documented, OURS))


SCAN = Scan(
    id="s",
    installation=1,
    repository=Repository(7, "acme/vaults"),
    target=Target(kind=TargetKind.PULL, number=5),
    head_sha="b" * 40,
    base_sha="a" * 40,
    fence=1,
    check_run=9,
    received=1_000.0,
)
FILE = ChangedFile("src/A.sol", FileStatus.MODIFIED)
FAILED = Review(
    head_sha="b" * 40,
    base_sha="a" * 40,
    files=(FileReview(file=FILE, coverage=Coverage.FAILED),),
)
PENDING = replace(
    FAILED,
    files=(
        FileReview(
            file=FILE,
            coverage=Coverage.ANALYSED,
            model=ModelReceipt(state=ModelState.PENDING),
        ),
    ),
)
NOTHING = replace(FAILED, files=())


@pytest.mark.parametrize(
    ("review", "kind", "times"),
    [
        (FAILED, ReportKind.STATIC, {"TimeToFirstVerdict": 12.5, "TimeToFinal": 12.5}),
        (PENDING, ReportKind.STATIC, {"TimeToFirstVerdict": 12.5}),
        (NOTHING, ReportKind.FINAL, {"TimeToFirstVerdict": 12.5, "TimeToFinal": 12.5}),
        (PENDING, ReportKind.FINAL, {}),
        (FAILED, ReportKind.REFRESH, {}),
        (NOTHING, ReportKind.REFRESH, {}),
    ],
)
def test_each_scan_has_one_first_and_one_last_report(review, kind, times):
    found = measured(SCAN, review, decide(review), kind, now=1_012.5)
    assert {m.metric.name: m.value for m in found if m.metric.name in TIMES} == times


def test_a_scan_that_an_earlier_version_planned_has_no_times():
    scan = replace(SCAN, received=0.0)
    found = measured(scan, FAILED, decide(FAILED), ReportKind.STATIC, now=1_012.5)
    assert not TIMES & {m.metric.name for m in found}
    assert {m.metric.name for m in found} == {"FilesFailed", "Verdicts"}


def test_every_line_of_a_delivery_can_be_found_by_its_id(road, change, logged, measuring):
    mine = change()
    guid = road.announce(mine).guid
    road.run()
    lines = logged()
    assert [line for line in lines if line.get("delivery") != guid] == []
    handled = [line for line in lines if line["message"] == "handled"]
    by = {line["service"]: line for line in handled}
    assert set(by) == {"plan", "static", "model", "reporter"}
    for line in handled:
        assert line["repository"] == mine.repository.id
        assert line["installation"] == mine.installation
        assert line["attempt"] == 1
        assert {"function", "message_id", "took", "level", "timestamp"} <= set(line)
    (scan,) = {line["scan"] for line in handled if "scan" in line}
    assert all(by[name]["scan"] == scan for name in ("static", "model", "reporter"))
    assert by["static"]["stage"], by["model"]["stage"] == ("static", "model")
    assert by["static"]["file"] == by["model"]["file"] == hashed("src/A.sol")
    paid = [line for line in measuring() if "ModelDollars" in line]
    assert [(line["delivery"], line["scan"]) for line in paid] == [(guid, scan)] * len(paid)
    assert paid


def test_a_message_that_fails_is_told_with_its_delivery_and_reason(road, change, logged):
    mine = change()
    road.github.faults.add(Fault(path="/check-runs", method="POST", status=503))
    guid = road.announce(mine).guid
    road.run()
    (line,) = [line for line in logged() if line["message"] == "postponed"]
    assert (line["delivery"], line["kind"], line["service"]) == (guid, "Unavailable", "plan")


def test_the_table_of_the_documentation_is_what_is_measured():
    rows = [line for line in TABLE.read_text("utf-8").splitlines() if line.startswith("| `")]
    told = [tuple(cell.strip() for cell in row.strip("|").split("|")) for row in rows]
    table = [row for row in told if row[0].strip("`") in OURS]
    assert table == [
        (f"`{m.name}`", m.unit, ", ".join(m.dimensions) or "none", m.meaning) for m in METRICS
    ]
