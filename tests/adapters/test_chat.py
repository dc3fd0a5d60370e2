"""Notices to a chat, by a server that speaks Slack's protocol."""

import socket
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from solvet.adapters import chat
from solvet.adapters.chat import REFUSED, WAIT, ChatWebhook
from solvet.domain.notice import Notice
from solvet.errors import ConfigError, Throttled, Unavailable
from tests.slack import Slack

NOTICE = Notice(headline="New findings", facts=(("Repository", "acme/vaults"),))


def everywhere(_):
    return True


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with Slack(tmp_path_factory.mktemp("tls")) as running:
        yield running


@pytest.fixture
def slack(server):
    server.messages.clear()
    server.answers.clear()
    return server


@pytest.fixture
def webhook(slack):
    return ChatWebhook(slack.url, allowed=everywhere, context=slack.client)


def test_a_notice_is_one_message(webhook, slack):
    webhook.say(NOTICE)
    assert slack.messages == ["*New findings*\nRepository: `acme/vaults`"]


def test_a_chat_that_wants_to_be_left_alone_is(webhook, slack):
    slack.answers = [(429, {"Retry-After": "37"}, b"rate_limited")]
    with pytest.raises(Throttled) as raised:
        webhook.say(NOTICE)
    assert raised.value.after == 37


def test_a_date_says_how_long_to_wait_too(webhook, slack):
    then = format_datetime(datetime.now(UTC) + timedelta(minutes=2), usegmt=True)
    slack.answers = [(503, {"Retry-After": then}, b"")]
    with pytest.raises(Unavailable) as raised:
        webhook.say(NOTICE)
    assert 110 <= raised.value.after <= 120


@pytest.mark.parametrize("said", ["soon", "-5", "", "99999999999999"])
def test_nonsense_instead_of_a_time_is_a_wait_all_the_same(webhook, slack, said):
    slack.answers = [(429, {"Retry-After": said}, b"")]
    with pytest.raises(Throttled) as raised:
        webhook.say(NOTICE)
    assert WAIT <= raised.value.after <= 999_999


@pytest.mark.parametrize(
    ("status", "said", "after"),
    [(404, b"no_service", REFUSED), (403, b"action_prohibited", REFUSED), (500, b"oops", WAIT)],
)
def test_a_refusal_is_told_in_the_chats_words_without_the_address(
    webhook, slack, status, said, after
):
    slack.answers = [(status, {}, said)]
    with pytest.raises(Unavailable, match=f"{status}: {said.decode()}") as raised:
        webhook.say(NOTICE)
    assert raised.value.after == after
    assert "services" not in str(raised.value)


def test_a_redirection_is_not_followed(webhook, slack):
    slack.answers = [(302, {"Location": slack.url}, b"")]
    with pytest.raises(Unavailable, match="302"):
        webhook.say(NOTICE)
    assert slack.messages == []


def test_nothing_is_sent_to_a_name_that_leads_into_our_own_network(slack):
    with pytest.raises(ConfigError, match="not public"):
        ChatWebhook(slack.url, context=slack.client).say(NOTICE)
    assert slack.messages == []


def test_the_address_that_was_looked_at_is_the_one_that_is_called(slack, monkeypatch):
    """A name that leads elsewhere when it is asked again leads nobody astray."""
    asked = []
    real = socket.getaddrinfo

    def resolve(host, port, *arguments, **more):
        asked.append(host)
        answer = real(host, port, *arguments, **more)
        first = [entry for entry in answer if entry[4][0] == "127.0.0.1"]
        return first if host != "localhost" or asked.count("localhost") == 1 else []

    monkeypatch.setattr(chat.socket, "getaddrinfo", resolve)
    ChatWebhook(slack.url, allowed=everywhere, context=slack.client).say(NOTICE)
    assert len(slack.messages) == 1
    assert asked.count("localhost") == 1


def test_a_certificate_that_nobody_knows_is_not_trusted(slack):
    with pytest.raises(Unavailable):
        ChatWebhook(slack.url, allowed=everywhere).say(NOTICE)


def test_a_chat_that_answers_nothing_is_given_up_in_time(slack, monkeypatch):
    monkeypatch.setattr(chat, "PATIENCE", 0.2)
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    with listening, pytest.raises(Unavailable):
        ChatWebhook(f"https://localhost:{port}/x", allowed=everywhere, context=slack.client).say(
            NOTICE
        )


@pytest.mark.parametrize(
    "url",
    ["http://hooks.example.com/x", "https://169.254.169.254/", "https://u:p@example.com/x", "x"],
)
def test_an_address_that_no_notice_may_go_to_is_refused_at_once(url):
    with pytest.raises(ConfigError):
        ChatWebhook(url)
