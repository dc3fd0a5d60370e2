"""AWS on this machine: moto's server, and the template's own resources deployed to it."""

import json
import logging
import os
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import boto3

from solvet.local.notifications import notify
from solvet.local.template import DEPLOYABLE, SECRET, FunctionSpec, Template

REGION = "us-east-1"
ACCOUNT = "local"
AT_ONCE = {"ModelDelay": "0"}
"""Parameters of the template with a value of their own here: nobody pushes in bursts."""
_REAL = ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE")


@dataclass(frozen=True, slots=True)
class Deployed:
    """A function with its environment resolved and its queue's URL, None when none feeds it."""

    spec: FunctionSpec
    environment: dict[str, str]
    queue_url: str | None


@contextmanager
def environment(values: Mapping[str, str], without: tuple[str, ...] = ()) -> Iterator[None]:
    """The process's environment with these values, put back as it was afterwards."""
    before = dict(os.environ)
    try:
        for name in without:
            os.environ.pop(name, None)
        os.environ.update(values)
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def local_aws() -> Iterator[None]:
    """A moto server that every boto3 client of this process talks to, and nothing else.

    Nobody's real credentials are in reach while it runs.
    """
    from solvet.local.aws_server import AwsServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with AwsServer() as server, environment(_told(server.url), without=_REAL):
        yield


def _told(url: str) -> dict[str, str]:
    return {
        "AWS_ENDPOINT_URL": url,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "AWS_ACCESS_KEY_ID": ACCOUNT,
        "AWS_SECRET_ACCESS_KEY": ACCOUNT,
        "AWS_EC2_METADATA_DISABLED": "true",
        "POWERTOOLS_METRICS_DISABLED": "true",
    }


def deploy(
    template: Template, secrets: Mapping[str, Mapping[str, str]], settings: Mapping[str, str]
) -> tuple[Deployed, ...]:
    """Make what the template declares; `secrets` fills its secrets, by logical name.

    `settings` replaces single variables of the functions' environments, by name. Every deployment
    has a name of its own: moto keeps one state for all servers of a process.
    """
    stack = f"solvet-{uuid4().hex[:8]}"
    wanted = template.of_type(SECRET)
    arns = {name: _make_secret(f"{stack}/{name}", secrets.get(name, {})) for name in wanted}
    outputs = _created(stack, _reduced(template, arns), {**AT_ONCE, **template.given})
    notify(stack, template)
    return tuple(_deployed(spec, outputs, settings) for spec in template.functions)


def _make_secret(name: str, value: Mapping[str, str]) -> str:
    client = boto3.client("secretsmanager")
    reply = client.create_secret(Name=name, SecretString=json.dumps(dict(value)))
    return str(reply["ARN"])


def _reduced(template: Template, secrets: Mapping[str, str]) -> dict[str, Any]:
    """The part that moto's CloudFormation knows, with every environment as an output."""
    outputs: dict[str, Any] = {}
    for function in template.functions:
        for name, value in function.environment.items():
            outputs[_output(function, name)] = {"Value": _with_secrets(value, secrets)}
        if function.queue:
            outputs[_output(function, function.queue)] = {"Value": {"Ref": function.queue}}
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Parameters": template.parameters,
        "Conditions": template.conditions,
        "Resources": _unconditional(template.of_type(*DEPLOYABLE)),
        "Outputs": outputs,
    }


def _unconditional(resources: Mapping[str, Any]) -> dict[str, Any]:
    """Whose condition does not hold is not among them any more, nor what they depend on."""
    left_out = {"Condition", "DependsOn"}
    made = {n: r for n, r in resources.items() if not _leads_to_topic(r)}
    return {n: {k: v for k, v in r.items() if k not in left_out} for n, r in made.items()}


def _leads_to_topic(resource: Mapping[str, Any]) -> bool:
    """moto's bus hands events to queues only."""
    targets = resource["Properties"].get("Targets", ())
    return any("Ref" in target["Arn"] for target in targets)


def _with_secrets(value: Any, secrets: Mapping[str, str]) -> Any:
    named = value.get("Ref") if isinstance(value, dict) else None
    return secrets.get(str(named), value)


def _created(
    stack: str, template: Mapping[str, Any], parameters: Mapping[str, str]
) -> dict[str, str]:
    """The stack's outputs by name."""
    client = boto3.client("cloudformation")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        client.create_stack(
            StackName=stack,
            TemplateBody=json.dumps(template),
            Parameters=[
                {"ParameterKey": name, "ParameterValue": value}
                for name, value in parameters.items()
            ],
        )
    (made,) = client.describe_stacks(StackName=stack)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in made["Outputs"]}


def _deployed(
    spec: FunctionSpec, outputs: Mapping[str, str], settings: Mapping[str, str]
) -> Deployed:
    declared = {name: outputs.get(_output(spec, name), "") for name in spec.environment}
    chosen = {name: settings[name] for name in declared if name in settings}
    return Deployed(spec, declared | chosen, outputs.get(_output(spec, spec.queue or "")))


def _output(function: FunctionSpec, name: str) -> str:
    """Output names are letters and digits only."""
    return f"{function.name}X{name.replace('_', '')}"
