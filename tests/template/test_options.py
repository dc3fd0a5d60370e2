"""Each option switched on: what CloudFormation would make, and that moto makes the most of it."""

import json
import re
import subprocess
import warnings
from pathlib import Path
from uuid import uuid4

import boto3
import pytest

import solvet
from solvet.local.cloud import local_aws
from solvet.local.conditions import holds

ROOT = Path(__file__).parents[2]
CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/1"
DOMAIN = {"DomainName": "solvet.example.org", "CertificateArn": CERTIFICATE, "HostedZoneId": "Z1"}
WEB_ACL = {"WebAclArn": "arn:aws:wafv2:us-east-1:123456789012:global/webacl/a/1"}
KEY = "arn:aws:kms:us-east-1:123456789012:key/1"
OPTIONS = {
    "nothing": {},
    "a canary": {"Environment": "prod"},
    "a domain": DOMAIN,
    "a firewall": WEB_ACL,
    "a domain and a firewall": DOMAIN | WEB_ACL,
    "a key": {"KmsKeyArn": KEY},
    "a network": {"SubnetIds": "subnet-1,subnet-2", "SecurityGroupIds": "sg-1"},
    "snapshots": {"ReceiveStart": "snapshot"},
    "processes that are kept": {"ReceiveStart": "provisioned", "ReceiveKeptWarm": "2"},
    "mail": {"AlarmEmail": "somebody@example.org"},
    "notices": {"Events": "notify", "NotifyEmail": "somebody@example.org", "KmsKeyArn": KEY},
    "a timetable": {"Schedule": "nightly", "KmsKeyArn": KEY},
    "a timetable that asks models": {"Schedule": "weekly", "ScheduleModels": "batch"},
}
KNOWN_TO_MOTO = {
    "AWS::DynamoDB::Table",
    "AWS::Events::EventBus",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::Role",
    "AWS::Logs::LogGroup",
    "AWS::S3::Bucket",
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
}
PSEUDO = "AWS::"


