"""What the local stack takes from `template.yaml`: resources, event sources, environments."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from solvet.errors import ConfigError

DEPLOYABLE = {"AWS::SQS::Queue", "AWS::DynamoDB::Table", "AWS::S3::Bucket"}
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
    """One Lambda function: its logical name, its handler, and the queue that feeds it, if any."""

    name: str
    folder: str
    handler: str
    timeout: int
    environment: dict[str, Any]
    queue: str | None
    batch_size: int

    @property
    def module(self) -> str:
        return self.handler.partition(".")[0]


class Template:
    """`template.yaml`, read once."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise ConfigError([f"{path.name} is not there: run this in a checkout of Solvet"])
        self.root = path.parent
        self._document: dict[str, Any] = yaml.load(path.read_text("utf-8"), _Loader)  # noqa: S506

    @property
    def parameters(self) -> dict[str, Any]:
        return dict(self._document.get("Parameters", {}))

    @property
    def resources(self) -> dict[str, Any]:
        return dict(self._document["Resources"])

    def of_type(self, *types: str) -> dict[str, Any]:
        return {name: r for name, r in self.resources.items() if r["Type"] in types}

    @cached_property
    def functions(self) -> tuple[FunctionSpec, ...]:
        return tuple(self._functions())

    def _functions(self) -> Iterator[FunctionSpec]:
        defaults = self._document["Globals"]["Function"]
        for name, resource in self.of_type(FUNCTION).items():
            properties = resource["Properties"]
            source = _queue_event(properties)
            yield FunctionSpec(
                name=name,
                folder=properties["CodeUri"],
                handler=properties["Handler"],
                timeout=int(properties.get("Timeout", defaults["Timeout"])),
                environment=dict(properties["Environment"]["Variables"]),
                queue=source["Queue"]["Fn::GetAtt"][0] if source else None,
                batch_size=int(source.get("BatchSize", 10)) if source else 0,
            )


def _queue_event(properties: dict[str, Any]) -> dict[str, Any]:
    events = properties.get("Events", {}).values()
    return next((dict(e["Properties"]) for e in events if e["Type"] == "SQS"), {})
