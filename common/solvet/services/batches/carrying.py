"""One batch from its intent to its end: reserved, uploaded, made, looked at, taken, deleted."""

from collections.abc import Generator
from contextlib import suppress
from dataclasses import replace
from typing import TypeAlias

from solvet.errors import Gone
from solvet.llm.errors import ModelError, OverBudget
from solvet.ports.askings import Asking, Parcel
from solvet.ports.batches import Batch, Batches, Phase
from solvet.services.batches.parts import (
    CANCELLED,
    EXPIRED,
    LAST_START,
    LONGEST,
    NO_ROOM,
    NOT_HEARD,
    NOT_KEPT,
    OF_THE_ACCOUNT,
    REFUSED,
    TOO_LONG,
    UNHEARD,
    House,
    Turn,
)
from solvet.services.healer import Action

Act: TypeAlias = tuple[Action, str]
Acts: TypeAlias = Generator[Act, None, Asking]

CLOCKS = 3_600.0
"""Seconds by which the provider's clock may differ from ours."""


def carry_on(asking: Asking, turn: Turn) -> Generator[Act, None, tuple[Asking, ModelError | None]]:
    """Take each batch a step further while there is time; answers the asking with those that are
    still open. One that the provider fails at stops none of the others; that error is answered.
    """
    stopped: ModelError | None = None
    for parcel in asking.parcels:
        if not turn.parts.in_time():
            break
        try:
            asking = yield from _carried_on(parcel, asking, turn)
        except ModelError as error:
            stopped = error
            if isinstance(error, OF_THE_ACCOUNT):
                break
    return asking, stopped


def _carried_on(parcel: Parcel, asking: Asking, turn: Turn) -> Acts:
    if parcel.taken:
        return _put_away(parcel, asking, turn)
    if parcel.batch:
        return (yield from _looked_at(parcel, asking, turn))
    return (yield from _found_or_sent(parcel, asking, turn))


def send(parcel: Parcel, asking: Asking, turn: Turn) -> Acts:
    """Reserve, upload, have it made, and write down what it is called there.

    What cannot be sent for good ends here. Raises ModelError when the provider may take it later.
    """
    batches = turn.batches(parcel)
    try:
        turn.purse.reserve_as(parcel.name, parcel.ceiling)
        parcel = replace(parcel, file=parcel.file or _uploaded(parcel, batches, turn))
        batch = batches.create(parcel.name, parcel.file)
    except OverBudget as error:
        yield Action.STOPPED, error.reason
        return turn.save(replace(_without(parcel, asking), short=error.reason))
    except Gone:
        return (yield from _never_sent(parcel, NOT_KEPT, asking, turn))
    except ModelError as error:
        if error.later:
            raise
        return (yield from _never_sent(parcel, error.reason, asking, turn))
    yield Action.BATCHED, f"{parcel.questions} questions to {parcel.model}, {batch.id}"
    return turn.save(_with(_made(parcel, batch), asking))


def _never_sent(parcel: Parcel, why: str, asking: Asking, turn: Turn) -> Acts:
    """Given up first, then free again: what is free may not be sent by whoever comes next."""
    asking = turn.save(_without(parcel, asking, why))
    turn.purse.settle(parcel.name, 0)
    _forget(parcel, turn)
    yield Action.STOPPED, why
    return asking


def _uploaded(parcel: Parcel, batches: Batches, turn: Turn) -> str:
    posed = turn.parts.askings.parcel(turn.scan, parcel.name)
    return batches.upload(parcel.name, {key: each.request for key, each in posed.items()})


def _made(parcel: Parcel, batch: Batch) -> Parcel:
    return replace(parcel, batch=batch.id, file=batch.input)


def _found_or_sent(parcel: Parcel, asking: Asking, turn: Turn) -> Acts:
    """Whoever meant to send it died, or never heard what came of it: it may be there."""
    parcel = _as_found(parcel, asking, turn.batches(parcel))
    if parcel.batch:
        return (yield from _looked_at(parcel, turn.save(_with(parcel, asking)), turn))
    if asking.called_off or turn.parts.time > asking.began + LAST_START:
        _forget(parcel, turn)
        turn.purse.settle(parcel.name, 0)
        return turn.save(_without(parcel, asking, "" if asking.called_off else NO_ROOM))
    return (yield from send(parcel, asking, turn))


