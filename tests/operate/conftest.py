"""A stack as operators see it: deployed to moto, run by the local stack, its App at the simulated
GitHub."""

import socket
import time
from types import SimpleNamespace

import boto3
import pytest

from solvet.cli.main import main
from solvet.local import cloud
from solvet.local.stack import StackSettings, local_stack
from solvet.local.template import FUNCTION, Template

LOG_GROUP = "AWS::Logs::LogGroup"
ROLE = {
    "Type": "AWS::IAM::Role",
    "Properties": {
        "AssumeRolePolicyDocument": {
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "lambda.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                }
            ]
        }
    },
}
CODE = {"ZipFile": "def handler(event, context): ..."}
SAFE = "pragma solidity 0.8.28;\ncontract A {\n    uint256 private total;\n}\n"
FLAWED = """pragma solidity 0.8.28;
contract A {
    function kill() external {
        selfdestruct(payable(msg.sender));
    }
}
"""


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def outputs(url, secrets):
    arns = {f"{name}Arn": {"Value": arn} for name, arn in secrets.items()}
    return {"WebhookUrl": {"Value": url}, **arns}


def functions(template):
    """The template's functions and what feeds them, as the transformed template has them."""
    made, role = {"Role": ROLE}, {"Fn::GetAtt": ["Role", "Arn"]}
    for spec in template.functions:
        properties = {"Code": CODE, "Role": role, "Handler": "a.handler", "Runtime": "python3.13"}
        made[spec.name] = {"Type": "AWS::Lambda::Function", "Properties": properties}
        if spec.queue:
            source = {"Fn::GetAtt": [spec.queue, "Arn"]}
            mapping = {"EventSourceArn": source, "FunctionName": {"Ref": spec.name}}
            mapping["Enabled"] = False  # moto would call the function: see `readers`
            made[f"{spec.name}{spec.queue}"] = {
                "Type": "AWS::Lambda::EventSourceMapping",
                "Properties": mapping,
            }
    assert template.of_type(FUNCTION).keys() <= made.keys()
    return made


@pytest.fixture(scope="module")
def running(shared_github, key_pem):
    """A stack that CloudFormation knows, for each module; `name` is what it is called."""
    port, names = free_port(), []
    url = f"http://127.0.0.1:{port}/webhook"
    reduced, created = cloud._reduced, cloud._created

    def whole(template, secrets):
        document = reduced(template, secrets)
        document["Resources"] |= template.of_type(LOG_GROUP) | functions(template)
        document["Outputs"] |= outputs(url, secrets)
        return document

    def named(name, *more):
        names.append(name)
        return created(name, *more)

    secret = shared_github.world.app.webhook_secret
    settings = StackSettings(
        secrets={
            "WebhookSecret": {"current": secret},
            "AppSecret": {"app_id": "4242", "private_key": key_pem},
        },
        variables={"SOLVET_GITHUB_API_URL": shared_github.api_url, "SOLVET_MODELS": "off"},
        port=port,
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOG_LEVEL", "CRITICAL")
        patch.setattr(cloud, "_reduced", whole)
        patch.setattr(cloud, "_created", named)
        patch.setattr(Template, "parameters", _parameters(shared_github.api_url))
        with local_stack(settings) as stack:
            yield SimpleNamespace(stack=stack, name=names[0], url=url)


def _parameters(api_url):
    really = Template.parameters.fget

    def parameters(self):
        told = really(self)
        return told | {"GitHubApiUrl": told["GitHubApiUrl"] | {"Default": api_url}}

    return property(parameters)


@pytest.fixture
def deployed(running, github_api):
    """The stack and GitHub, which has no delivery and no installation from before."""
    github_api.deliveries.clear()
    kept = dict(github_api.world.installations)
    github_api.world.installations.clear()
    github_api.webhook_url = running.url
    yield running
    github_api.deliveries.clear()
    github_api.world.installations |= kept


@pytest.fixture
def reviewed(deployed, github_api, project):
    """A pull request that was delivered and reviewed."""
    mine = project({"src/A.sol": SAFE}, {"src/A.sol": FLAWED})
    mine.pull = github_api.open_pull_request(mine.remote, head="feature")
    payload = github_api.payload_pull_request(mine.pull, "opened")
    mine.delivery = github_api.deliver("pull_request", payload)
    deployed.stack.drain()
    return mine


@pytest.fixture
def readers(running):
    """The event sources are enabled; whoever asks for this sends nothing to a queue."""
    client = boto3.client("lambda")
    listed = [m["UUID"] for m in client.list_event_source_mappings()["EventSourceMappings"]]
    for each in listed:
        client.update_event_source_mapping(UUID=each, Enabled=True)
    yield listed
    for each in listed:
        client.update_event_source_mapping(UUID=each, Enabled=False)


@pytest.fixture
def logged(running):
    """Writes lines to the log of a function."""
    client = boto3.client("logs")

    def write(function, *lines, at=None):
        group = f"/aws/lambda/{running.name}-{function}"
        if not client.describe_log_streams(logGroupName=group)["logStreams"]:
            client.create_log_stream(logGroupName=group, logStreamName="one")
        now = at or round(time.time() * 1000)
        client.put_log_events(
            logGroupName=group,
            logStreamName="one",
            logEvents=[{"timestamp": now + n, "message": line} for n, line in enumerate(lines)],
        )

    return write


@pytest.fixture
def solvet(capfd):
    """Runs the command line; answers its exit code, output and errors."""

    def run(*arguments):
        with pytest.raises(SystemExit) as stop:
            main([*arguments])
        out, err = capfd.readouterr()
        return stop.value.code, out, err

    return run