def translated(sets):
    """What SAM makes of the template, for each set of parameters."""
    done = subprocess.run(
        [ROOT / ".venv-sam/bin/python", Path(__file__).with_name("translate.py"), "template.yaml"],
        cwd=ROOT,
        input=json.dumps(sets),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def stacks(template):
    """By option: the resources whose condition holds, with every `Fn::If` decided."""
    made = dict(zip(OPTIONS, translated(list(OPTIONS.values())), strict=True))
    defaults = {name: str(each["Default"]) for name, each in template["Parameters"].items()}
    return {name: decided(it, defaults | OPTIONS[name]) for name, it in made.items()}


def decided(document, values):
    names = document["Conditions"]
    true = {name for name in names if holds(name, names, values)}

    def decide(part):
        if isinstance(part, list):
            return [decide(each) for each in part if decide(each) != {"Ref": "AWS::NoValue"}]
        if not isinstance(part, dict):
            return part
        if set(part) == {"Fn::If"}:
            condition, yes, no = part["Fn::If"]
            return decide(yes if condition in true else no)
        pairs = {key: decide(value) for key, value in part.items()}
        return {k: v for k, v in pairs.items() if v != {"Ref": "AWS::NoValue"}}

    there = {
        name: decide(resource)
        for name, resource in document["Resources"].items()
        if resource.get("Condition") is None or resource["Condition"] in true
    }
    outputs = {
        name: decide(output)
        for name, output in document["Outputs"].items()
        if output.get("Condition") is None or output["Condition"] in true
    }
    return {"Resources": there, "Outputs": outputs, "Parameters": document["Parameters"]}


def named(part):
    """Every resource or parameter that this speaks of."""
    if isinstance(part, list):
        for each in part:
            yield from named(each)
    if not isinstance(part, dict):
        return
    for key, value in part.items():
        if key == "Ref":
            yield value
        elif key == "Fn::GetAtt":
            yield value[0] if isinstance(value, list) else value.partition(".")[0]
        elif key == "DependsOn":
            yield from [value] if isinstance(value, str) else value
        elif key == "Fn::Sub":
            text, known = (value, {}) if isinstance(value, str) else value
            yield from set(re.findall(r"\$\{(?!!)([\w:]+)", text)) - set(known)
            yield from named(known)
        else:
            yield from named(value)


def of_type(stack, kind):
    return {name: r for name, r in stack["Resources"].items() if r["Type"] == kind}


@pytest.mark.parametrize("option", OPTIONS)
def test_everything_that_is_named_is_there(stacks, option):
    stack = stacks[option]
    known = {*stack["Resources"], *stack["Parameters"]}
    missing = {n for n in named([stack["Resources"], stack["Outputs"]]) if n not in known}
    assert {name for name in missing if not name.startswith(PSEUDO)} == set()


def without_others(known, others):
    """The known resources; where they speak of others, there is some name instead."""

    def name_instead(part):
        mentioned = set(named(part)) & others if len(part) == 1 else set()
        if mentioned and set(part) & {"Ref", "Fn::GetAtt"}:
            return f"arn:aws:lambda:us-east-1:123456789012:function:{mentioned.pop()}"
        return part

    bare = {n: {k: v for k, v in r.items() if k != "Condition"} for n, r in known.items()}
    return json.loads(json.dumps(bare), object_hook=name_instead)


@pytest.mark.parametrize("option", ["nothing", "a key", "a network", "a canary"])
def test_moto_deploys_what_it_knows(stacks, option):
    stack = stacks[option]
    known = {n: r for n, r in stack["Resources"].items() if r["Type"] in KNOWN_TO_MOTO}
    body = {
        "Parameters": stack["Parameters"],
        "Resources": without_others(known, set(stack["Resources"]) - set(known)),
    }
    given = [{"ParameterKey": n, "ParameterValue": v} for n, v in OPTIONS[option].items()]
    with local_aws(), warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        client = boto3.client("cloudformation")
        name = f"solvet-{uuid4().hex[:8]}"
        client.create_stack(StackName=name, TemplateBody=json.dumps(body), Parameters=given)
        listed = client.list_stack_resources(StackName=name)
    made = {each["LogicalResourceId"] for each in listed["StackResourceSummaries"]}
    assert set(known) - made == set()


def test_nothing_that_costs_more_is_on_by_default(stacks):
    kinds = {resource["Type"] for resource in stacks["nothing"]["Resources"].values()}
    assert not [k for k in kinds if "CloudFront" in k or "CodeDeploy" in k or "Route53" in k]
    for function in of_type(stacks["nothing"], "AWS::Lambda::Function").values():
        assert "VpcConfig" not in function["Properties"]
        assert "KmsKeyArn" not in function["Properties"]
        assert function["Properties"].get("SnapStart", {"ApplyOn": "None"}) == {"ApplyOn": "None"}
    aliases = of_type(stacks["nothing"], "AWS::Lambda::Alias").values()
    assert not [a for a in aliases if "ProvisionedConcurrencyConfig" in a["Properties"]]


@pytest.mark.parametrize("option", OPTIONS)
def test_every_event_calls_the_alias(stacks, option):
    stack = stacks[option]
    aliases = set(of_type(stack, "AWS::Lambda::Alias"))
    assert len(aliases) == len(of_type(stack, "AWS::Lambda::Function"))
    mappings = of_type(stack, "AWS::Lambda::EventSourceMapping").values()
    permissions = of_type(stack, "AWS::Lambda::Permission").values()
    for each in (*mappings, *permissions):
        assert each["Properties"]["FunctionName"]["Ref"] in aliases
    for rule in of_type(stack, "AWS::Events::Rule").values():
        targets = [target["Arn"] for target in rule["Properties"].get("Targets", ())]
        called = {arn["Ref"] for arn in targets if "Ref" in arn}
        assert called & set(of_type(stack, "AWS::Lambda::Function")) == set()


def test_a_canary_is_taken_back_by_alarms_that_look_every_minute(stacks):
    stack = stacks["a canary"]
    groups = of_type(stack, "AWS::CodeDeploy::DeploymentGroup").values()
    assert len(groups) == len(of_type(stack, "AWS::Lambda::Function"))
    for group in groups:
        alarms = [
            each["Name"]["Ref"] for each in group["Properties"]["AlarmConfiguration"]["Alarms"]
        ]
        assert alarms == ["ErrorsAlarm", "WebhookAlarm"]
        for alarm in alarms:
            assert set(
                map(int, re.findall(r'"Period": (\d+)', json.dumps(stack["Resources"][alarm])))
            ) == {60}
    assert all("UpdatePolicy" in a for a in of_type(stack, "AWS::Lambda::Alias").values())


def test_a_change_of_the_layer_alone_makes_new_versions():
    first, second = translated([{"key": "first"}, {"key": "second"}])
    versions = [set(of_type(each, "AWS::Lambda::Version")) for each in (first, second)]
    assert versions[0] & versions[1] == set()


def test_the_webhook_has_the_name_that_it_was_given(stacks):
    urls = {name: stacks[name]["Outputs"]["WebhookUrl"]["Value"]["Fn::Sub"] for name in stacks}
    assert urls["nothing"] == (
        "https://${WebhookApi}.execute-api.${AWS::Region}.${AWS::URLSuffix}/webhook"
    )
    assert urls["a firewall"] == "https://${Edge.DomainName}/webhook"
    assert urls["a domain"] == urls["a domain and a firewall"] == "https://${DomainName}/webhook"


def test_with_a_firewall_the_name_leads_to_it_and_not_past_it(stacks):
    stack = stacks["a domain and a firewall"]
    assert of_type(stack, "AWS::ApiGatewayV2::DomainName") == {}
    (record,) = of_type(stack, "AWS::Route53::RecordSet").values()
    assert record["Properties"]["AliasTarget"]["DNSName"] == {"Fn::GetAtt": ["Edge", "DomainName"]}


ENCRYPTED = {
    "AWS::SQS::Queue": "KmsMasterKeyId",
    "AWS::DynamoDB::Table": "KMSMasterKeyId",
    "AWS::S3::Bucket": "KMSMasterKeyID",
    "AWS::Logs::LogGroup": "KmsKeyId",
    "AWS::SecretsManager::Secret": "KmsKeyId",
    "AWS::SNS::Topic": "KmsMasterKeyId",
    "AWS::Events::EventBus": "KmsKeyIdentifier",
}


@pytest.mark.parametrize(("kind", "name"), ENCRYPTED.items())
def test_everything_that_is_stored_takes_the_operators_key(stacks, kind, name):
    found = of_type(stacks["a key"], kind)
    assert found
    for resource in found.values():
        assert f'"{name}": {{"Ref": "KmsKeyArn"}}' in json.dumps(resource)


def test_everything_that_is_stored_is_encrypted_without_a_key_of_the_operators(stacks):
    stack = stacks["nothing"]
    for queue in of_type(stack, "AWS::SQS::Queue").values():
        assert queue["Properties"]["SqsManagedSseEnabled"] is True
    for bucket in of_type(stack, "AWS::S3::Bucket").values():
        assert '"SSEAlgorithm": "AES256"' in json.dumps(bucket)
    for table in of_type(stack, "AWS::DynamoDB::Table").values():
        assert table["Properties"]["SSESpecification"]["SSEEnabled"] is True


@pytest.mark.parametrize(
    ("option", "policy"), [("a key", "KeyPolicy"), ("a network", "NetworkPolicy")]
)
def test_every_role_of_a_function_may_do_what_the_option_takes(stacks, option, policy):
    stack = stacks[option]
    attached = {each["Ref"] for each in stack["Resources"][policy]["Properties"]["Roles"]}
    functions = of_type(stack, "AWS::Lambda::Function").values()
    assert attached >= {f["Properties"]["Role"]["Fn::GetAtt"][0] for f in functions}


@pytest.mark.parametrize(
    ("option", "policy"), [("a key", "KeyPolicy"), ("a network", "NetworkPolicy")]
)
def test_a_function_is_made_after_the_policy_that_the_option_takes(stacks, option, policy):
    for function in of_type(stacks[option], "AWS::Lambda::Function").values():
        assert policy in set(named(function))


def test_every_parameter_is_in_one_group_and_has_a_label(template):
    interface = template["Metadata"]["AWS::CloudFormation::Interface"]
    grouped = [name for group in interface["ParameterGroups"] for name in group["Parameters"]]
    assert sorted(grouped) == sorted(template["Parameters"])
    assert set(interface["ParameterLabels"]) == set(template["Parameters"])


def test_every_option_is_off_by_default(template):
    values = {name: str(each["Default"]) for name, each in template["Parameters"].items()}
    on = {n for n in template["Conditions"] if holds(n, template["Conditions"], values)}
    assert on == set()


def test_the_stack_says_which_version_it_is(template):
    assert template["Outputs"]["Version"]["Value"] == solvet.__version__


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("DomainName", "a.example.org", "https://a.example.org"),
        ("WebAclArn", WEB_ACL["WebAclArn"], WEB_ACL["WebAclArn"].replace("global", "regional")),
        ("KmsKeyArn", KEY, "alias/mine"),
        ("SubnetIds", "subnet-0a,subnet-1b", "subnet-0a, subnet-1b"),
        ("SecurityGroupIds", "sg-0a", "vpc-1"),
        ("Revision", "v1.2-3-gabc+", "a b"),
    ],
)
def test_a_wrong_value_is_refused_before_anything_is_made(template, name, good, bad):
    pattern = template["Parameters"][name]["AllowedPattern"]
    assert re.fullmatch(pattern, good)
    assert not re.fullmatch(pattern, bad)
