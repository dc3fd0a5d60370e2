"""Labelled sets: folders with a `labels.json` that says where the weaknesses are.

A set of single files has `labels` (file, line, end_line, category, perhaps `accept`); a set of
pairs has `pairs` (case, category, bug_lines, fix_lines) beside `<case>/bug.sol` and `fix.sol`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Annotated

from msgspec import Meta

from solvet.domain.finding import Category
from solvet.domain.texts import Text
from solvet.errors import BadInput, BadMessage
from solvet.wire import decode

NAME = "labels.json"
SHORT_ADDRESSES = "short_addresses"
"""The DASP class that no rule of ours belongs to: https://dasp.co/#item-9"""

CATEGORIES = frozenset({*(category.value for category in Category), SHORT_ADDRESSES})

BEYOND = 2
"""Lines after a file's last one that may be named: diffs do so where a twin adds something."""

Number = Annotated[int, Meta(ge=1)]
Range = tuple[Number, Number]
Ranges = Annotated[tuple[Range, ...], Meta(min_length=1)]
Read = Callable[[Path], Text]
"""Reads a file; raises BadInput with the reason when it cannot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """One weakness; lines count from 1, both ends included. `accept`: categories as good."""

    file: str
    category: str
    line: Number
    end_line: Number
    accept: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _check_path(self.file)
        _check_categories((self.category, *self.accept))
        _check_ranges([(self.line, self.end_line)])

    @property
    def categories(self) -> frozenset[str]:
        return frozenset({self.category, *self.accept})


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A weakness and its patched twin, with the line ranges that matter in each."""

    case: str
    category: str
    bug_lines: Ranges
    fix_lines: Ranges

    def __post_init__(self) -> None:
        _check_path(self.case)
        _check_categories([self.category])
        _check_ranges((*self.bug_lines, *self.fix_lines))


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """One folder's labels and pairs, and the texts of its files."""

    folder: Path
    labels: tuple[Label, ...]
    pairs: tuple[Pair, ...]
    texts: Mapping[Path, str]

    @property
    def files(self) -> tuple[Path, ...]:
        """Every file that is judged, once."""
        return tuple(sorted({file for file, _ in _places(self.folder, self.labels, self.pairs)}))

    def place(self, label: Label) -> Path:
        return self.folder / label.file

    def twin(self, pair: Pair, name: str) -> Path:
        return _twin(self.folder, pair, name)


@dataclass(frozen=True, slots=True)
class _Document:
    labels: tuple[Label, ...] = ()
    pairs: tuple[Pair, ...] = ()


def load(path: Path, read: Read) -> tuple[LabelledSet, ...]:
    """The set in this folder, or the sets in its folders. BadInput when there is none."""
    if not path.is_dir():
        raise BadInput(f"no labelled data at {path}: name a folder that holds a {NAME}")
    sets = tuple(_set(file, read) for file in _documents(path))
    if not sets:
        raise BadInput(f"no {NAME} in {path} or in a folder of it")
    return sets


def _documents(path: Path) -> list[Path]:
    own = path / NAME
    return [own] if own.is_file() else sorted(path.glob(f"*/{NAME}"))


def _set(file: Path, read: Read) -> LabelledSet:
    try:
        document = decode(_Document, file.read_bytes())
    except BadMessage as error:
        raise BadInput(f"{file} cannot be used: {error.__cause__}") from error
    except OSError as error:
        raise BadInput(f"{file} cannot be read: {error.strerror or error}") from error
    if not document.labels and not document.pairs:
        raise BadInput(f"{file} holds neither `labels` nor `pairs`")
    return _with_texts(file, document, read)


def _with_texts(file: Path, document: _Document, read: Read) -> LabelledSet:
    """The set with its files, each of which has the lines that its labels name."""
    folder = file.parent.resolve()
    texts: dict[Path, str] = {}
    for place, last in _places(folder, document.labels, document.pairs):
        if place not in texts:
            texts[place] = _text(place, folder, file, read)
        lines = texts[place].removesuffix("\n").count("\n") + 1
        if last > lines + BEYOND:
            name = place.relative_to(folder)
            raise BadInput(f"{file} labels line {last} of {name}, which has {lines} lines")
    return LabelledSet(folder, document.labels, document.pairs, texts)


def _places(
    folder: Path, labels: Iterable[Label], pairs: Iterable[Pair]
) -> Iterator[tuple[Path, int]]:
    """Files, and the last line that is named of them."""
    for label in labels:
        yield folder / label.file, label.end_line
    for pair in pairs:
        yield _twin(folder, pair, "bug"), max(last for _, last in pair.bug_lines)
        yield _twin(folder, pair, "fix"), max(last for _, last in pair.fix_lines)


def _twin(folder: Path, pair: Pair, name: str) -> Path:
    return folder / pair.case / f"{name}.sol"


def _text(place: Path, folder: Path, file: Path, read: Read) -> str:
    name = place.relative_to(folder)
    if not place.resolve().is_relative_to(folder):
        raise BadInput(f"{file} labels {name}, which leads out of the folder")
    try:
        return read(place).text
    except BadInput as error:
        raise BadInput(f"{file} labels {name}, which {error}") from error


def _check_path(path: str) -> None:
    """Raises ValueError, which the decoder turns into an error that tells the place."""
    parts = PurePosixPath(path)
    if not parts.parts or parts.is_absolute() or ".." in parts.parts or "\0" in path:
        raise ValueError(f"`{path}` is no path inside of the folder")


def _check_categories(names: Iterable[str]) -> None:
    unknown = [name for name in names if name not in CATEGORIES]
    if unknown:
        known = ", ".join(sorted(CATEGORIES))
        raise ValueError(f"there is no category `{unknown[0]}`; there are {known}")


def _check_ranges(ranges: Iterable[Range]) -> None:
    for first, last in ranges:
        if last < first:
            raise ValueError(f"lines {first} to {last} end before they begin")
