"""receive, wired."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import UNAUTHORIZED

from solvet.adapters.aws.queues import SqsIntake
from solvet.bootstrap import cloud
from solvet.bootstrap.settings import settings
from solvet.errors import ConfigError, Retry
from solvet.services.receive import Answer, receive


@dataclass(frozen=True, slots=True)
class WebhookSecrets:
    """Two at once while they are rotated."""

    current: str = field(default="", repr=False)
    previous: str = field(default="", repr=False)


def receiver(environ: Mapping[str, str]) -> Callable[[Mapping[str, str], bytes], Answer]:
    """What answers a webhook request, from its headers and its body."""
    config = settings("receive", environ)
    secrets = cloud.secrets()
    intake = SqsIntake(cloud.client("sqs"), config["SOLVET_INTAKE_QUEUE_URL"])

    def checked(headers: Mapping[str, str], body: bytes, *, fresh: bool) -> Answer:
        known = secrets.read(config["SOLVET_WEBHOOK_SECRET_ID"], WebhookSecrets, fresh=fresh)
        if not known.current:
            raise ConfigError(["the webhook secret is empty: no delivery can be verified"])
        return receive(headers, body, secrets=(known.current, known.previous), intake=intake)

    def answer(headers: Mapping[str, str], body: bytes) -> Answer:
        """GitHub's first delivery comes before the App's secret is set, the next just after."""
        try:
            reply = checked(headers, body, fresh=False)
            refused = reply.status == UNAUTHORIZED
            return checked(headers, body, fresh=True) if refused else reply
        except Retry:
            return Answer(503, "not accepted: the secret could not be read; please redeliver")

    return answer
