"""What of a file was not understood, in few words."""

from collections.abc import Iterator

from solvet.domain.analysis import BlindSpot
from solvet.solidity import Source
from solvet.solidity.flow import effects_of
from solvet.solidity.model import Model
from solvet.solidity.nodes import Node

MAX_SPOTS = 20

_UNPARSED = "the parser does not understand this code"
_TOO_DEEP = "nested too deeply to follow"
_TOO_MUCH = "this function does more than we follow; its end was not looked at"
_TOO_LONG = "the file is longer than we read"
_TOO_MANY = "this contract inherits more than we follow"
_TOO_COSTLY = "looking at this file took too long; from here on it was not looked at"
_UNREAD = "this expression cannot be read"
_NO_SOL = "what is imported here has no name of a .sol file, so it is looked at nowhere"


def blind_spots(model: Model, *, unseen_from: Node | None = None) -> tuple[BlindSpot, ...]:
    """Neighbouring ones merged; at most `MAX_SPOTS`, the last of which counts the rest.

    `unseen_from` is the first node that the detectors did not get to.
    """
    merged: list[BlindSpot] = []
    source = model.source
    if unseen_from is None:
        spots = [*_spots(source), *_unfollowed(model)]
    else:
        unseen = _spot(source, unseen_from.start, len(source.text), _TOO_COSTLY)
        spots = [*_spots(source), unseen]
    for spot in sorted(spots, key=lambda spot: (spot.start_line, spot.end_line)):
        if merged and spot.start_line <= merged[-1].end_line + 1:
            before = merged.pop()
            end = max(before.end_line, spot.end_line)
            merged.append(BlindSpot(before.start_line, end, before.reason))
        else:
            merged.append(spot)
    return _bounded(merged)


def _spots(source: Source) -> Iterator[BlindSpot]:
    cut = (
        (source.unparsed, _UNPARSED),
        (source.too_deep, _TOO_DEEP),
        (source.too_long, _TOO_LONG),
    )
    for stretches, reason in cut:
        for start, end in stretches:
            yield _spot(source, start, end, reason)
    for expression in source.unread_expressions:
        yield _spot(source, expression.start, expression.end, _UNREAD)
    for imported in source.imports:
        if not imported.path.endswith(".sol"):  # the compiler takes any name
            yield _spot(source, imported.start, imported.end, _NO_SOL)


def _unfollowed(model: Model) -> Iterator[BlindSpot]:
    """Contracts that inherit, and functions that do, more than we follow."""
    for contract in model.contracts:
        if contract.is_cut:
            yield _spot(model.source, *model.source.head(contract.node), _TOO_MANY)
        for function in contract.own_functions:
            acts = function.is_entry_point and not function.is_read_only and contract.has_code
            if acts and not effects_of(function).complete:
                yield _spot(model.source, *model.source.head(function.node), _TOO_MUCH)


def _spot(source: Source, start: int, end: int, reason: str) -> BlindSpot:
    return BlindSpot(source.line(start), source.line(max(start, end - 1)), reason)


def _bounded(spots: list[BlindSpot]) -> tuple[BlindSpot, ...]:
    if len(spots) <= MAX_SPOTS:
        return tuple(spots)
    shown, rest = spots[: MAX_SPOTS - 1], spots[MAX_SPOTS - 1 :]
    reason = f"{len(rest)} more places that are not understood"
    return (*shown, BlindSpot(rest[0].start_line, rest[-1].end_line, reason))
