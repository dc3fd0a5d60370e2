"""The whole pipeline over moto and the simulated GitHub, with a clock that tests may move."""

from contextlib import contextmanager

import boto3
import pytest
from moto.sqs.models import sqs_backends

from solvet.adapters.aws import limits, outbox, redeliveries, watch
from solvet.adapters.aws import state as states
from solvet.adapters.aws.state import LEASE
from solvet.adapters.github import session
from solvet.local import functions
from solvet.local.providers.server import ScriptedProviders
from solvet.local.stack import StackSettings, local_stack
from tests.services.healing import quieten, survive

SAFE = "pragma solidity 0.8.28;\ncontract A {\n    uint256 private total;\n}\n"
FLAWED = """pragma solidity 0.8.28;
contract A {
    mapping(address => uint256) private held;
    function take() external {
        (bool sent,) = msg.sender.call{value: held[msg.sender]}("");
        require(sent);
        held[msg.sender] = 0;
    }
}
"""
NOWHERE = "http://127.0.0.1:9/webhook"
NOTHING_TO_ADD = {"claims": [], "judgements": []}


def taken(sqs, url):
    """Takes everything that is due off a queue; answers the bodies."""
    found = []
    while batch := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in batch:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        found += [message["Body"] for message in batch]
    return found


@contextmanager
def told():
    """What each function that is loaded meanwhile finds in its environment."""
    environments, really = {}, functions.LocalFunction.__init__

    def load(self, deployed, root):
        environments[deployed.spec.name] = deployed.environment
        really(self, deployed, root)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(functions.LocalFunction, "__init__", load)
        yield environments


class Road:
    """Deliveries in, check runs and comments out; nothing happens until `run`."""

    def __init__(self, github, stack, providers, environments):
        environment = environments["PlanFunction"]
        self.environments = environments
        self.github = github
        self.stack = stack
        self.providers = providers
        self._later = 0
        self._table = boto3.resource("dynamodb").Table(environment["SOLVET_TABLE"])
        self._bucket = environment["SOLVET_BUCKET"]

    def deliver(self, event, payload, *, guid=None):
        self.github.webhook_url = self.stack.webhook_url
        return self.github.deliver(event, payload, guid=guid)

    def announce(self, project, action="opened", *, guid=None):
        payload = self.github.payload_pull_request(project.pull, action)
        return self.deliver("pull_request", payload, guid=guid)

    def open(self, project, **how):
        """Opens the project's pull request, announces it and reviews it."""
        project.pull = self.github.open_pull_request(project.remote, head="feature", **how)
        self.announce(project)
        self.run()

    def move(self, project, files, *, parents=None):
        """Pushes a further commit to the pull request; answers its events."""
        project.former = project.head
        project.head = project.history.commit("feature", files, parents=parents or [project.head])
        return self.github.push(project.remote, "feature", project.head)

    def run(self):
        """Handles every message, also those that wait for another try."""
        for _ in range(8):
            self.stack.drain()
            if not any(self.stack.waiting().values()):
                return
            self.wait()
        raise AssertionError(f"messages are left: {self.stack.waiting()}")

    def wait(self):
        """Lets every lease expire and every message become due."""
        self._later += LEASE + 1
        for backend in sqs_backends.values():
            for queues in backend.values():
                for queue in queues.queues.values():
                    for message in queue._messages:
                        message.visible_at = 0

    def now(self, really):
        return really() + self._later

    def dead_letters(self):
        sqs = boto3.client("sqs")
        urls = [url for url in sqs.list_queues()["QueueUrls"] if "Dead" in url or "dead" in url]
        return [message for url in urls for message in taken(sqs, url)]

    def checks(self, project):
        return self._of("check_runs", project)

    def check(self, project):
        (only,) = self.checks(project)
        return only

    def comments(self, project):
        return self._of("comments", project)

    def comment(self, project):
        (only,) = self.comments(project)
        return only["body"]

    def state(self, installation):
        """The names of everything the table has of an installation."""
        items = self._table.scan()["Items"]
        return [i["sk"] for i in items if i["pk"] == f"installation#{installation}"]

    def objects(self, installation):
        """The keys of everything the bucket has of an installation."""
        listed = boto3.client("s3").list_objects_v2(Bucket=self._bucket).get("Contents", [])
        return [entry["Key"] for entry in listed if f"/{installation}/" in entry["Key"]]

    def spent(self, project):
        """Micro-dollars that are spent or reserved for models on behalf of the repository."""
        name = f"money#repository#{project.repository.id}#"
        items = self._table.scan()["Items"]
        return sum(int(item["spent"]) for item in items if item["sk"].startswith(name))

    def outcome(self, installation, guid):
        """What the planner recorded of a delivery."""
        key = {"pk": f"installation#{installation}", "sk": f"delivery#{guid}"}
        return self._table.get_item(Key=key)["Item"]["outcome"]

    def _of(self, kind, project):
        everything = self.github.snapshot()[kind]
        return [e for e in everything if e["repository"] == project.repository.full_name]


