"""Deliveries that GitHub could not hand over are asked for again, with the same GUID.

GitHub redelivers nothing by itself, and what it keeps is three days old at most:
https://docs.github.com/en/webhooks/testing-and-troubleshooting-webhooks/redelivering-webhooks
"""

from collections.abc import Iterator
from datetime import timedelta

from solvet.errors import Denied, Gone, Throttled
from solvet.ports.hook import FailedDelivery
from solvet.services.events import concerns_us
from solvet.services.healer import Action, Deed, HealerParts

WINDOW = timedelta(days=3)
MOST_PAGES = 5
"""Pages of a hundred deliveries read in one run; the next run goes on from there."""
MOST = 30
"""Redeliveries asked for in one run."""
HOPELESS = {400, 413}
"""What we cannot use the first time we cannot use the second time."""


def redeliver(parts: HealerParts) -> Iterator[Deed]:
    """Go through the list of failures a little further."""
    walk = parts.state.walk()
    if walk.resting:
        return
    try:
        yield from _walked(walk.cursor, parts)
    except Throttled as error:
        parts.state.walked(walk.cursor, rest=error.after)
        raise
    except (Gone, Denied) as error:
        parts.state.walked("")
        yield Deed(Action.STOPPED, f"the list of deliveries: {error}")


def _walked(cursor: str, parts: HealerParts) -> Iterator[Deed]:
    """The cursor moves on only when its whole page was dealt with."""
    asked = 0
    for _ in range(MOST_PAGES):
        page = parts.hook.failed(cursor)
        for delivery in page.deliveries:
            if asked == MOST or not parts.in_time():
                return
            for deed in _again(delivery, parts):
                asked += 1
                yield deed
        cursor = "" if _too_old(page.deliveries, parts) else page.following
        parts.state.walked(cursor)
        if not cursor:
            return


def _too_old(deliveries: tuple[FailedDelivery, ...], parts: HealerParts) -> bool:
    return bool(deliveries) and parts.now() - deliveries[-1].at > WINDOW


def _again(delivery: FailedDelivery, parts: HealerParts) -> Iterator[Deed]:
    installation = delivery.installation
    if installation is None or not concerns_us(delivery.event, delivery.action):
        return
    if delivery.status in HOPELESS or parts.now() - delivery.at > WINDOW:
        return
    if not parts.state.may_redeliver(installation, delivery.guid):
        return
    about = f"{delivery.event} {delivery.guid}"
    try:
        parts.hook.redeliver(delivery)
    except Throttled:
        parts.state.not_redelivered(installation, delivery.guid)
        raise
    except (Gone, Denied) as error:
        yield Deed(Action.DROPPED, f"{about}: {error}", installation, delivery=delivery.guid)
    else:
        yield Deed(Action.REDELIVERED, about, installation, delivery=delivery.guid)
