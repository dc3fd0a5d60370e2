"""What template.yaml deploys: memory, what stands there all month, what a cold start imports."""

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from solvet.cli.pricing.tables import Function, Standing
from solvet.local.template import FUNCTION, Template

ROOT = Path(__file__).parents[2]
_DAY = 24 * 60 * 60
_STARTS = 5
_LARGE = {
    "PlanFunction": "github, jwt",
    "StaticWorkerFunction": "tree_sitter_solidity",
    "ModelWorkerFunction": "openai",
    "ReporterFunction": "github, jwt",
    "SweepFunction": "github, jwt",
}
"""What a function imports when it is first called."""


def functions() -> dict[str, Function]:
    """Each function's megabytes, and the CPU of its imports beyond those of Python itself."""
    template = Template(ROOT / "template.yaml")
    floor = _cpu("pass")
    resources = template.of_type(FUNCTION)
    folders = os.pathsep.join(sorted({f"{ROOT / each.folder}" for each in template.functions}))
    found = {}
    for name, each in resources.items():
        properties = each["Properties"]
        module = properties["Handler"].partition(".")[0]
        code = f"import boto3, {module}, {_LARGE.get(name, 'json')}"
        memory = properties.get("MemorySize", template.defaults["MemorySize"])
        found[name] = Function(memory=memory, start=round(_cpu(code, folders) - floor, 3))
    return found


def standing(metrics: int) -> Standing:
    """What is paid for by the month; what a parameter must switch on is not counted."""
    template = Template(ROOT / "template.yaml")
    kinds = [each["Type"] for each in template.resources.values() if "Condition" not in each]
    return Standing(
        secrets=kinds.count("AWS::SecretsManager::Secret"),
        alarms=kinds.count("AWS::CloudWatch::Alarm"),
        dashboards=kinds.count("AWS::CloudWatch::Dashboard"),
        metrics=metrics,
        sources=sum(each.queue is not None for each in template.functions),
        sweeps=sum(_sweeps(template)),
    )


def _sweeps(template: Template) -> Iterator[float]:
    """Calls of the clock in a day."""
    for name in {each.name for each in template.functions if each.every}:
        every = next(each.every for each in template.functions if each.name == name)
        yield _DAY / every


def _cpu(code: str, path: str = "") -> float:
    """Seconds of CPU of a fresh interpreter."""
    path = f"{ROOT / 'common'}{os.pathsep}{path}"
    environment = {**os.environ, "PYTHONPATH": path}
    taken = []
    for _ in range(_STARTS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", code], check=True, env=environment)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        taken.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return median(taken)
