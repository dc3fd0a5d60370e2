"""The whole road with every function in a process of its own, from its artifact and its layers."""

import json

import boto3
import pytest

from benchmarks.lambdas import LambdaProcess, interpreter
from solvet.local import stack as stacks
from solvet.local.demo import Models, staged
from solvet.local.providers.server import ScriptedProviders
from solvet.local.repositories import sample

pytestmark = pytest.mark.packaging

ROAD = {
    "ReceiveFunction",
    "PlanFunction",
    "StaticWorkerFunction",
    "ModelWorkerFunction",
    "ReporterFunction",
    "LastResortFunction",
    "SweepFunction",
}
"""What handles something here; what is off by default is imported in test_imports.py."""


@pytest.fixture(scope="module")
def processes(modules, tmp_path_factory):
    """Every function that is loaded meanwhile, by its logical name."""
    folder, running = tmp_path_factory.mktemp("errors"), {}

    def load(deployed, _root):
        name = deployed.spec.name
        running[name] = LambdaProcess(deployed, modules(name), folder / name)
        return running[name]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stacks, "LocalFunction", load)
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
            yield running


def bury(body):
    """Put what the planner was told among the dead letters."""
    sqs = boto3.client("sqs")
    (url,) = [url for url in sqs.list_queues()["QueueUrls"] if "IntakeDeadLetters" in url]
    sqs.send_message(QueueUrl=url, MessageBody=json.dumps(body))


@pytest.mark.usefixtures("road")
@pytest.mark.parametrize("name", sorted(ROAD))
def test_a_handler_runs_from_its_artifact(processes, name):
    process = processes[name]
    assert process.said
    assert "Traceback" not in process.errors()


def test_the_model_spoke_and_the_weakness_is_reported(road):
    (check,), (comment,) = road.checks(), road.comments()
    assert check["conclusion"] == "failure"
    assert "static only" not in check["title"]
    assert "scripted-demo" in comment["body"]


@pytest.mark.usefixtures("road")
def test_it_ran_on_lambdas_own_python(processes):
    versions = {tuple(said["version"]) for p in processes.values() for said in p.said}
    if "3.13" not in interpreter().name:
        pytest.skip("no Python 3.13 is installed here")
    assert versions == {(3, 13)}
