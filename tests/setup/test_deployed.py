"""The setup page as it is deployed, without a browser: what it puts, and what stays out of it."""

import json
import time
from types import SimpleNamespace
from urllib.parse import urlsplit

import boto3
import pytest
import requests

from solvet.adapters.aws.setup import DynamoLedger
from solvet.local.stack import StackSettings, local_stack
from solvet.services.setup.link import new_link
from tests.services.conftest import told
from tests.setup.conftest import fields

NOTHING = {"WebhookSecret": {"current": "made by the stack"}, "AppSecret": {}, "ModelSecret": {}}
OPENAI = "sk-proj-0123456789"
MODELS, APP = "SOLVET_MODEL_SECRET_ARN", "SOLVET_APP_SECRET_ARN"


@pytest.fixture
def deployed(blank_github):
    """A stack that nobody has set up, a visitor, and what its secrets hold."""
    variables = {"SOLVET_GITHUB_API_URL": blank_github.api_url}
    with (
        told() as environments,
        local_stack(StackSettings(secrets=NOTHING, variables=variables)) as running,
        requests.Session() as visitor,
    ):
        names = environments["SetupFunction"]
        client = boto3.client("secretsmanager")
        yield SimpleNamespace(
            webhook=running.webhook_url,
            base=running.webhook_url.removesuffix("/webhook"),
            ledger=DynamoLedger(boto3.resource("dynamodb").Table(names["SOLVET_TABLE"])),
            visitor=visitor,
            secret=lambda name: json.loads(
                client.get_secret_value(SecretId=names[name])["SecretString"]
            ),
        )


def test_the_page_puts_the_models_keys_and_then_the_apps_secrets(deployed, press):
    it = deployed
    link = new_link(it.ledger, webhook=it.webhook, base=it.base, organization="", now=time.time())
    page = it.visitor.get(link, timeout=30)
    seal = fields(page.text).seal
    saved = it.visitor.post(
        f"{it.base}/setup/keys",
        {"seal": seal, "openai": OPENAI},
        headers={"origin": it.base},
        timeout=30,
    )
    assert (saved.url, saved.status_code) == (f"{it.base}/setup#keys", 200)
    assert it.secret(MODELS) == {"openai_api_key": OPENAI, "gemini_api_key": ""}
    back = press(SimpleNamespace(body=saved.text))
    done = it.visitor.get(back, timeout=30, allow_redirects=False)
    assert done.headers["location"].endswith("/installations/new")
    assert urlsplit(back).path == "/setup/done"
    assert it.secret(APP)["private_key"].startswith("-----BEGIN")
