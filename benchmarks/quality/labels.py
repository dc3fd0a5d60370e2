"""Labelled sets: folders with a `labels.json` that says where the weaknesses are.

A set of single files has `labels` (file, line, end_line, category, perhaps `accept`); a set of
pairs has `pairs` (case, category, bug_lines, fix_lines) beside `<case>/bug.sol` and `fix.sol`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from solvet.errors import BadInput, BadMessage
from solvet.wire import decode

NAME = "labels.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """One weakness; lines count from 1, both ends included. `accept`: categories as good."""

    file: str
    category: str
    line: int
    end_line: int
    accept: tuple[str, ...] = ()

    @property
    def categories(self) -> frozenset[str]:
        return frozenset({self.category, *self.accept})


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A weakness and its patched twin, with the line ranges that matter in each."""

    case: str
    category: str
    bug_lines: tuple[tuple[int, int], ...]
    fix_lines: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """One folder's labels and pairs."""

    folder: Path
    labels: tuple[Label, ...] = ()
    pairs: tuple[Pair, ...] = ()

    @property
    def files(self) -> tuple[Path, ...]:
        """Every file that is judged, once."""
        single = {self.place(label) for label in self.labels}
        twins = {self.twin(pair, name) for pair in self.pairs for name in ("bug", "fix")}
        return tuple(sorted(single | twins))

    def place(self, label: Label) -> Path:
        return self.folder / label.file

    def twin(self, pair: Pair, name: str) -> Path:
        return self.folder / pair.case / f"{name}.sol"


@dataclass(frozen=True, slots=True)
class _Document:
    labels: tuple[Label, ...] = ()
    pairs: tuple[Pair, ...] = ()


def load(path: Path) -> tuple[LabelledSet, ...]:
    """The set in this folder, or the sets in its folders. BadInput when there is none."""
    if not path.is_dir():
        raise BadInput(f"no labelled data at {path}: name a folder with --data")
    sets = tuple(_set(file) for file in _documents(path))
    if not sets:
        raise BadInput(f"no {NAME} in {path} or in a folder of it: name another with --data")
    return sets


def _documents(path: Path) -> list[Path]:
    own = path / NAME
    return [own] if own.is_file() else sorted(path.glob(f"*/{NAME}"))


def _set(file: Path) -> LabelledSet:
    try:
        document = decode(_Document, file.read_bytes())
    except BadMessage as error:
        raise BadInput(f"{file} cannot be used: {error}") from error
    found = LabelledSet(file.parent.resolve(), document.labels, document.pairs)
    missing = next(_missing(found), None)
    if missing:
        raise BadInput(f"{file} labels {missing}, which is not there")
    return found


def _missing(labelled: LabelledSet) -> Iterator[Path]:
    return (file for file in labelled.files if not file.is_file())
