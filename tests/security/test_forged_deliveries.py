"""Deliveries that GitHub did not send, or that lead elsewhere than they say."""

import http.client
import json
from pathlib import Path

import pytest

from solvet.domain.delivery import verify
from solvet.errors import BadSignature, Malformed
from solvet.local.web import LARGEST_BODY, WebhookServer
from solvet.services.events import interpret
from solvet.services.receive import receive

ROOT = Path(__file__).parents[2]
BASE = {"installation": {"id": 3}, "action": "opened", "number": 1}


class Intake:
    def __init__(self):
        self.accepted = []

    def accept(self, delivery):
        self.accepted.append(delivery)


def test_the_rate_of_deliveries_is_limited():
    api = (ROOT / "template.yaml").read_text("utf-8").split("Type: AWS::Serverless::HttpApi")[1]
    settings = api.split("DefaultRouteSettings:")[1].split("AccessLogSettings")[0]
    assert "ThrottlingRateLimit: !Ref ThrottleRate" in settings
    assert "ThrottlingBurstLimit: !Ref ThrottleBurst" in settings


@pytest.mark.parametrize("secrets", [(), ("",), ("", "")])
def test_without_a_secret_nothing_is_ever_accepted(secrets):
    for signature in ("", None, "sha256=", "sha256=" + "0" * 64):
        with pytest.raises(BadSignature):
            verify(secrets, b"{}", signature)


def test_a_forged_body_is_not_parsed_before_it_is_refused(monkeypatch):
    monkeypatch.setattr("solvet.services.receive.interpret", lambda *_: pytest.fail("parsed"))
    intake = Intake()
    answer = receive(
        {"x-github-event": "push", "x-github-delivery": "1", "x-hub-signature-256": "sha256=0"},
        b'{"a":' * 100_000,
        secrets=("secret",),
        intake=intake,
    )
    assert (answer.status, intake.accepted) == (401, [])


@pytest.mark.parametrize(
    "name",
    ["", "acme", "acme/", "/vaults", "acme/..", "acme/.", "../acme", "a/b/c", "acme/va ults",
     "acme/vaults?x=1", "acme/vaults#", "acme/%2e%2e", "acme/\u0455olvet", "a/b\n", "./b"],
)  # fmt: skip
def test_a_repository_that_leads_elsewhere_in_the_api_is_malformed(name):
    body = json.dumps(BASE | {"repository": {"id": 7, "full_name": name}}).encode()
    with pytest.raises(Malformed, match="not a repository"):
        interpret("pull_request", "1", body)


@pytest.mark.parametrize("name", ["acme/vaults", "ada_acme/.github", "a-b/c.d_e-f", "A/..."])
def test_every_name_that_github_gives_is_taken(name):
    body = json.dumps(BASE | {"repository": {"id": 7, "full_name": name}}).encode()
    delivery = interpret("pull_request", "1", body)
    assert delivery is not None
    assert delivery.repository.full_name == name


@pytest.mark.parametrize("size", [LARGEST_BODY, LARGEST_BODY + 1, LARGEST_BODY + 3_000_000])
def test_a_body_without_a_length_is_read_up_to_the_limit_only(size):
    seen = []

    def invoke(event):
        seen.append(len(event["body"]) * 3 // 4)
        return {"statusCode": 202, "headers": {}, "body": ""}

    with WebhookServer(invoke, dict, host="127.0.0.1", port=0) as server:
        connection = http.client.HTTPConnection(server.url.removeprefix("http://"))
        parts = (b"x" * min(1_000_000, size - at) for at in range(0, size, 1_000_000))
        try:
            connection.request("POST", "/webhook", parts, encode_chunked=True,
                               headers={"Transfer-Encoding": "chunked"})  # fmt: skip
        except ConnectionError:
            assert size > LARGEST_BODY
        else:
            assert connection.getresponse().status == (202 if size <= LARGEST_BODY else 413)
        connection.close()
    assert len(seen) == (size <= LARGEST_BODY)
