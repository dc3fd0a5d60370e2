"""A round of questions becomes batches: what the files ask, as far as the money goes."""

from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import replace
from hashlib import sha256

from solvet.llm.exchange import ModelRequest
from solvet.ports.askings import Asking, Parcel, Posed
from solvet.services.batches.carrying import Acts, send
from solvet.services.batches.parts import PATIENCE, House, Turn
from solvet.services.healer import Action

MOST_QUESTIONS = 500
"""Of one batch: what is answered has to fit into the memory of a small function."""
MOST_BYTES = 20_000_000
"""Of one batch's file; OpenAI takes 200 MB and 50,000 questions.

https://developers.openai.com/api/docs/guides/batch
"""

Priced = tuple[str, int, Posed]
"""The model to ask, the most that it can cost, and the question."""


def send_round(
    asking: Asking, waiting: Sequence[str], turn: Turn
) -> Generator[tuple[Action, str], None, Asking | None]:
    """Send what the files ask, once all of them have said it; None while they have not."""
    posed = turn.parts.askings.posed(turn.scan, asking.round)
    unsaid = [path for path in waiting if path not in posed]
    if unsaid and turn.parts.time < asking.since + PATIENCE:
        turn.save(asking)
        yield Action.LEFT_ALONE, f"{len(unsaid)} files have not said what they ask"
        return None
    wanted = _distinct(each for path in waiting for each in posed.get(path, ()))
    priced = [_priced(each, turn.house) for each in wanted if not turn.house.known(turn.scan, each)]
    chosen, why = _affordable(priced, turn.purse.room())
    planned = _planned(asking, chosen, turn)
    asking = turn.save(replace(planned, short=why, crowded=False))
    return (yield from _all_sent(asking, turn))


def _all_sent(asking: Asking, turn: Turn) -> Acts:
    """What there is no time for is found unsent by the next run."""
    for parcel in asking.parcels:
        if not turn.parts.in_time():
            break
        asking = yield from send(parcel, asking, turn)
    return asking


def _distinct(posed: Iterable[Posed]) -> Iterator[Posed]:
    """Equal questions share an answer, and the first file pays."""
    seen: set[str] = set()
    for each in posed:
        if each.request.identity not in seen:
            seen.add(each.request.identity)
            yield each


def _priced(posed: Posed, house: House) -> Priced:
    model = house.models[posed.request.tier]
    return model, house.ceiling(model, posed.request), posed


def _affordable(priced: Sequence[Priced], left: int | None) -> tuple[list[Priced], str]:
    """In the order of the files, what there is money for; and a word on what there is none for."""
    chosen: list[Priced] = []
    for each in priced:
        if left is None or each[1] <= left:
            chosen.append(each)
            left = left if left is None else left - each[1]
    short = len(priced) - len(chosen)
    return chosen, f"there is no money left for {short} of {len(priced)} questions" if short else ""


def _planned(asking: Asking, chosen: Sequence[Priced], turn: Turn) -> Asking:
    """The round's parcels, each of one model, their questions kept and nothing sent yet."""
    parcels: list[Parcel] = []
    for model, those in _portions(chosen):
        name = f"{turn.scan.id}-{asking.round}-{asking.sent + len(parcels)}"
        questions = {_key(posed.request): posed for _, _, posed in those}
        turn.parts.askings.put_parcel(turn.scan, name, questions)
        ceiling = sum(most for _, most, _ in those)
        parcels.append(Parcel(name=name, model=model, ceiling=ceiling, questions=len(those)))
    return replace(asking, parcels=tuple(parcels), sent=asking.sent + len(parcels))


def _portions(chosen: Sequence[Priced]) -> Iterator[tuple[str, list[Priced]]]:
    for model in sorted({model for model, _, _ in chosen}):
        portion: list[Priced] = []
        size = 0
        for each in (it for it in chosen if it[0] == model):
            more = _size(each[2].request)
            if portion and (len(portion) == MOST_QUESTIONS or size + more > MOST_BYTES):
                yield model, portion
                portion, size = [], 0
            portion.append(each)
            size += more
        yield model, portion


def _size(request: ModelRequest) -> int:
    """Bytes of its line, or a little more."""
    texts = (request.instructions, request.input, str(request.schema))
    return 500 + sum(len(text.encode("utf-8", "replace")) * 5 // 4 for text in texts)


def _key(request: ModelRequest) -> str:
    """The question's name in its batch, which tells nothing of the code."""
    return sha256(request.identity.encode()).hexdigest()[:32]
