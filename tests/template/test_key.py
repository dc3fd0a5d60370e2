"""key.yaml: every service that uses the key in its own name may, and nobody from elsewhere."""

import json

import pytest
import yaml

from tests.template.conftest import ROOT, CloudFormationLoader

BOTH = {"kms:Decrypt", "kms:GenerateDataKey"}
SOURCE = {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}


@pytest.fixture(scope="module")
def granted():
    """The key's statements for services, by the service's name."""
    document = yaml.load((ROOT / "key.yaml").read_text("utf-8"), Loader=CloudFormationLoader)
    (key,) = document["Resources"].values()
    assert (key["DeletionPolicy"], key["Properties"]["EnableKeyRotation"]) == ("Retain", True)
    found = {}
    for statement in key["Properties"]["KeyPolicy"]["Statement"]:
        service = statement["Principal"].get("Service")
        name = service["Fn::Sub"] if isinstance(service, dict) else service
        found[(name or "account").partition(".")[0]] = statement
    return found


def users(resources):
    """Who encrypts with the key and has no role: by what the main template makes."""
    found = set()
    for resource in resources.values():
        kind, text = resource["Type"], json.dumps(resource.get("Properties", {}))
        if kind == "AWS::Logs::LogGroup":
            found.add("logs")
        if kind == "AWS::CloudWatch::Alarm" and "AlarmTopic" in text:
            found.add("cloudwatch")
        if kind == "AWS::Events::EventBus":
            found.add("events")
        if "QueueConfigurations" in text:
            found.add("s3")
    return found


def test_exactly_the_services_that_use_the_key_are_allowed_to(granted, resources):
    assert set(granted) - {"account"} == users(resources)


@pytest.mark.parametrize("service", ["logs", "cloudwatch", "s3", "events"])
def test_a_service_may_encrypt_and_decrypt(granted, service):
    actions = {action.rstrip("*") for action in granted[service]["Action"]}
    assert actions >= BOTH
    assert granted[service]["Effect"] == "Allow"


def test_services_act_for_this_account_only_where_they_say_for_whom(granted):
    assert granted["cloudwatch"]["Condition"] == granted["s3"]["Condition"] == SOURCE
    (context,) = granted["logs"]["Condition"]["ArnLike"]
    assert context == "kms:EncryptionContext:aws:logs:arn"


def test_events_carry_no_source_and_so_have_no_condition_on_it(granted):
    """https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html."""
    assert "Condition" not in granted["events"]
    assert "kms:DescribeKey" in granted["events"]["Action"]


@pytest.mark.parametrize("name", ["EventTopicPolicy", "NotificationsQueuePolicy"])
def test_what_events_may_reach_is_held_by_the_policies_of_topic_and_queue(resources, name):
    (statement,) = resources[name]["Properties"]["PolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "events.amazonaws.com"}
    assert "aws:SourceArn" in json.dumps(statement["Condition"])
