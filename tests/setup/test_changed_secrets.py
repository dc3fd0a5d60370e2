"""Running functions take a secret that was changed: at once when the old one does not fit."""

import hashlib
import hmac
import json

import boto3
import pytest

from solvet.adapters.aws import secrets
from solvet.bootstrap import cloud
from solvet.bootstrap.github import connector
from solvet.bootstrap.receive import receiver
from solvet.errors import ConfigError


@pytest.fixture
def kept(aws, monkeypatch):
    """Makes a secret, and changes it; answers its id."""
    client = boto3.client("secretsmanager")
    monkeypatch.setattr(secrets, "FRESH_SECONDS", -1)
    made = []

    def keep(**value):
        text = json.dumps(value)
        if made:
            client.put_secret_value(SecretId=made[0], SecretString=text)
        else:
            made.append(client.create_secret(Name=f"kept-{id(made)}", SecretString=text)["ARN"])
        return made[0]

    yield keep
    client.delete_secret(SecretId=made[0], ForceDeleteWithoutRecovery=True)


def ping(secret):
    """A ping as GitHub signs it: headers and body."""
    signature = hmac.new(secret.encode(), b"{}", hashlib.sha256).hexdigest()
    headers = {
        "x-hub-signature-256": f"sha256={signature}",
        "x-github-event": "ping",
        "x-github-delivery": "guid",
    }
    return headers, b"{}"


@pytest.fixture
def answer(kept):
    queue = boto3.client("sqs").create_queue(QueueName="intake")["QueueUrl"]
    return receiver(
        {"SOLVET_INTAKE_QUEUE_URL": queue, "SOLVET_WEBHOOK_SECRET_ID": kept(current="made here")}
    )


def test_a_delivery_is_taken_as_soon_as_the_secret_is_the_apps(answer, kept):
    assert answer(*ping("of the App")).status == 401, "GitHub's first ping comes too early"
    kept(current="of the App")
    assert answer(*ping("of the App")).status == 200


def test_forged_deliveries_do_not_have_the_secret_read_each_time(answer, kept, monkeypatch):
    monkeypatch.setattr(secrets, "FRESH_SECONDS", 60)
    assert answer(*ping("made here")).status == 200
    kept(current="other")
    assert answer(*ping("forged")).status == 401
    assert answer(*ping("made here")).status == 200, "what was read just now is still kept"


def test_the_app_is_found_as_soon_as_it_is_there(kept, key_pem):
    arn = kept(app_id="", private_key="")
    connect = connector(cloud.secrets(), arn, "https://api.github.com")
    with pytest.raises(ConfigError):
        connect()
    kept(app_id="7", private_key=key_pem)
    assert connect().key.app_id == "7"
