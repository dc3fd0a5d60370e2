"""doctor looks at the chat's address: it posts nothing, and tells of it the host alone."""

import json
from dataclasses import replace

import boto3
import pytest

from solvet.adapters.aws.inspection import StackInspection
from solvet.adapters.chat import addresses_of
from solvet.domain.health import State
from solvet.services.doctor import examine
from solvet.services.doctor_chat import chat_check

PATH = "/services/T0/B0/not-to-be-shown"
PUBLIC, PRIVATE = "93.184.215.14", "10.0.0.1"


def looked_at(url, *addresses):
    (found,) = examine([chat_check(lambda: url, lambda _: addresses)])
    assert PATH not in found.said + found.mend
    return found


@pytest.mark.parametrize(
    ("url", "addresses", "state", "words"),
    [
        ("", (), State.OK, "none is told"),
        (
            f"https://hooks.example.com{PATH}",
            (PUBLIC,),
            State.OK,
            "notices go to hooks.example.com",
        ),
        (f"http://hooks.example.com{PATH}", (PUBLIC,), State.PROBLEM, "not reached by https"),
        (f"https://me@example.com{PATH}", (PUBLIC,), State.PROBLEM, "without user"),
        (f"https://169.254.169.254{PATH}", (PUBLIC,), State.PROBLEM, "own network"),
        (f"https://chat.example.com{PATH}", (PUBLIC, PRIVATE), State.PROBLEM, "not public"),
        (f"https://gone.example.com{PATH}", (), State.UNKNOWN, "leads nowhere"),
        ("no address at all", (), State.PROBLEM, "not reached by https"),
    ],
)
def test_the_address_is_judged_as_the_notifier_judges_it(url, addresses, state, words):
    found = looked_at(url, *addresses)
    assert found.state is state
    assert words in found.said
    assert (found.mend == "") is (state is State.OK)


def test_a_name_is_looked_up_here():
    assert set(addresses_of("localhost")) <= {"127.0.0.1", "::1"}
    assert addresses_of("localhost")
    assert addresses_of("a" * 70 + ".example.com") == ()


@pytest.mark.parametrize(
    ("secret", "state"),
    [
        ({"webhook_url": ""}, "ok"),
        ({"webhook_url": f"https://localhost{PATH}"}, "problem"),
        ({"webhook_url": 7}, "problem"),
    ],
)
def test_the_stacks_own_secret_is_read(solvet, deployed, monkeypatch, secret, state):
    made = boto3.client("secretsmanager").create_secret(
        Name=f"{deployed.name}/chat-{state}-{secret['webhook_url']}"[:60].replace(":", "-"),
        SecretString=json.dumps(secret),
    )
    really = StackInspection.stack

    def with_notices(self):
        facts = really(self)
        return replace(facts, outputs={**facts.outputs, "NotifySecretArn": made["ARN"]})

    monkeypatch.setattr(StackInspection, "stack", with_notices)
    _, out, _ = solvet("doctor", "--stack", deployed.name, "--format", "json")
    (found,) = [each for each in json.loads(out)["findings"] if each["name"] == "chat"]
    assert found["state"] == state
    assert PATH not in out


def test_a_stack_that_tells_nobody_has_no_chat_to_look_at(solvet, deployed):
    _, out, _ = solvet("doctor", "--stack", deployed.name, "--format", "json")
    assert "chat" not in {each["name"] for each in json.loads(out)["findings"]}
