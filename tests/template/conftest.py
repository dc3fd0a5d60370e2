"""template.yaml as plain dictionaries; `!Ref X` becomes {"Ref": X}, `!Sub X` {"Fn::Sub": X}."""

from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]


class CloudFormationLoader(yaml.SafeLoader):
    """YAML with the short forms of CloudFormation's functions."""


def _short_form(loader: CloudFormationLoader, name: str, node: yaml.Node) -> dict[str, Any]:
    key = name if name in {"Ref", "Condition"} else f"Fn::{name}"
    if isinstance(node, yaml.ScalarNode):
        return {key: loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {key: loader.construct_sequence(node, deep=True)}
    return {key: loader.construct_mapping(node, deep=True)}


CloudFormationLoader.add_multi_constructor("!", _short_form)


@pytest.fixture(scope="session")
def template() -> dict[str, Any]:
    with (ROOT / "template.yaml").open(encoding="utf-8") as stream:
        return yaml.load(stream, Loader=CloudFormationLoader)


@pytest.fixture(scope="session")
def resources(template) -> dict[str, Any]:
    return template["Resources"]


@pytest.fixture(scope="session")
def functions(template, resources) -> dict[str, Any]:
    """The properties of every function, the global ones included, by the handler's module."""
    shared = template["Globals"]["Function"]
    own = [r for r in resources.values() if r["Type"] == "AWS::Serverless::Function"]
    return {f["Properties"]["Handler"].partition(".")[0]: shared | f["Properties"] for f in own}


@pytest.fixture(scope="session")
def queues(resources) -> dict[str, Any]:
    return {k: r["Properties"] for k, r in resources.items() if r["Type"] == "AWS::SQS::Queue"}
