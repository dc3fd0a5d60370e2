"""What a bucket tells a queue: moto's CloudFormation makes the bucket and leaves this out."""

from typing import Any

import boto3

from solvet.local.template import Template

BUCKET = "AWS::S3::Bucket"


def notify(stack: str, template: Template) -> None:
    """Have the stack's buckets tell its queues what the template says."""
    buckets = template.of_type(BUCKET)
    told = {n: r["Properties"].get("NotificationConfiguration") for n, r in buckets.items()}
    if not any(told.values()):
        return
    reply = boto3.client("cloudformation").describe_stack_resources(StackName=stack)
    made = reply["StackResources"]
    ids = {r["LogicalResourceId"]: r.get("PhysicalResourceId", "") for r in made}
    for name, configuration in told.items():
        for_queues = (configuration or {}).get("QueueConfigurations", ())
        boto3.client("s3").put_bucket_notification_configuration(
            Bucket=ids[name],
            NotificationConfiguration={
                "QueueConfigurations": [_told(each, ids) for each in for_queues]
            },
        )


def _told(configuration: dict[str, Any], ids: dict[str, str]) -> dict[str, Any]:
    """In the words of the API, which differ from CloudFormation's."""
    url = ids[configuration["Queue"]["Fn::GetAtt"][0]]
    reply = boto3.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    rules = configuration["Filter"]["S3Key"]["Rules"]
    return {
        "QueueArn": reply["Attributes"]["QueueArn"],
        "Events": [configuration["Event"]],
        "Filter": {"Key": {"FilterRules": rules}},
    }
