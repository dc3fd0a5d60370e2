"""What the local stack takes from `template.yaml`: resources, event sources, environments."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from solvet.errors import ConfigError
from solvet.local.conditions import holds

NOTHING_GIVEN: Mapping[str, str] = {}
DEPLOYABLE = {
    *("AWS::SQS::Queue", "AWS::DynamoDB::Table", "AWS::S3::Bucket"),
    *("AWS::Events::EventBus", "AWS::Events::Rule", "AWS::SNS::Topic"),
}
"""The kinds that moto's CloudFormation makes; secrets are made beside it."""
SECRET = "AWS::SecretsManager::Secret"  # noqa: S105  a resource type
FUNCTION = "AWS::Serverless::Function"


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short tags."""


def _short_tag(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    name = suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        text = str(loader.construct_scalar(node))
        return {name: text.split(".", 1) if suffix == "GetAtt" else text}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    raise ConfigError([f"template.yaml: !{suffix} is given a mapping"])


_Loader.add_multi_constructor("!", _short_tag)


@dataclass(frozen=True, slots=True)
class FunctionSpec:
    """One Lambda function: its logical name, its handler, and the queue that feeds it, if any.

    `every` is how often the clock calls it, in seconds, and 0 when it does not.
    """

    name: str
    folder: str
    handler: str
    timeout: int
    environment: dict[str, Any]
    queue: str | None
    batch_size: int
    every: int = 0

    @property
    def module(self) -> str:
        return self.handler.partition(".")[0]


class Template:
    """`template.yaml`, read once; `given` are the parameters that have not their default."""

    def __init__(self, path: Path, given: Mapping[str, str] = NOTHING_GIVEN) -> None:
        if not path.is_file():
            raise ConfigError([f"{path.name} is not there: run this in a checkout of Solvet"])
        self.root = path.parent
        self.given = given
        self._document: dict[str, Any] = yaml.load(path.read_text("utf-8"), _Loader)  # noqa: S506

    @property
    def parameters(self) -> dict[str, Any]:
        return dict(self._document.get("Parameters", {}))

    @property
    def defaults(self) -> dict[str, Any]:
        """What holds for every function that does not say otherwise."""
        return dict(self._document["Globals"]["Function"])

    @property
    def conditions(self) -> dict[str, Any]:
        return dict(self._document.get("Conditions", {}))

    @property
    def resources(self) -> dict[str, Any]:
        return dict(self._document["Resources"])

    def of_type(self, *types: str) -> dict[str, Any]:
        """Those of the types whose condition holds, if they have one."""
        there = {name: r for name, r in self.resources.items() if r["Type"] in types}
        return {n: r for n, r in there.items() if self._holds(r.get("Condition"))}

    def _holds(self, condition: str | None) -> bool:
        if condition is None:
            return True
        defaults = {name: str(each["Default"]) for name, each in self.parameters.items()}
        return holds(condition, self._document["Conditions"], {**defaults, **self.given})

    @cached_property
    def functions(self) -> tuple[FunctionSpec, ...]:
        """Each function, once for every queue that feeds it."""
        return tuple(self._functions())

    def _functions(self) -> Iterator[FunctionSpec]:
        defaults = self.defaults
        for name, resource in self.of_type(FUNCTION).items():
            properties = resource["Properties"]
            spec = FunctionSpec(
                name=name,
                folder=properties["CodeUri"],
                handler=properties["Handler"],
                timeout=int(properties.get("Timeout", defaults["Timeout"])),
                environment=dict(properties["Environment"]["Variables"]),
                queue=None,
                batch_size=0,
                every=sum(_seconds(each["Schedule"]) for each in _events(properties, "Schedule")),
            )
            fed = [_fed(spec, each) for each in _events(properties, "SQS")]
            yield from fed or [spec]


def _events(properties: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    events = properties.get("Events", {}).values()
    return [dict(each["Properties"]) for each in events if each["Type"] == kind]


def _fed(spec: FunctionSpec, event: dict[str, Any]) -> FunctionSpec:
    queue, size = event["Queue"]["Fn::GetAtt"][0], int(event.get("BatchSize", 10))
    return replace(spec, queue=queue, batch_size=size)


def _seconds(schedule: str) -> int:
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html."""
    found = re.fullmatch(r"rate\((\d+) minutes?\)", schedule)
    if found is None:
        raise ConfigError([f"template.yaml: the schedule {schedule!r} is no rate in minutes"])
    return 60 * int(found[1])
