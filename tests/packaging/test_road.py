"""The whole road with every function in a process of its own, from its artifact and its layers.

What is off by default is on here: the analysis API, uploads, notices, the timetable.
"""

import functools
import json
import time
from types import SimpleNamespace

import boto3
import pytest
import requests

from benchmarks.lambdas import LambdaProcess, interpreter
from solvet.adapters.aws.setup import DynamoLedger
from solvet.local import demo
from solvet.local import stack as stacks
from solvet.local.api import ON
from solvet.local.demo import Models, staged
from solvet.local.providers.server import ScriptedProviders
from solvet.local.repositories import sample
from solvet.services.setup.link import new_link
from tests.packaging.conftest import FUNCTIONS

pytestmark = pytest.mark.packaging

BUCKET = "uploads-of-the-road"
CALLER = {"token": "somebody"}
EVERYTHING = {
    **ON,
    "UploadBucketName": BUCKET,
    "Events": "notify",
    "NotifyScope": "everything",
    "Schedule": "nightly",
}
FATAL = "contract A { function end() external { selfdestruct(payable(msg.sender)); } }"


@pytest.fixture(scope="module")
def processes(modules, tmp_path_factory):
    """Every function that is loaded meanwhile, by its logical name."""
    folder, running = tmp_path_factory.mktemp("errors"), {}

    def load(deployed, _root):
        name = deployed.spec.name
        running[name] = LambdaProcess(deployed, modules(name), folder / name)
        running[name].environment = deployed.environment
        return running[name]

    asked = functools.partial(stacks.StackSettings, parameters=EVERYTHING, callers=CALLER)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stacks, "LocalFunction", load)
        patch.setattr(demo, "StackSettings", asked)
        yield running
    for process in running.values():
        process.end()


@pytest.fixture(scope="module")
def road(processes, tmp_path_factory):
    """The sample's pull request after both models spoke; a letter that died; a sweep."""
    seen = []
    with ScriptedProviders() as played:
        models = Models(
            openai_key="scripted",
            settings={"OPENAI_BASE_URL": played.openai_url},
        )
        repository = sample(tmp_path_factory.mktemp("sample"))
        with staged(repository, models, port=0, watch=seen.append) as running:
            for process in processes.values():
                process.ready()
            assert running.open_pull().status_code == 202
            assert running.settle()
            bury(seen[0].body)
            assert running.settle()
            running.stack.sweep()
            yield by_other_ways(running, processes["SetupFunction"].environment)


def by_other_ways(running, environment):
    """A request and an upload are analysed, and somebody opens the setup page."""
    base = running.stack.webhook_url.removesuffix("/webhook")
    asked = requests.post(
        f"{base}/analyze",
        json={"code": FATAL},
        headers={"authorization": f"Bearer {next(iter(CALLER))}"},
        timeout=30,
    )
    s3 = boto3.client("s3")
    s3.put_object(Bucket=BUCKET, Key="A.sol", Body=FATAL.encode())
    assert running.settle()
    written = s3.get_object(Bucket=BUCKET, Key="A.sol.solvet.json")["Body"].read()
    ledger = DynamoLedger(boto3.resource("dynamodb").Table(environment["SOLVET_TABLE"]))
    webhook = running.stack.webhook_url
    link = new_link(ledger, webhook=webhook, base=base, organization="", now=time.time())
    return SimpleNamespace(
        checks=running.checks,
        comments=running.comments,
        asked=asked,
        result=json.loads(written),
        page=requests.get(link, timeout=30),
    )


def bury(body):
    """Put what the planner was told among the dead letters."""
    sqs = boto3.client("sqs")
    (url,) = [url for url in sqs.list_queues()["QueueUrls"] if "IntakeDeadLetters" in url]
    sqs.send_message(QueueUrl=url, MessageBody=json.dumps(body))


@pytest.mark.usefixtures("road")
@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_a_handler_runs_from_its_artifact(processes, name):
    process = processes[name]
    assert process.said
    assert "Traceback" not in process.errors()


def test_the_model_spoke_and_the_weakness_is_reported(road):
    (check,), (comment,) = road.checks(), road.comments()
    assert check["conclusion"] == "failure"
    assert "static only" not in check["title"]
    assert "scripted-demo" in comment["body"]


def test_people_were_told_and_default_branches_enrolled(road, processes):
    (said,) = processes["ScheduleFunction"].said
    assert said["answer"] == {"Enrolled": 1}
    answers = [each["answer"] for each in processes["NotifyFunction"].said]
    assert answers
    assert all(answer == {"batchItemFailures": []} for answer in answers)


def test_a_request_is_answered(road):
    assert road.asked.status_code == 200
    assert road.asked.json()["security_score"] == 60


def test_the_result_stands_beside_the_upload(road):
    assert road.result["vulnerabilities"][0]["rule"] == "unprotected-selfdestruct"


def test_the_link_opens_the_setup_page(road):
    assert road.page.status_code == 200
    assert "Create the GitHub App" in road.page.text


@pytest.mark.usefixtures("road")
def test_it_ran_on_lambdas_own_python(processes):
    versions = {tuple(said["version"]) for p in processes.values() for said in p.said}
    if "3.13" not in interpreter().name:
        pytest.skip("no Python 3.13 is installed here")
    assert versions == {(3, 13)}