@pytest.fixture(scope="module")
def settings():
    """Variables that a module's stack has besides those of all."""
    return {}


@pytest.fixture(scope="module")
def parameters():
    """Parameters of the template that a module's stack has besides their defaults."""
    return {}


@pytest.fixture(scope="module")
def running(shared_github, key_pem, settings, parameters):
    """A stack for each module: starting a further one costs little."""
    with ScriptedProviders(lambda _: NOTHING_TO_ADD) as providers:
        wanted = StackSettings(
            secrets={
                "WebhookSecret": {"current": shared_github.world.app.webhook_secret},
                "AppSecret": {"app_id": "4242", "private_key": key_pem},
                "ModelSecret": {"openai_api_key": "scripted"},
            },
            variables={
                "SOLVET_GITHUB_API_URL": shared_github.api_url,
                "SOLVET_MODELS": "auto",
                "OPENAI_BASE_URL": providers.openai_url,
                **settings,
            },
            parameters=parameters,
        )
        with told() as environments, local_stack(wanted) as stack:
            yield Road(shared_github, stack, providers, environments)


@pytest.fixture
def road(running, github_api, monkeypatch):
    really = states.time
    running._later = 0
    for module in (states, watch, redeliveries, limits, outbox):
        monkeypatch.setattr(module, "time", lambda: running.now(really))
    yield running
    running.providers.policy = lambda _: NOTHING_TO_ADD
    running.providers.received.clear()


@pytest.fixture
def change(project, road):
    """A project whose feature branch introduces a weakness, its pull request not yet announced."""

    def make(base=None, head=None, **how):
        it = project(base or {"src/A.sol": SAFE}, head or {"src/A.sol": FLAWED}, **how)
        it.pull = road.github.open_pull_request(it.remote, head="feature")
        return it

    return make


@pytest.fixture
def reviewed(road, change):
    """A pull request that was reviewed, with a writer (ada), a reader (bob) and a triager (tim)."""

    def make(*files, **how):
        mine = change(*files, **how)
        for login, level in (("ada", "write"), ("bob", "read"), ("tim", "triage")):
            road.github.set_permission(mine.remote, login, level)
        road.announce(mine)
        road.run()
        return mine

    return make


@pytest.fixture
def say(road):
    def say(mine, body, login="ada", *, guid=None):
        event, payload = road.github.comment(mine.pull, login, body)
        delivery = road.deliver(event, payload, guid=guid)
        road.run()
        return delivery

    return say


@pytest.fixture
def calm(road, monkeypatch):
    """The road without what an earlier test has left for the healer, and without pauses."""
    monkeypatch.setattr(session._RETRY_READS, "backoff_factor", 0)
    return quieten(road)


@pytest.fixture
def in_vain(calm):
    """Announces a change while nobody listens."""

    def announce(mine, event="pull_request", payload=None):
        calm.github.webhook_url = NOWHERE
        what = payload or calm.github.payload_pull_request(mine.pull, "opened")
        delivery = calm.github.deliver(event, what)
        assert delivery.status_code == 502
        return delivery

    return announce


@pytest.fixture
def known(calm, change):
    """A project whose first pull request was reviewed."""
    mine = change()
    calm.announce(mine)
    survive(calm)
    return mine
