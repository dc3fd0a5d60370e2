"""schedule: what scheduled reviews ask is sent in batches, looked after, and handed back.

May die anywhere. Whoever takes an asking up is alone with it until it is due again; each step is
written down before it is taken, under a name that the provider knows, too, and may be repeated.
"""

from collections.abc import Iterator
from dataclasses import replace

from solvet.domain.scan import Scan, Stage, job
from solvet.errors import Gone, Retry
from solvet.llm.errors import ModelError
from solvet.ports.askings import Asking
from solvet.ports.watch import Due, Errand
from solvet.services.batches.carrying import abandon, carry_on
from solvet.services.batches.parts import (
    LAST_START,
    NO_KEY,
    NO_ROOM,
    NOT_HEARD,
    OF_THE_ACCOUNT,
    POLL,
    ROUNDS,
    UNCERTAIN,
    UNHEARD,
    BatchParts,
    House,
    Turn,
)
from solvet.services.batches.sending import send_round
from solvet.services.heads import superseded
from solvet.services.healer import Action, Deed

MOST = 50
"""Askings taken up in one run."""


def ask_in_batches(parts: BatchParts) -> Iterator[Deed]:
    """Take every asking that is due a step further. One that fails stops none of the others.

    Faults of our own are raised at the end.
    """
    faults: list[Exception] = []
    for due in parts.state.due(Errand.BATCH, MOST):
        if not parts.in_time():
            break
        if not parts.state.take(due, again_in=UNCERTAIN):
            continue
        try:
            yield from _attended(due, parts)
        except (Retry, ModelError) as error:
            parts.askings.put_off(due, again_in=max(error.after, POLL))
            yield _deed(Action.STOPPED, due, str(error))
            if isinstance(error, OF_THE_ACCOUNT):
                break
        except Exception as error:  # noqa: BLE001  raised below
            faults.append(error)
            yield _deed(Action.FAILED, due, f"{type(error).__name__}: {error}")
    if faults:
        raise ExceptionGroup("asking in batches failed in part", faults)


def _deed(action: Action, due: Due, about: str) -> Deed:
    return Deed(action, f"batches of scan {due.name}: {about}", due.installation, scan=due.name)


def _attended(due: Due, parts: BatchParts) -> Iterator[Deed]:
    asking = parts.askings.asking(due.installation, due.name)
    scan = parts.state.scan(due.installation, due.name)
    if asking is None:
        parts.state.drop(due)
        return
    house = parts.house()
    try:
        for action, about in _step(asking, scan, house, parts) if scan else ():
            yield _deed(action, due, about)
    except Gone as error:
        scan = None
        yield _deed(Action.STOPPED, due, str(error))
    if scan is None:
        if house is not None:
            abandon(asking, house)
        parts.state.drop(due)
        yield _deed(Action.CALLED_OFF, due, "nothing is known of the scan any more")


def _step(
    asking: Asking, scan: Scan, house: House | None, parts: BatchParts
) -> Iterator[tuple[Action, str]]:
    if superseded(scan, parts.state) or parts.state.ended(scan):
        if asking.parcels and not asking.called_off:
            yield Action.CALLED_OFF, "nobody waits for the answers any more"
        asking = replace(asking, called_off=True)
    if asking.handing_back:
        _hand_back(asking, scan, parts)
    elif asking.called_off and not asking.parcels:
        _close(asking, scan, parts)
    elif house is None:
        _close(_because(asking, NO_KEY), scan, parts)
        yield Action.STOPPED, NO_KEY
    elif asking.parcels:
        yield from _followed(asking, Turn(scan, house, parts))
    elif parts.time > asking.began + LAST_START:
        _end_round(_because(asking, NOT_HEARD), scan, parts)
    elif asking.reasons:
        _end_round(asking, scan, parts)
    else:
        yield from _sent(asking, Turn(scan, house, parts))


def _followed(asking: Asking, turn: Turn) -> Iterator[tuple[Action, str]]:
    """The round ends with its last batch."""
    after, stopped = yield from carry_on(_kept(asking, turn), turn)
    if stopped is not None:
        if turn.parts.time < after.began + UNHEARD:
            raise stopped
        after = _because(replace(after, parcels=()), NOT_HEARD)
        yield Action.STOPPED, NOT_HEARD
    if not after.parcels:
        _end_round(after, turn.scan, turn.parts)


def _sent(asking: Asking, turn: Turn) -> Iterator[tuple[Action, str]]:
    """A round without a question that is to be sent is over at once."""
    scan, parts = turn.scan, turn.parts
    consulted = parts.storage.agenda(scan).consulted
    waiting = parts.state.unfinished(scan, Stage.MODEL, consulted)
    if not waiting:
        _close(asking, scan, parts)
        return
    after = yield from send_round(asking, waiting, turn)
    if after is not None and not after.parcels:
        _end_round(after, scan, parts)


def _kept(asking: Asking, turn: Turn) -> Asking:
    """Texts expire after a day, and answers may take as long."""
    now = turn.parts.time
    if asking.called_off or now < asking.kept + UNHEARD / 2:
        return asking
    turn.parts.askings.keep_texts(turn.scan)
    return turn.save(replace(asking, kept=now))


def _end_round(asking: Asking, scan: Scan, parts: BatchParts) -> None:
    last = (asking.round >= ROUNDS and not asking.crowded) or bool(asking.reasons)
    late = parts.time > asking.began + LAST_START
    if late and asking.crowded:
        asking = _because(asking, NO_ROOM)
    if last or late or asking.called_off:
        _close(asking, scan, parts)
        return
    number = asking.round if asking.crowded else asking.round + 1
    following = replace(asking, round=number, since=parts.time, handing_back=True)
    parts.askings.save(following, again_in=POLL)
    _hand_back(following, scan, parts)


def _close(asking: Asking, scan: Scan, parts: BatchParts) -> None:
    closed = replace(asking, parcels=(), closed=True, handing_back=not asking.called_off)
    parts.askings.save(closed, again_in=POLL)
    _hand_back(closed, scan, parts)


def _hand_back(asking: Asking, scan: Scan, parts: BatchParts) -> None:
    """Every file that waits is looked at again, now that there are answers, or will be none."""
    if asking.handing_back:
        agenda = parts.storage.agenda(scan)
        waiting = parts.state.unfinished(scan, Stage.MODEL, agenda.consulted)
        parts.jobs.assign([job(scan, path, Stage.MODEL) for path in waiting])
    parts.askings.save(replace(asking, handing_back=False), again_in=POLL)
    if asking.closed:
        parts.askings.forget_questions(scan)


def _because(asking: Asking, why: str) -> Asking:
    return replace(asking, reasons=(*asking.reasons, why))
