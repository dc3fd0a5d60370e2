"""sweep: the healer. What was lost, hangs or was put off is found again, every few minutes.

Each action is bounded for one run, and may be repeated or die anywhere: what it takes up becomes
due again by itself.
"""

from collections.abc import Callable, Iterator

from solvet.domain.delivery import Delivery
from solvet.domain.scan import Job, Report
from solvet.errors import BadMessage, Retry
from solvet.ports.watch import Due, Errand
from solvet.services.announcing.telling import tell_events, tell_weeks
from solvet.services.healer import Action, Deed, HealerParts
from solvet.services.letters import Message, read
from solvet.services.redelivery import redeliver
from solvet.services.unfinished import resume, resume_analyses
from solvet.services.unseen import find_heads

MOST_LETTERS = 200
"""Letters sent in one run."""
UNCERTAIN = 900
"""Seconds until a letter is due again whose sender died."""


def sweep(parts: HealerParts) -> Iterator[Deed]:
    """Do all of it, telling each deed when it is done.

    An action that fails stops none of the others. Faults of our own are raised at the end.
    """
    faults: list[Exception] = []
    for action in ACTIONS:
        try:
            yield from action(parts)
        except Retry as error:
            yield Deed(Action.STOPPED, f"{action.__name__}: {error}")
        except Exception as error:  # noqa: BLE001  raised below
            faults.append(error)
            yield Deed(Action.FAILED, f"{action.__name__}: {type(error).__name__}: {error}")
    if faults:
        raise ExceptionGroup("the sweep failed in part", faults)


def send_again(parts: HealerParts) -> Iterator[Deed]:
    """Put the letters whose time has come back on their queues."""
    for due in parts.state.due(Errand.LETTER, MOST_LETTERS):
        if not parts.in_time():
            return
        if parts.state.take(due, again_in=UNCERTAIN):
            yield from _sent(due, parts)


def _sent(due: Due, parts: HealerParts) -> Iterator[Deed]:
    body = parts.state.letter(due)
    if body is None:
        return
    try:
        message = read(body)
    except BadMessage as error:
        yield Deed(Action.DROPPED, f"letter {due.name}: {error}", due.installation)
    else:
        _send(message, parts)
        yield Deed(Action.SENT_AGAIN, f"letter {due.name}", due.installation)
    parts.state.drop(due)


def _send(message: Message, parts: HealerParts) -> None:
    match message:
        case Delivery():
            parts.intake.accept(message)
        case Job():
            parts.jobs[message.stage].assign([message])
        case Report():
            parts.ending.reports.ask(message)


ACTIONS: tuple[Callable[[HealerParts], Iterator[Deed]], ...] = (
    send_again,
    redeliver,
    resume,
    find_heads,
    tell_events,
    tell_weeks,
    resume_analyses,
)
