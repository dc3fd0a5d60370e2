"""The whole road with every function in a process of its own, from its artifact and its layers."""

import json
import os
import subprocess
from pathlib import Path

import boto3
import pytest

from solvet.local import stack as stacks
from solvet.local.demo import Models, staged
from solvet.local.providers.server import ScriptedProviders
from solvet.local.repositories import sample
from tests.packaging.conftest import FUNCTIONS

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
"""What handles something here; every other function has at least to start."""
CHILD = Path(__file__).with_name("child.py")


class LambdaProcess:
    """What `LocalFunction` does, by an interpreter that sees the artifact and nothing else."""

    def __init__(self, deployed, command, errors):
        self.name = deployed.spec.name
        self.said = []
        self._timeout = deployed.spec.timeout
        aws = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
        told = {"POWERTOOLS_METRICS_DISABLED": "true", **aws, **deployed.environment}
        self._errors = errors.open("w+", encoding="utf-8")
        self._child = subprocess.Popen(
            command,
            cwd="/",
            env=told,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
        )

    def invoke(self, event):
        asked = json.dumps({"event": event, "timeout": self._timeout})
        self._child.stdin.write(asked + "\n")
        self._child.stdin.flush()
        answer = self._child.stdout.readline()
        assert answer, f"{self.name} died: {self.errors()}"
        self.said.append(json.loads(answer))
        return self.said[-1]["answer"]

    def ready(self):
        """Wait until it has imported what it needs, as Lambda does before the first event."""
        assert self._child.stdout.readline() == "ready\n", self.errors()

    def errors(self):
        self._errors.seek(0)
        return self._errors.read()

    def end(self):
        self._child.communicate(timeout=30)
        self._errors.close()


@pytest.fixture(scope="module")
def processes(interpreter, modules, tmp_path_factory):
    """Every function that is loaded meanwhile, by its logical name."""
    folder, running = tmp_path_factory.mktemp("errors"), {}

    def load(deployed, _root):
        name = deployed.spec.name
        command = [interpreter, "-I", "-S", CHILD, FUNCTIONS[name].module, *modules(name)]
        running[name] = LambdaProcess(deployed, command, folder / name)
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
@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_handler_runs_from_its_artifact(processes, name):
    process = processes[name]
    assert process.said or name not in ROAD
    assert "Traceback" not in process.errors()


def test_the_model_spoke_and_the_weakness_is_reported(road):
    (check,), (comment,) = road.checks(), road.comments()
    assert check["conclusion"] == "failure"
    assert "static only" not in check["title"]
    assert "scripted-demo" in comment["body"]


@pytest.mark.usefixtures("road")
def test_it_ran_on_lambdas_own_python(processes, interpreter):
    versions = {tuple(said["version"]) for p in processes.values() for said in p.said}
    if "3.13" not in interpreter.name:
        pytest.skip("no Python 3.13 is installed here")
    assert versions == {(3, 13)}