def _as_found(parcel: Parcel, asking: Asking, batches: Batches) -> Parcel:
    """With what there is of it at the provider."""
    batch = batches.find(parcel.name, since=asking.since - CLOCKS)
    if batch is not None:
        return _made(parcel, batch)
    return replace(parcel, file=batches.find_file(parcel.name) or "")


def _looked_at(parcel: Parcel, asking: Asking, turn: Turn) -> Acts:
    batches = turn.batches(parcel)
    batch = batches.look(parcel.batch)
    if batch is None:
        _forget(parcel, turn)
        return turn.save(_without(parcel, asking, CANCELLED))
    if batch.phase is Phase.OPEN:
        return turn.save(_waiting(parcel, asking, turn))
    return (yield from _ended(parcel, batch, asking, turn))


def _waiting(parcel: Parcel, asking: Asking, turn: Turn) -> Asking:
    """With a batch that is not done: called off if that takes too long, and then given up."""
    age = turn.parts.time - asking.began
    if not asking.called_off and age < LONGEST:
        return asking
    if not parcel.called_off:
        turn.batches(parcel).cancel(parcel.batch)
        return _with(replace(parcel, called_off=True), asking)
    return asking if age < UNHEARD else _without(parcel, asking, NOT_HEARD)


def _ended(parcel: Parcel, batch: Batch, asking: Asking, turn: Turn) -> Acts:
    """Keep the answers, then settle the money, then say so, then delete: each may be repeated."""
    why = _why(parcel, batch)
    try:
        answered, spent = _answers(parcel, batch, turn)
        turn.purse.settle(parcel.name, spent)
        yield Action.ANSWERED, f"{answered} of {parcel.questions} questions, {batch.id}"
    except Gone:
        why = NOT_KEPT
    taken = replace(parcel, taken=True, results=batch.results)
    asking = _with(taken, asking)
    if why and why not in asking.reasons and not asking.called_off:
        asking = replace(asking, reasons=(*asking.reasons, why))
    asking = replace(asking, crowded=asking.crowded or batch.crowded)
    return _put_away(taken, turn.save(asking), turn)


def _answers(parcel: Parcel, batch: Batch, turn: Turn) -> tuple[int, int]:
    """How many questions were answered, and the micro-dollars; what comes twice counts once."""
    left = dict(turn.parts.askings.parcel(turn.scan, parcel.name))
    spent = 0
    for key, spoken in turn.batches(parcel).answers(batch):
        if posed := left.pop(key, None):
            spent += turn.house.take(turn.scan, parcel.model, posed, spoken)
    return parcel.questions - len(left), spent


def _why(parcel: Parcel, batch: Batch) -> str:
    """Why answers are missing, if they are."""
    if batch.phase is Phase.CANCELLED:
        return TOO_LONG if parcel.called_off else CANCELLED
    if batch.phase is Phase.FAILED:
        return "" if batch.crowded else REFUSED
    return EXPIRED if batch.phase is Phase.EXPIRED else ""


def _put_away(parcel: Parcel, asking: Asking, turn: Turn) -> Asking:
    _forget(parcel, turn)
    return turn.save(_without(parcel, asking))


def _forget(parcel: Parcel, turn: Turn) -> None:
    """Nothing of it stays at the provider; what does, because that is down, goes in three days."""
    with suppress(ModelError):
        turn.batches(parcel).forget(_files(parcel))


def _files(parcel: Parcel) -> tuple[str, ...]:
    return tuple(file for file in (parcel.file, *parcel.results) if file)


def abandon(asking: Asking, house: House) -> None:
    """Nothing is known of the scan any more: let nobody work for it. Raises ModelError."""
    for parcel in asking.parcels:
        batches = house.batches(parcel.model)
        known = parcel if parcel.batch else _as_found(parcel, asking, batches)
        if known.batch:
            batches.cancel(known.batch)
        batches.forget(_files(known))


def _with(parcel: Parcel, asking: Asking) -> Asking:
    others = tuple(parcel if each.name == parcel.name else each for each in asking.parcels)
    return replace(asking, parcels=others)


def _without(parcel: Parcel, asking: Asking, why: str = "") -> Asking:
    others = tuple(each for each in asking.parcels if each.name != parcel.name)
    new = (why,) if why and why not in asking.reasons else ()
    return replace(asking, parcels=others, reasons=asking.reasons + new)
