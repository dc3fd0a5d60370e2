"""A pytest plugin: every call that a function of the local stack makes is allowed to its role.

A call is of the function that runs or, on a thread of its own, of the one that made the client.
With SOLVET_CALLS set, the calls are written to that folder, for `make permissions`.
"""

import functools
import json
import os
from contextvars import ContextVar
from pathlib import Path
from typing import Any
from weakref import WeakSet

import boto3
import pytest
from botocore.client import BaseClient

from solvet.local.functions import LocalFunction
from solvet.local.template import Template
from tests.permissions.calls import asked
from tests.permissions.policy import ROOT, Call, grants

running: ContextVar[str] = ContextVar("running", default="")


class Tap:
    """Looks at every call once; remembers what was not allowed until the test ends."""

    def __init__(self, folder: str) -> None:
        template = Template(ROOT / "template.yaml")
        self._allowed = grants(template)
        self._buses = template.of_type("AWS::Events::EventBus")  # moto tells no id of theirs
        self._file = Path(folder) / f"{os.getpid()}.jsonl" if folder else None
        self._names: dict[str, str] = {}
        self._stacks: set[str] = set()
        self._seen: set[Call] = set()
        self._wrong: set[str] = set()

    def called(self, function: str, client: Any, operation: str, given: dict[str, Any]) -> None:
        try:
            made = asked(client.meta.service_model.service_name, operation, given)
        except LookupError as error:
            self._wrong.add(str(error))
            return
        for action, name, part in made:
            self._look(Call(function, action, self._logical(name) + part))

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_teardown(self) -> None:
        wrong, self._wrong = self._wrong, set()
        if wrong:
            pytest.fail("\n".join(["not allowed by template.yaml:", *sorted(wrong)]))

    def _look(self, call: Call) -> None:
        if call in self._seen:
            return
        self._seen.add(call)
        if not any(grant.covers(call) for grant in self._allowed):
            self._wrong.add(f"{call.function} calls {call.action} on {call.resource}")
        elif self._file:
            with self._file.open("a", encoding="utf-8") as out:
                out.write(json.dumps([call.function, call.action, call.resource]) + "\n")

    def _logical(self, name: str) -> str:
        """What the template calls a queue's URL, a table, a bucket, a secret, a topic, a bus."""
        if ":secret:" in name:
            return name.partition("/")[2].rpartition("-")[0]
        if name not in self._names:
            token = running.set("")
            self._learn()
            running.reset(token)
        return self._names.setdefault(name, name)

    def _learn(self) -> None:
        """The logical names by the physical ones, of every stack that is new."""
        client = boto3.client("cloudformation")
        for stack in client.describe_stacks()["Stacks"]:
            if stack["StackId"] in self._stacks:
                continue
            self._stacks.add(stack["StackId"])
            listed = client.describe_stack_resources(StackName=stack["StackName"])
            for each in listed["StackResources"]:
                self._names[each.get("PhysicalResourceId", "")] = each["LogicalResourceId"]
            for logical, bus in self._buses.items():
                name = bus["Properties"]["Name"]["Fn::Sub"]
                self._names[name.replace("${AWS::StackName}", stack["StackName"])] = logical


def pytest_configure(config: Any) -> None:
    tap = Tap(os.environ.get("SOLVET_CALLS", ""))
    config.pluginmanager.register(tap)
    _attribute(tap)


def _attribute(tap: Tap) -> None:
    really_invoke, really_call = LocalFunction.invoke, BaseClient._make_api_call
    really_make, really_load = BaseClient.__init__, LocalFunction.__init__
    deployed_ones: WeakSet[LocalFunction] = WeakSet()
    """Those of the template; a test may have made others, which have no role."""

    @functools.wraps(really_invoke)
    def invoke(self: LocalFunction, *arguments: Any, **named: Any) -> Any:
        token = running.set(self.name if self in deployed_ones else "")
        try:
            return really_invoke(self, *arguments, **named)
        finally:
            running.reset(token)

    @functools.wraps(really_load)
    def load(self: LocalFunction, deployed: Any, root: Path) -> None:
        token = running.set(deployed.spec.name)
        try:
            really_load(self, deployed, root)
            deployed_ones.add(self)
        finally:
            running.reset(token)

    @functools.wraps(really_make)
    def make(self: Any, *arguments: Any, **named: Any) -> None:
        really_make(self, *arguments, **named)
        self.made_by = running.get()

    @functools.wraps(really_call)
    def call(self: Any, operation: str, given: dict[str, Any]) -> Any:
        if function := running.get() or getattr(self, "made_by", ""):
            tap.called(function, self, operation, given)
        return really_call(self, operation, given)

    LocalFunction.invoke = invoke  # type: ignore[method-assign]
    LocalFunction.__init__ = load  # type: ignore[method-assign]
    BaseClient.__init__ = make
    BaseClient._make_api_call = call
