"""receive: from the bytes of a webhook request to one small message on the intake queue."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from solvet.domain.delivery import verify
from solvet.errors import BadSignature, Malformed, Retry
from solvet.ports.queues import Intake
from solvet.services.events import interpret

LONGEST_ID = 100


@dataclass(frozen=True, slots=True)
class Answer:
    """What GitHub is told: an HTTP status and one sentence for whoever reads the delivery log."""

    status: int
    message: str


def receive(
    headers: Mapping[str, str], body: bytes, *, secrets: Sequence[str], intake: Intake
) -> Answer:
    """Verify, reduce, enqueue, answer. `headers` has lower-case names.

    202 means that the delivery is safe on the queue; what could not be queued is answered 503,
    because GitHub shows a failed delivery and lets it be redelivered.
    """
    try:
        verify(secrets, body, headers.get("x-hub-signature-256"))
        return _accept(headers, body, intake)
    except BadSignature as error:
        return Answer(401, f"rejected: {error}")
    except Malformed as error:
        return Answer(400, f"rejected: {error}")
    except Retry:
        return Answer(503, "not accepted: the queue did not take it; please redeliver")


def _accept(headers: Mapping[str, str], body: bytes, intake: Intake) -> Answer:
    event, delivery_id = headers.get("x-github-event", ""), headers.get("x-github-delivery", "")
    if not event or not delivery_id:
        raise Malformed("X-GitHub-Event or X-GitHub-Delivery is missing")
    if len(delivery_id) > LONGEST_ID or not delivery_id.isprintable():
        raise Malformed("X-GitHub-Delivery is no delivery id")
    if event == "ping":
        return Answer(200, "pong: the webhook and its secret work")
    delivery = interpret(event, delivery_id, body)
    if delivery is None:
        return Answer(204, "")
    intake.accept(delivery)
    return Answer(202, f"accepted: {delivery.id}")
