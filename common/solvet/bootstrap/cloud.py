"""AWS clients. Timeouts are shorter than any function's; throttling is retried by boto3 itself.

Without a user agent of our own, boto3 describes itself anew for each call: a twelfth of its CPU.
"""

from typing import Any

import boto3
from botocore.config import Config

from solvet.adapters.aws.secrets import Secrets

_CONFIG = Config(
    connect_timeout=3,
    read_timeout=10,
    retries={"mode": "standard", "total_max_attempts": 3},
    max_pool_connections=16,
    user_agent="solvet",
)


HASTY = Config(connect_timeout=1, read_timeout=2, retries={"total_max_attempts": 1})
"""For what somebody else will do when it cannot be done at once."""


def client(service: str, config: Config = _CONFIG) -> Any:
    """A client of that service, in the region and at the endpoint that the environment names."""
    return boto3.client(service, config=config)


def table(name: str) -> Any:
    """A DynamoDB table."""
    return boto3.resource("dynamodb", config=_CONFIG).Table(name)


def secrets() -> Secrets:
    """Secrets Manager."""
    return Secrets(client("secretsmanager"))
