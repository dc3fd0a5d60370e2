"""`solvet setup` and `solvet secrets` for a deployed stack."""

import io
import json
from urllib.parse import parse_qsl, urlsplit

import boto3
import pytest

from solvet.adapters.aws.keeper import StackKeeper
from solvet.adapters.aws.setup import KEY
from solvet.domain.secrets import KINDS
from solvet.domain.setup import digest
from solvet.errors import Busy

KIND = {kind.name: kind for kind in KINDS}


def overwrite(client, secret, text):
    """What PutSecretValue does in AWS: moto's leaves AWSCURRENT where a call has moved it."""
    known = client.get_secret_value(SecretId=secret, VersionStage="AWSCURRENT")["VersionId"]
    new = client.put_secret_value(SecretId=secret, SecretString=text, VersionStages=["other"])
    client.update_secret_version_stage(
        SecretId=secret,
        VersionStage="AWSCURRENT",
        RemoveFromVersionId=known,
        MoveToVersionId=new["VersionId"],
    )


@pytest.fixture
def kept(deployed):
    """What the stack's secrets hold; what a test puts there is gone afterwards."""
    client = boto3.client("secretsmanager")
    (stack,) = boto3.client("cloudformation").describe_stacks(StackName=deployed.name)["Stacks"]
    ids = {o["OutputKey"]: o["OutputValue"] for o in stack["Outputs"]}
    names = ("AppSecretArn", "WebhookSecretArn", "ModelSecretArn")

    def text(name):
        reply = client.get_secret_value(SecretId=ids[name], VersionStage="AWSCURRENT")
        return reply["SecretString"]

    before = {name: text(name) for name in names}
    yield lambda name: json.loads(text(name))
    for name, value in before.items():
        overwrite(client, ids[name], value)


@pytest.fixture
def on(solvet, deployed, monkeypatch):
    """Runs a command for the deployed stack, with something on standard input."""

    def run(*arguments, given=""):
        monkeypatch.setattr("sys.stdin", io.StringIO(given))
        return solvet(*arguments, "--stack", deployed.name)

    return run


def item(stack):
    """The setup that the stack's table holds."""
    made = boto3.client("cloudformation").list_stack_resources(StackName=stack)
    (table,) = (
        each["PhysicalResourceId"]
        for each in made["StackResourceSummaries"]
        if each["ResourceType"] == "AWS::DynamoDB::Table"
    )
    return json.loads(boto3.resource("dynamodb").Table(table).get_item(Key=KEY)["Item"]["setup"])


def test_setup_prints_a_link_whose_token_is_kept_as_a_hash_only(on, deployed, kept):
    code, out, _ = on("setup", "--again", "--organization", "acme")
    link = urlsplit(next(line for line in out.splitlines() if line.startswith("http")))
    query = dict(parse_qsl(link.query))
    assert code == 0
    assert f"{link.scheme}://{link.netloc}/webhook" == deployed.url
    assert (link.path, query["organization"]) == ("/setup", "acme")
    assert item(deployed.name)["link"] == digest(query["token"])
    assert query["token"] not in json.dumps(item(deployed.name))


def test_a_stack_that_has_an_app_is_not_given_another_by_accident(on, kept):
    code, out, _ = on("setup")
    assert (code, "token=" in out) == (0, False)
    assert "has App 4242 already" in out
    assert "--again" in out


def test_a_wrong_organisation_is_refused(on, kept):
    assert "no name of an organisation" in on("setup", "--again", "--organization", "a/b")[2]


@pytest.fixture
def keeper(deployed, kept):
    (stack,) = boto3.client("cloudformation").describe_stacks(StackName=deployed.name)["Stacks"]
    ids = {o["OutputKey"]: o["OutputValue"] for o in stack["Outputs"]}
    return lambda client=None: StackKeeper(client or boto3.client("secretsmanager"), ids)


class Interrupted:
    """A client of Secrets Manager; `between` is called once, after it has read."""

    def __init__(self, between):
        self._really, self._between = boto3.client("secretsmanager"), [between]

    def get_secret_value(self, **given):
        reply = self._really.get_secret_value(**given)
        if self._between:
            self._between.pop()()
        return reply

    def __getattr__(self, name):
        return getattr(self._really, name)


def test_what_somebody_else_sets_meanwhile_stays(keeper, kept):
    other = keeper()
    meanwhile = Interrupted(lambda: other.put(KIND["gemini-key"], "AIza-theirs"))
    keeper(meanwhile).put(KIND["openai-key"], "sk-mine")
    models = kept("ModelSecretArn")
    assert (models["openai_api_key"], models["gemini_api_key"]) == ("sk-mine", "AIza-theirs")


def test_of_two_new_webhook_secrets_at_once_the_former_is_the_previous_one(keeper, kept):
    other = keeper()
    meanwhile = Interrupted(lambda: other.put(KIND["webhook-secret"], "theirs"))
    keeper(meanwhile).put(KIND["webhook-secret"], "mine")
    assert kept("WebhookSecretArn") == {"current": "mine", "previous": "theirs"}


def test_a_change_whose_answer_was_lost_is_made_once(keeper, kept):
    client = Interrupted(lambda: None)
    before = kept("WebhookSecretArn")["current"]

    def lost(**given):
        client._really.update_secret_version_stage(**given)
        return client._really.update_secret_version_stage(**given)  # as boto3 tries again

    client.update_secret_version_stage = lost
    keeper(client).put(KIND["webhook-secret"], "mine")
    assert kept("WebhookSecretArn") == {"current": "mine", "previous": before}


def test_who_is_overtaken_again_and_again_is_told(keeper, kept):
    client = Interrupted(lambda: None)
    really = client.put_secret_value

    def overtaken(**given):
        reply = really(**given)
        overwrite(client._really, given["SecretId"], '{"openai_api_key": "theirs"}')
        return reply

    client.put_secret_value = overtaken
    with pytest.raises(Busy, match="somebody else"):
        keeper(client).put(KIND["openai-key"], "sk-mine")
    assert kept("ModelSecretArn") == {"openai_api_key": "theirs"}


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
