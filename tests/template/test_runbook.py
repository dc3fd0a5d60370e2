"""The runbook's figures are the template's."""

import re

from tests.template.conftest import ROOT

RUNBOOK = ROOT / "docs/runbook.md"
COMPARED = {"GreaterThanThreshold": "above", "LessThanThreshold": "below"}
TAKEN = {"Sum": "sum", "Maximum": "largest", "Minimum": "smallest"}


def rows(resources):
    """What the table has to say, in the order of the pages."""
    pages = re.findall(r"^## (\w+)$", RUNBOOK.read_text("utf-8"), re.MULTILINE)
    return [row(name, resources[name]["Properties"]) for name in pages]


def row(name, alarm):
    of = alarm["EvaluationPeriods"]
    (seconds,) = periods(alarm)
    raised = f"{taken(alarm)} {COMPARED[alarm['ComparisonOperator']]} {alarm['Threshold']:,}"
    silent = ", or nothing measured" if alarm["TreatMissingData"] == "breaching" else ""
    times = f"{alarm.get('DatapointsToAlarm', of)} of {of}"
    return f"| [{name}](#{name.lower()}) | {raised}{silent} | {times} | {seconds // 60} min |"


def periods(alarm):
    own = [alarm["Period"]] if "Period" in alarm else []
    parts = [m["MetricStat"]["Period"] for m in alarm.get("Metrics", ()) if "MetricStat" in m]
    return {*own, *parts}


def taken(alarm):
    """The statistic, or how those of several metrics are put together."""
    together = [m["Expression"] for m in alarm.get("Metrics", ()) if "Expression" in m]
    if together:
        return {"SUM": "sum of all", "MAX": "largest of all"}[together[0].partition("(")[0]]
    return TAKEN.get(alarm.get("Statistic")) or alarm["ExtendedStatistic"]


def test_the_table_says_when_each_alarm_is_raised(resources):
    text = RUNBOOK.read_text("utf-8")
    assert [line for line in text.splitlines() if line.startswith("| [")] == rows(resources)


def test_an_alarm_that_is_over_says_so(resources):
    alarms = [r for r in resources.values() if r["Type"] == "AWS::CloudWatch::Alarm"]
    assert all(alarm["Properties"]["OKActions"] == [{"Ref": "AlarmTopic"}] for alarm in alarms)
    assert "An alarm that is over says so on the same topic" in RUNBOOK.read_text("utf-8")


def test_what_is_kept_is_kept_as_long_as_the_runbook_says(queues):
    kept = {name: queue["MessageRetentionPeriod"] // 86_400 for name, queue in queues.items()}
    dead = {days for name, days in kept.items() if name.endswith("DeadLetters")}
    assert (set(kept.values()) - dead, dead) == ({4}, {14})
    assert "kept for 4 days, dead letters for 14" in RUNBOOK.read_text("utf-8")
