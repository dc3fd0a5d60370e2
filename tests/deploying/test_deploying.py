"""`make deploy`, `make destroy` against moto, and a `sam` that writes down how it was called."""

import json
import shlex
import subprocess
import tomllib
from pathlib import Path

import boto3
import pytest

from scripts import ask, built, samconfig
from scripts.deploy import Deployment, Refused
from scripts.samconfig import Remembered
from solvet.local.cloud import local_aws

TEMPLATE = """Resources:
  ReceiveFunction:
    Type: AWS::Serverless::Function
    Metadata:
      BuildMethod: makefile
    Properties:
      Handler: receive.handler
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      Tags: []
  PlanFunction:
    Condition: Wanted
    Type: AWS::Serverless::Function
    Properties:
      Handler: plan.handler
"""
STACK = {
    "Resources": {
        "Table": {
            "Type": "AWS::DynamoDB::Table",
            "Properties": {
                "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
                "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
                "BillingMode": "PAY_PER_REQUEST",
            },
        },
        "Bucket": {"Type": "AWS::S3::Bucket"},
    },
    "Outputs": {"WebhookUrl": {"Value": "https://api.example.org/webhook"}},
}


@pytest.fixture(scope="module")
def aws():
    with local_aws():
        yield


@pytest.fixture
def checkout(tmp_path):
    """A checkout that was built, with one commit."""
    (tmp_path / ".aws-sam/build").mkdir(parents=True)
    (tmp_path / ".aws-sam/build/template.yaml").write_text(TEMPLATE, encoding="utf-8")
    (tmp_path / ".gitignore").write_text("*\n", encoding="utf-8")
    author = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    for command in (["init", "-q"], [*author, "commit", "-q", "--allow-empty", "-m", "first"]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    return tmp_path


@pytest.fixture
def sam(tmp_path):
    """A program that writes its arguments to a file, one call a line."""
    program = tmp_path / "sam"
    program.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/called\n', encoding="utf-8")
    program.chmod(0o755)
    return program


@pytest.fixture
def deployment(aws, checkout, sam):
    def make(environment="dev", **settings):
        return Deployment(environment, checkout, {"SAM": str(sam), **settings})

    return make


@pytest.fixture
def stack(aws):
    client = boto3.client("cloudformation")
    client.create_stack(StackName="solvet-dev", TemplateBody=json.dumps(STACK))
    yield client
    client.delete_stack(StackName="solvet-dev")


def called(checkout):
    return [shlex.split(line) for line in (checkout / "called").read_text("utf-8").splitlines()]


def values(words, option):
    """What follows an option, until the next one."""
    after = words[words.index(option) + 1 :]
    end = next((n for n, word in enumerate(after) if word.startswith("--")), len(after))
    return after[:end]


def test_all_that_is_wrong_is_told_at_once(checkout, monkeypatch, tmp_path):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    settings = {"SAM": str(tmp_path / "gone"), "PARAMETERS": "Models"}
    with pytest.raises(Refused) as refused:
        Deployment("production", checkout, settings).check()
    for said in ("dev, staging, prod", "make setup", "'Models' is not", "no region", "credentials"):
        assert said in str(refused.value)


@pytest.mark.usefixtures("aws")
def test_a_profile_that_is_not_there_is_named(deployment):
    with pytest.raises(Refused, match="nobody"):
        deployment(AWS_PROFILE="nobody").check()


def test_what_is_in_no_commit_is_told(deployment, checkout, capsys):
    (checkout / ".gitignore").write_text("sam\ncalled\n.aws-sam\n.gitignore\n", encoding="utf-8")
    (checkout / "new.py").touch()
    deployment().check()
    assert "1 files are in no commit" in capsys.readouterr().out


@pytest.mark.usefixtures("stack")
def test_a_first_deployment_without_anybody_to_ask_takes_the_defaults(deployment, checkout, capsys):
    deployment().deploy()
    (words,) = called(checkout)
    assert words[0] == "deploy"
    assert values(words, "--stack-name") == ["solvet-dev"]
    assert values(words, "--tags") == ["application=solvet", "environment=dev"]
    assert "Environment=dev" in values(words, "--parameter-overrides")
    remembered = tomllib.loads((checkout / "samconfig.toml").read_text("utf-8"))
    assert remembered["dev"]["deploy"]["parameters"]["stack_name"] == "solvet-dev"
    told = capsys.readouterr().out
    assert "https://api.example.org/webhook" in told
    assert "solvet setup --stack solvet-dev --region us-east-1" in told
    assert told.rstrip().endswith("--region us-east-1"), "a link in a log is everybody's"


@pytest.mark.usefixtures("stack")
def test_what_is_remembered_and_what_is_given_reaches_sam(deployment, checkout):
    it = Remembered("solvet-dev", "us-east-1", {"AlarmEmail": "a@example.org", "Models": "off"})
    samconfig.remember(checkout / "samconfig.toml", "dev", it)
    deployment(PARAMETERS="Models=auto").deploy()
    given = values(called(checkout)[0], "--parameter-overrides")
    assert {"AlarmEmail=a@example.org", "Models=auto", "Environment=dev"} <= set(given)
    (revision,) = [word for word in given if word.startswith("Revision=")]
    assert len(revision) > len("Revision=")


@pytest.mark.usefixtures("stack")
def test_another_value_of_a_parameter_makes_new_versions(deployment, checkout):
    template = checkout / ".aws-sam/build/template.yaml"

    def stamp(value):
        template.write_text(TEMPLATE, encoding="utf-8")
        deployment(PARAMETERS=f"MonthBudget={value}").deploy()
        found = [line for line in template.read_text("utf-8").splitlines() if "CodeSha256" in line]
        assert len(found) == TEMPLATE.count("Serverless::Function")
        return set(found)

    first, again, other = stamp("10"), stamp("10"), stamp("20")
    assert first == again
    assert first != other


def test_a_template_of_another_form_is_refused_rather_than_deployed_half(tmp_path):
    template = tmp_path / "template.yaml"
    template.write_text("Resources: {A: {Type: 'AWS::Serverless::Function'}}", encoding="utf-8")
    with pytest.raises(ValueError, match="not the form"):
        built.stamp(template, "0" * 64)


def test_nothing_that_is_not_built_is_deployed(deployment, checkout):
    (checkout / ".aws-sam/build/template.yaml").unlink()
    with pytest.raises(Refused, match="make build"):
        deployment().deploy()


def test_a_sam_that_fails_ends_it(deployment, checkout, sam):
    sam.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    with pytest.raises(Refused, match="`sam deploy` failed"):
        deployment().deploy()


@pytest.fixture
def deployed(stack, checkout):
    """A stack that is remembered, with something in its bucket; answers the bucket's name."""
    it = Remembered("solvet-dev", "us-east-1", {})
    samconfig.remember(checkout / "samconfig.toml", "dev", it)
    reply = stack.describe_stack_resource(StackName="solvet-dev", LogicalResourceId="Bucket")
    bucket = reply["StackResourceDetail"]["PhysicalResourceId"]
    boto3.client("s3").put_object(Bucket=bucket, Key="results/7/a", Body=b"1")
    return bucket


def test_destroying_takes_the_name_of_the_stack(deployment, checkout, deployed):
    with pytest.raises(Refused, match="nothing was destroyed"):
        deployment(CONFIRM="yes").destroy()
    assert not (checkout / "called").exists()
    assert boto3.client("s3").list_objects_v2(Bucket=deployed)["KeyCount"] == 1


def test_destroying_says_what_is_lost_and_what_is_kept(deployment, checkout, deployed, capsys):
    deployment(CONFIRM="solvet-dev").destroy()
    (words,) = called(checkout)
    assert words[0] == "delete"
    assert boto3.client("s3").list_objects_v2(Bucket=deployed)["KeyCount"] == 0
    told = capsys.readouterr().out
    assert "lost" in told
    assert "aws dynamodb delete-table" in told


def test_nothing_is_destroyed_that_is_not_remembered(deployment):
    with pytest.raises(Refused, match="remembers no stack"):
        deployment("staging").destroy()


def test_environments_are_remembered_beside_each_other(tmp_path):
    file = tmp_path / "samconfig.toml"
    for name in ("dev", "prod"):
        samconfig.remember(file, name, Remembered(f"solvet-{name}", "eu-west-1", {"A": "b c"}))
    assert samconfig.read(file, "dev") == Remembered("solvet-dev", "eu-west-1", {"A": "b c"})
    assert samconfig.read(file, "prod") == Remembered("solvet-prod", "eu-west-1", {"A": "b c"})
    assert samconfig.read(file, "staging") is None


def test_sams_own_list_of_overrides_is_read_too(tmp_path):
    text = '[dev.deploy.parameters]\nparameter_overrides = ["Models=auto", "ScanBudget=2"]\n'
    (tmp_path / "samconfig.toml").write_text(text, encoding="utf-8")
    it = samconfig.read(tmp_path / "samconfig.toml", "dev")
    assert it.parameters == {"Models": "auto", "ScanBudget": "2"}


def test_a_person_is_asked_four_things_and_again_when_an_answer_makes_no_sense(monkeypatch, capsys):
    answers = iter(["", "Frankfurt", "eu-central-1", "auto", "me@example.org"])
    monkeypatch.setattr(ask, "somebody", lambda: True)
    monkeypatch.setattr("builtins.input", lambda _: next(answers))
    it = ask.first("dev", "us-east-1")
    chosen = {"Models": "auto", "AlarmEmail": "me@example.org"}
    assert it == Remembered("solvet-dev", "eu-central-1", chosen)
    assert "'Frankfurt'" in capsys.readouterr().out


def test_the_real_sam_takes_these_options():
    sam = Path(__file__).parents[2] / ".venv-sam/bin/sam"
    done = subprocess.run(
        [sam, "deploy", "--help"], capture_output=True, text=True, timeout=60, check=True
    )
    wanted = (
        "--no-fail-on-empty-changeset",
        "--s3-prefix",
        "--resolve-s3",
        "--parameter-overrides",
    )
    assert [option for option in wanted if option not in done.stdout] == []
