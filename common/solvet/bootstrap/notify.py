"""notify, wired."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from solvet.adapters.aws.mail import MailTopic
from solvet.adapters.aws.notices import DynamoNotices
from solvet.adapters.aws.queues import SqsPostponement
from solvet.adapters.chat import ChatWebhook
from solvet.bootstrap import cloud
from solvet.bootstrap.messages import Consumer
from solvet.bootstrap.settings import settings
from solvet.domain.finding import Severity
from solvet.domain.notice import Wishes
from solvet.errors import ConfigError
from solvet.ports.notices import Channel
from solvet.services.notifying import NotifierParts, notify

ATTEMPTS = 12
"""The queue's `maxReceiveCount`: the tries are spread over two hours."""
TELLING = 25.0
"""Seconds; a chat is given fifteen."""


@dataclass(frozen=True, slots=True)
class NotifySecret:
    """The address of a chat's webhook is a password; empty when no chat is told."""

    webhook_url: str = field(default="", repr=False)


def notifier(environ: Mapping[str, str]) -> Consumer:
    """What tells people of an event. Raises ConfigError for wishes that nobody can fulfil."""
    config = settings("notify", environ)
    secrets = cloud.secrets()
    mail = MailTopic(cloud.client("sns"), config["SOLVET_NOTIFY_TOPIC"])

    def channels() -> tuple[Channel, ...]:
        url = secrets.read(config["SOLVET_NOTIFY_SECRET_ID"], NotifySecret).webhook_url
        return (mail, ChatWebhook(url)) if url else (mail,)

    parts = NotifierParts(
        channels=channels,
        told=DynamoNotices(cloud.table(config["SOLVET_TABLE"])),
        wishes=_wishes(config),
    )
    queue = SqsPostponement(cloud.client("sqs"), config["SOLVET_NOTIFICATIONS_QUEUE_URL"])
    return Consumer(
        handle=lambda body, _: notify(body, parts),
        postpone=queue.postpone,
        takes=TELLING,
        attempts=ATTEMPTS,
    )


def _wishes(config: Mapping[str, str]) -> Wishes:
    try:
        severity = Severity(config["SOLVET_NOTIFY_SEVERITY"])
    except ValueError as error:
        raise ConfigError(["SOLVET_NOTIFY_SEVERITY is no severity"]) from error
    return Wishes(
        severity=severity,
        everywhere=config["SOLVET_NOTIFY_SCOPE"] == "everything",
        weekly=config["SOLVET_NOTIFY_WEEKLY"] == "on",
    )
