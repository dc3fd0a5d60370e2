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
    REFUSED,
    TOO_LONG,
    UNHEARD,
    House,
    Turn,
)
from solvet.services.healer import Action

Acts: TypeAlias = Generator[tuple[Action, str], None, Asking]

CLOCKS = 3_600.0
"""Seconds by which the provider's clock may differ from ours."""


def carry_on(asking: Asking, turn: Turn) -> Acts:
    """Take each batch a step further; answers the asking with those that are still open."""
    for parcel in asking.parcels:
        if parcel.taken:
            asking = _put_away(parcel, asking, turn)
        elif parcel.batch:
            asking = yield from _looked_at(parcel, asking, turn)
        else:
            asking = yield from _found_or_sent(parcel, asking, turn)
    return asking


def send(parcel: Parcel, asking: Asking, turn: Turn) -> Acts:
    """Reserve, upload, have it made, and write down what it is called there.

    What the provider refuses for good ends here. Raises ModelError when it may take it later.
    """
    batches = turn.batches(parcel)
    try:
        turn.purse.reserve_as(parcel.name, parcel.ceiling)
        file = parcel.file or _uploaded(parcel, batches, turn)
        batch = batches.create(parcel.name, file)
    except OverBudget as error:
        yield Action.STOPPED, error.reason
        return turn.save(replace(_without(parcel, asking), short=error.reason))
    except ModelError as error:
        if error.later:
            raise
        turn.purse.settle(parcel.name, 0)
        yield Action.STOPPED, error.reason
        return turn.save(_without(parcel, asking, error.reason))
    yield Action.BATCHED, f"{parcel.questions} questions to {parcel.model}, {batch.id}"
    return turn.save(_with(_made(parcel, batch), asking))


def _uploaded(parcel: Parcel, batches: Batches, turn: Turn) -> str:
    posed = turn.parts.askings.parcel(turn.scan, parcel.name)
    return batches.upload(parcel.name, {key: each.request for key, each in posed.items()})


def _made(parcel: Parcel, batch: Batch) -> Parcel:
    return replace(parcel, batch=batch.id, file=batch.input)


def _found_or_sent(parcel: Parcel, asking: Asking, turn: Turn) -> Acts:
    """Whoever meant to send it died, or never heard what came of it: it may be there."""
    batches = turn.batches(parcel)
    batch = batches.find(parcel.name, since=asking.since - CLOCKS)
    if batch is not None:
        asking = turn.save(_with(_made(parcel, batch), asking))
        return (yield from _looked_at(_made(parcel, batch), asking, turn))
    file = batches.find_file(parcel.name) or ""
    if asking.called_off or turn.parts.time > asking.began + LAST_START:
        batches.forget([file] if file else [])
        turn.purse.settle(parcel.name, 0)
        return turn.save(_without(parcel, asking, "" if asking.called_off else NO_ROOM))
    return (yield from send(replace(parcel, file=file), asking, turn))


def _looked_at(parcel: Parcel, asking: Asking, turn: Turn) -> Acts:
    batches = turn.batches(parcel)
    batch = batches.look(parcel.batch)
    if batch is None:
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
    """Nothing of it stays at the provider; what does, because that is down, goes in three days."""
    with suppress(ModelError):
        files = (parcel.file, *parcel.results)
        turn.batches(parcel).forget([file for file in files if file])
    return turn.save(_without(parcel, asking))


def abandon(asking: Asking, house: House) -> None:
    """Nothing is known of the scan any more: let nobody work for it."""
    for parcel in asking.parcels:
        batches = house.batches(parcel.model)
        if parcel.batch:
            batches.cancel(parcel.batch)
        batches.forget([file for file in (parcel.file, *parcel.results) if file])


def _with(parcel: Parcel, asking: Asking) -> Asking:
    others = tuple(parcel if each.name == parcel.name else each for each in asking.parcels)
    return replace(asking, parcels=others)


def _without(parcel: Parcel, asking: Asking, why: str = "") -> Asking:
    others = tuple(each for each in asking.parcels if each.name != parcel.name)
    new = (why,) if why and why not in asking.reasons else ()
    return replace(asking, parcels=others, reasons=asking.reasons + new)
