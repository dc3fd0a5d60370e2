"""What the template's roles allow, in its own names: `StateTable/index/due`, `Bucket/results/*`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from solvet.local.template import FUNCTION, Template

ROOT = Path(__file__).parents[2]
ROLE, ROLE_POLICY = "AWS::IAM::Role", "AWS::IAM::RolePolicy"


@dataclass(frozen=True, order=True)
class Call:
    """One thing that a function asked AWS for."""

    function: str
    action: str
    resource: str


@dataclass(frozen=True, order=True)
class Grant:
    """One thing that a function may do; `resource` is a pattern."""

    function: str
    action: str
    resource: str

    def covers(self, call: Call) -> bool:
        same = (self.function, self.action) == (call.function, call.action)
        return same and fnmatchcase(call.resource, self.resource)


def grants(template: Template) -> frozenset[Grant]:
    """Everything that the roles of the functions allow, their managed policies aside."""
    resources = template.resources
    found = set()
    for name, function in resources.items():
        if function["Type"] == FUNCTION:
            role = function["Properties"]["Role"]["Fn::GetAtt"][0]
            for statement in _statements(resources, role):
                found |= set(_granted(name, statement))
    return frozenset(found)


def fed(template: Template) -> frozenset[Grant]:
    """What Lambda itself does in a function's name, to feed it from queues."""
    takes = ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")
    return frozenset(
        Grant(name, f"sqs:{action}", event["Properties"]["Queue"]["Fn::GetAtt"][0])
        for name, function in template.resources.items()
        if function["Type"] == FUNCTION
        for event in function["Properties"].get("Events", {}).values()
        if event["Type"] == "SQS"
        for action in takes
    )


def logged(template: Template) -> frozenset[Grant]:
    """What Lambda itself does in a function's name, to keep its log."""
    return frozenset(
        Grant(name, f"logs:{action}", function["Properties"]["LoggingConfig"]["LogGroup"]["Ref"])
        for name, function in template.resources.items()
        if function["Type"] == FUNCTION
        for action in ("CreateLogStream", "PutLogEvents")
    )


def _statements(resources: dict[str, Any], role: str) -> Iterator[dict[str, Any]]:
    added = (r["Properties"] for r in resources.values() if r["Type"] == ROLE_POLICY)
    further = (policy for policy in added if policy["RoleName"] == {"Ref": role})
    for policy in (*resources[role]["Properties"]["Policies"], *further):
        yield from policy["PolicyDocument"]["Statement"]


def _granted(function: str, statement: dict[str, Any]) -> Iterator[Grant]:
    assert statement["Effect"] == "Allow"
    for action in _listed(statement["Action"]):
        for resource in _listed(statement["Resource"]):
            yield Grant(function, action, _pattern(resource))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _pattern(resource: Any) -> str:
    if isinstance(resource, str):
        return resource
    ((how, what),) = resource.items()
    if how == "Fn::Sub":
        return re.sub(r"\$\{(\w+)\.Arn\}", r"\1", what)
    return str(what[0] if how == "Fn::GetAtt" else what)
