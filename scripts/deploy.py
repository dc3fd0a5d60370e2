"""`python -m scripts.deploy check|deploy|destroy ENVIRONMENT`: see `make deploy`, `make destroy`.

The environment names what make cannot: SAM is the path of SAM's command line, PARAMETERS holds
NAME=VALUE pairs, CONFIRM the name of a stack that may be destroyed without a question.
"""

import os
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError, ProfileNotFound

from scripts import ask, built, samconfig
from scripts.samconfig import Remembered

ROOT = Path(__file__).parents[1]
ENVIRONMENTS = ("dev", "staging", "prod")
CONFIG = "samconfig.toml"
BUILT = ".aws-sam/build"


class Refused(Exception):
    """Says in one or more lines what is wrong and how to mend it."""


class Deployment:
    """One environment, from the machine and the checkout that this runs on."""

    def __init__(self, environment: str, root: Path, settings: Mapping[str, str]) -> None:
        self.environment = environment
        self._root = root
        self._settings = settings
        self._sam = settings.get("SAM", "sam")
        self._config = root / CONFIG
        self.remembered: Remembered | None = None

    def check(self) -> None:
        """Everything that can be wrong before AWS is asked. Raises `Refused` with all of it."""
        wrong = [said for problem in self._problems() if (said := problem())]
        if wrong:
            raise Refused("\n".join(wrong))
        if dirty := self._git("status", "--porcelain"):
            changed = len(dirty.splitlines())
            print(f"Note: {changed} files are in no commit; the stack will say {self._revision()}.")

    def deploy(self) -> None:
        """Deploys what was built, then says what comes next."""
        self.check()
        if not (self._root / BUILT / "template.yaml").is_file():
            raise Refused("nothing is built: `make deploy` begins with it, or `make build`")
        it = self.remembered or self._first()
        parameters = {**it.parameters, **self._given(), "Environment": self.environment}
        built.stamp(
            self._root / BUILT / "template.yaml", built.digest(self._root / BUILT, parameters)
        )
        self._run_sam("deploy", *self._options(it, {**parameters, "Revision": self._revision()}))
        self._tell(it)

    def destroy(self) -> None:
        """Deletes the stack after the name was typed; what is kept is said before and after."""
        self.check()
        it = self.remembered
        if it is None:
            raise Refused(f"{CONFIG} remembers no stack for {self.environment}: nothing to destroy")
        resources = self._resources(it)
        print(ask.LOST.format(stack=it.stack, region=it.region))
        said = self._settings.get("CONFIRM") or ask.line(f"Type {it.stack} to destroy it: ")
        if said != it.stack:
            raise Refused("nothing was destroyed: the name is not the stack's")
        self._empty(it, resources["AWS::S3::Bucket"])
        self._run_sam("delete", "--stack-name", it.stack, "--region", it.region, "--no-prompts")
        (table,) = resources["AWS::DynamoDB::Table"]
        print(ask.KEPT.format(table=table, region=it.region))

    def _problems(self) -> tuple[Callable[[], str], ...]:
        return (self._no_environment, self._no_sam, self._no_config, self._no_access)

    def _no_environment(self) -> str:
        known = ", ".join(ENVIRONMENTS)
        return "" if self.environment in ENVIRONMENTS else f"ENV is one of {known}"

    def _no_sam(self) -> str:
        there = os.access(self._sam, os.X_OK)
        return (
            "" if there else f"SAM's command line is not at {self._sam}: `make setup` installs it"
        )

    def _no_config(self) -> str:
        try:
            self.remembered = samconfig.read(self._config, self.environment)
            self._given()
        except ValueError as error:
            return f"{CONFIG} or PARAMETERS: {error}"
        return ""

    def _no_access(self) -> str:
        try:
            session = self._session()
        except ProfileNotFound as error:
            return f"{error}: AWS_PROFILE names a profile of ~/.aws/config"
        wrong = []
        if not self._region(session):
            wrong.append("no region is named: set AWS_REGION, for example to eu-central-1")
        if session.get_credentials() is None:
            wrong.append("no AWS credentials are here: `aws configure sso`, or set AWS_PROFILE")
        return "\n".join(wrong)

    def _first(self) -> Remembered:
        """Nothing is remembered: four questions, or their defaults where nobody can answer."""
        it = ask.first(self.environment, self._region(self._session()))
        samconfig.remember(self._config, self.environment, it)
        print(f"Remembered in {CONFIG}; every other parameter of template.yaml can be added there.")
        return it

    def _options(self, it: Remembered, parameters: Mapping[str, str]) -> list[str]:
        tags = ("application=solvet", f"environment={self.environment}")
        asked = ["--confirm-changeset"] if self.environment == "prod" and ask.somebody() else []
        return [
            *("--template-file", str(self._root / BUILT / "template.yaml")),
            *("--stack-name", it.stack, "--region", it.region, "--s3-prefix", it.stack),
            *("--resolve-s3", "--capabilities", "CAPABILITY_IAM", "--no-fail-on-empty-changeset"),
            *("--no-confirm-changeset",) * (not asked),
            *asked,
            *("--tags", *tags),
            *("--parameter-overrides", *(f"{n}={v}" for n, v in sorted(parameters.items()))),
        ]

    def _tell(self, it: Remembered) -> None:
        """The outputs, then the page that makes the GitHub App."""
        for name, value in sorted(self._outputs(it).items()):
            print(f"{name:26}{value}")
        solvet = Path(sys.executable).with_name("solvet")
        command = ["setup", "--stack", it.stack, "--region", it.region]
        print(f"\nNext, once for each stack: solvet {' '.join(command)}", flush=True)
        if not ask.somebody():
            return  # its link makes whoever opens it first the App's owner: it is for no log
        done = subprocess.run([solvet, *command], cwd=self._root, check=False)
        if done.returncode:
            print("The stack stands; that command did not work, and can be given again.")

    def _outputs(self, it: Remembered) -> dict[str, str]:
        (stack,) = self._client("cloudformation", it).describe_stacks(StackName=it.stack)["Stacks"]
        return {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", ())}

    def _resources(self, it: Remembered) -> dict[str, list[str]]:
        """The names of what the stack has, by type."""
        found: dict[str, list[str]] = defaultdict(list)
        client = self._client("cloudformation", it)
        for page in client.get_paginator("list_stack_resources").paginate(StackName=it.stack):
            for each in page["StackResourceSummaries"]:
                found[each["ResourceType"]].append(each["PhysicalResourceId"])
        return found

    def _empty(self, it: Remembered, buckets: list[str]) -> None:
        """CloudFormation deletes no bucket that has something in it."""
        for name in buckets:
            bucket = self._session().resource("s3", region_name=it.region).Bucket(name)
            bucket.objects.delete()

    def _run_sam(self, *arguments: str) -> None:
        quiet = {**os.environ, "SAM_CLI_TELEMETRY": "0"}
        done = subprocess.run([self._sam, *arguments], cwd=self._root, env=quiet, check=False)
        if done.returncode:
            raise Refused(f"`sam {arguments[0]}` failed; what it says above is all that is known")

    def _given(self) -> dict[str, str]:
        return samconfig.overrides(self._settings.get("PARAMETERS", ""))

    def _session(self) -> boto3.Session:
        return boto3.Session(profile_name=self._settings.get("AWS_PROFILE") or None)

    def _region(self, session: boto3.Session) -> str:
        named = self.remembered.region if self.remembered else ""
        return named or self._settings.get("AWS_REGION") or session.region_name or ""

    def _client(self, service: str, it: Remembered) -> Any:
        return self._session().client(service, region_name=it.region)

    def _revision(self) -> str:
        """The commit, with + when there is more than that."""
        return self._git("describe", "--always", "--tags", "--dirty=+") or "unknown"

    def _git(self, *arguments: str) -> str:
        done = subprocess.run(
            [shutil.which("git") or "git", *arguments],
            cwd=self._root,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout.strip()


def main(action: str, environment: str = "dev") -> int:
    """The exit code: 1 when something is wrong, which is told."""
    deployment = Deployment(environment, ROOT, os.environ)
    try:
        {"check": deployment.check, "deploy": deployment.deploy, "destroy": deployment.destroy}[
            action
        ]()
    except (Refused, BotoCoreError, ClientError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
