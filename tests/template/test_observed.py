"""Dashboard, alarms, saved queries and tags: what they name is there."""

import json
import re
from pathlib import Path

import pytest

from solvet.domain.metrics import DEEDS, METRICS
from solvet.services.healer import Action

ROOT = Path(__file__).parents[2]
OF_AWS = {
    "AWS/ApiGateway": {"Count", "4xx", "5xx"},
    "AWS/Events": {"FailedInvocations"},
    "AWS/Lambda": {"Errors", "Invocations", "Throttles"},
    "AWS/SQS": {
        "ApproximateAgeOfOldestMessage",
        "ApproximateNumberOfMessagesNotVisible",
        "ApproximateNumberOfMessagesVisible",
    },
}
"""https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/aws-services-cloudwatch-metrics.html"""
OURS = {metric.name: metric for metric in METRICS}
SEARCHED = re.compile(r'\{Solvet,([\w,]+)\} MetricName="(\w+)"')
BILLED = {
    *("AWS::SQS::Queue", "AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::SNS::Topic"),
    *("AWS::SecretsManager::Secret", "AWS::Logs::LogGroup"),
}
TAG = {"Key": "application", "Value": "solvet"}


def properties(resources, kind):
    return {name: r["Properties"] for name, r in resources.items() if r["Type"] == kind}


@pytest.fixture(scope="module")
def dashboard(resources):
    """Its text, and what stands in it for what there need not be."""
    (dashboard,) = properties(resources, "AWS::CloudWatch::Dashboard").values()
    return dashboard["DashboardBody"]["Fn::Sub"]


@pytest.fixture(scope="module")
def lines(dashboard):
    """Every metric of every widget of the dashboard, as CloudWatch is told of it."""
    body = json.loads(dashboard[0])
    return [line for widget in body["widgets"] for line in widget["properties"]["metrics"]]


def test_every_metric_that_the_dashboard_names_is_measured(lines):
    for line in lines:
        if isinstance(line[0], dict):
            ((dimensions, name),) = SEARCHED.findall(line[0]["expression"])
            assert set(dimensions.split(",")) == {"service", *OURS[name].dimensions}
        elif line[0] == "Solvet":
            assert OURS[line[1]].dimensions == ()
            assert line[2:4] == ["service", "solvet"]
        else:
            assert line[1] in OF_AWS[line[0]]


def test_every_metric_is_on_the_dashboard(lines):
    searched = [line[0]["expression"] for line in lines if isinstance(line[0], dict)]
    found = {name for text in searched for _, name in SEARCHED.findall(text)}
    assert {line[1] for line in lines if line[0] == "Solvet"} | found == set(OURS)


def test_widgets_do_not_overlap_and_fit_into_the_width(dashboard):
    taken = set()
    for widget in json.loads(dashboard[0])["widgets"]:
        x, y = widget["x"], widget["y"]
        cells = {(x + i, y + j) for i in range(widget["width"]) for j in range(widget["height"])}
        assert not cells & taken
        assert max(column for column, _ in cells) < 24
        taken |= cells


def test_the_dashboard_names_only_what_the_template_makes(dashboard, resources, template):
    text, optional = dashboard
    named = set(re.findall(r"\$\{(\w+)[.}]", text))
    assert named <= {*resources, *template["Parameters"], *optional}
    assert set(optional) <= named
    for condition, there, other in (each["Fn::If"] for each in optional.values()):
        ((_, name),) = there.items()
        assert resources[name.partition(".")[0]]["Condition"] == condition
        assert other == "none"


def test_every_function_and_every_queue_is_on_the_dashboard(dashboard, resources):
    text, optional = dashboard
    told = text + json.dumps(optional)
    for kind in ("AWS::Serverless::Function", "AWS::SQS::Queue"):
        assert [name for name in properties(resources, kind) if name not in told] == []


def test_every_metric_that_an_alarm_watches_is_measured(resources):
    for alarm in properties(resources, "AWS::CloudWatch::Alarm").values():
        own = [alarm] if "MetricName" in alarm else []
        parts = [m["MetricStat"]["Metric"] for m in alarm.get("Metrics", ()) if "MetricStat" in m]
        for each in own + parts:
            if each["Namespace"] == "Solvet":
                assert OURS[each["MetricName"]].dimensions == ()
            else:
                assert each["MetricName"] in OF_AWS[each["Namespace"]]


def test_every_page_of_the_runbook_says_what_an_alarm_means_and_how_to_mend_it(resources):
    _, *pages = (ROOT / "docs/runbook.md").read_text("utf-8").split("\n## ")
    assert {page.split("\n")[0] for page in pages} == set(
        properties(resources, "AWS::CloudWatch::Alarm")
    )
    for page in pages:
        assert re.findall(r"^\*\*([\w ]+)\.\*\*", page, re.MULTILINE) == [
            "Means",
            "Look at",
            "Mend",
        ]


def test_every_deed_of_the_healer_is_a_metric():
    assert set(DEEDS) == set(Action)


def test_every_saved_query_asks_the_logs_of_all_functions(resources, functions):
    logs = [function["LoggingConfig"]["LogGroup"] for function in functions.values()]
    queries = properties(resources, "AWS::Logs::QueryDefinition")
    assert len(queries) == 5
    for query in queries.values():
        assert sorted(map(str, query["LogGroupNames"])) == sorted(map(str, logs))


def test_every_function_logs_under_a_name_of_its_own(functions):
    names = [f["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"] for f in functions.values()]
    assert len(set(names)) == len(functions)


def test_everything_that_is_billed_carries_the_tag(resources, template):
    for name, resource in resources.items():
        if resource["Type"] in BILLED:
            assert resource["Properties"]["Tags"] == [TAG], name
    for kind in ("Function", "HttpApi"):
        assert template["Globals"][kind]["Tags"] == {"application": "solvet"}
