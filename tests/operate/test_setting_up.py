"""`solvet setup` and `solvet secrets` for a deployed stack."""

import io
import json
from urllib.parse import parse_qsl, urlsplit

import boto3
import pytest

from solvet.adapters.aws.setup import KEY
from solvet.domain.setup import digest


@pytest.fixture
def kept(deployed):
    """What the stack's secrets hold; what a test puts there is gone afterwards."""
    client = boto3.client("secretsmanager")
    (stack,) = boto3.client("cloudformation").describe_stacks(StackName=deployed.name)["Stacks"]
    ids = {o["OutputKey"]: o["OutputValue"] for o in stack["Outputs"]}
    names = ("AppSecretArn", "WebhookSecretArn", "ModelSecretArn")

    def text(name):
        return client.get_secret_value(SecretId=ids[name])["SecretString"]

    before = {name: text(name) for name in names}
    yield lambda name: json.loads(text(name))
    for name, value in before.items():
        client.put_secret_value(SecretId=ids[name], SecretString=value)


@pytest.fixture
def on(solvet, deployed, monkeypatch):
    """Runs a command for the deployed stack, with something on standard input."""

    def run(*arguments, given=""):
        monkeypatch.setattr("sys.stdin", io.StringIO(given))
        return solvet(*arguments, "--stack", deployed.name)

    return run


def item():
    """The setup that the table holds, wherever that is."""
    client = boto3.client("dynamodb")
    key = {name: {"S": value} for name, value in KEY.items()}
    found = (
        client.get_item(TableName=name, Key=key).get("Item")
        for name in client.list_tables()["TableNames"]
    )
    return json.loads(next(filter(None, found))["setup"]["S"])


def test_setup_prints_a_link_whose_token_is_kept_as_a_hash_only(on, deployed, kept):
    code, out, _ = on("setup", "--again", "--organization", "acme")
    link = urlsplit(next(line for line in out.splitlines() if line.startswith("http")))
    query = dict(parse_qsl(link.query))
    assert code == 0
    assert f"{link.scheme}://{link.netloc}/webhook" == deployed.url
    assert (link.path, query["organization"]) == ("/setup", "acme")
    assert item()["link"] == digest(query["token"])
    assert query["token"] not in json.dumps(item())


def test_a_stack_that_has_an_app_is_not_given_another_by_accident(on, kept):
    code, out, _ = on("setup")
    assert (code, "token=" in out) == (0, False)
    assert "has App 4242 already" in out
    assert "--again" in out


def test_a_wrong_organisation_is_refused(on, kept):
    assert "no name of an organisation" in on("setup", "--again", "--organization", "a/b")[2]


def test_secrets_of_a_stack_are_set_and_their_neighbours_stay(on, kept):
    before = kept("AppSecretArn")
    assert on("secrets", "set", "openai-key", given="sk-0123456789abcdefWXYZ\n")[0] == 0
    assert on("secrets", "set", "gemini-key", given="AIza0123456789abcdef")[0] == 0
    models = kept("ModelSecretArn")
    assert models["openai_api_key"] == "sk-0123456789abcdefWXYZ"
    assert models["gemini_api_key"] == "AIza0123456789abcdef"
    assert kept("AppSecretArn") == before


def test_a_replaced_webhook_secret_is_the_previous_one(on, kept):
    former = kept("WebhookSecretArn")["current"]
    on("secrets", "set", "webhook-secret", given="another-secret-0123")
    assert kept("WebhookSecretArn") == {"current": "another-secret-0123", "previous": former}
    on("secrets", "set", "webhook-secret-previous", "--clear")
    assert kept("WebhookSecretArn")["previous"] == ""


def test_the_list_shows_no_secret(on, kept, key_pem):
    on("secrets", "set", "openai-key", given="sk-0123456789abcdefWXYZ")
    _, out, err = on("secrets", "list")
    shown = out + err
    assert "openai-key               set since 20" in out
    assert "…WXYZ" in out
    assert "app-id                   set since 20" in out
    assert "gemini-key               not set" in out
    hidden = ("sk-0123456789", kept("WebhookSecretArn")["current"], key_pem.split("\n")[1])
    assert [each for each in hidden if each in shown] == []


def test_another_stack_is_told_to_be_none_of_ours(solvet):
    code, _, err = solvet("setup", "--stack", "nobodys")
    assert code == 2
    assert "nobodys" in err
