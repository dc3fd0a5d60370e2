"""Mail, by a topic of SNS: https://docs.aws.amazon.com/sns/latest/dg/sns-email-notifications.html."""

from typing import Any

from solvet.adapters.aws.faults import translated
from solvet.domain.notice import Notice
from solvet.render.notice import mail


class MailTopic:
    """The `Channel` port: whoever has subscribed to the topic."""

    name = "mail"

    def __init__(self, sns: Any, topic: str) -> None:
        self._sns = sns
        self._topic = topic

    def say(self, notice: Notice) -> None:
        subject, body = mail(notice)
        with translated("publishing a notice"):
            self._sns.publish(TopicArn=self._topic, Subject=subject, Message=body)
