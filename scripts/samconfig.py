"""samconfig.toml: what is remembered of the deployments to each environment. Git ignores it.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-sam-cli-config.html
"""

import json
import shlex
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_NEVER = {"Revision"}
"""Parameters that each deployment fills in anew."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """How an environment is deployed; of the parameters, those that have not their default."""

    stack: str
    region: str
    parameters: Mapping[str, str]


def read(file: Path, environment: str) -> Remembered | None:
    """None when nothing is remembered of it. Raises `ValueError` when the file is no such file."""
    if not file.is_file():
        return None
    section = tomllib.loads(file.read_text("utf-8"))
    for name in (environment, "deploy", "parameters"):
        section = section.get(name, {})
    if not section:
        return None
    return Remembered(
        str(section.get("stack_name", f"solvet-{environment}")),
        str(section.get("region", "")),
        overrides(section.get("parameter_overrides", "")),
    )


def overrides(said: str | list[str]) -> dict[str, str]:
    """`A=1 B="2 3"`, or a list of such, by name. Raises `ValueError` for anything else."""
    words = shlex.split(said) if isinstance(said, str) else said
    pairs = [word.partition("=") for word in words]
    if wrong := [name for name, equals, _ in pairs if not (name and equals)]:
        raise ValueError(f"parameters are written NAME=VALUE, and {wrong[0]!r} is not")
    return {name: value for name, _, value in pairs}


def remember(file: Path, environment: str, it: Remembered) -> None:
    """Adds a section for an environment of which nothing is remembered yet."""
    before = file.read_text("utf-8") if file.is_file() else "version = 0.1\n"
    words = [f"{n}={shlex.quote(v)}" for n, v in sorted(it.parameters.items()) if n not in _NEVER]
    settings = {
        "stack_name": it.stack,
        "region": it.region,
        "parameter_overrides": " ".join(words),
    }
    lines = [f"{name} = {json.dumps(value)}" for name, value in settings.items()]
    section = "\n".join([f"\n[{environment}.deploy.parameters]", *lines, ""])
    file.write_text(before + section, encoding="utf-8")
