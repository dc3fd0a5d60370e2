"""A sample of changed files of each kind, and what is asked about them."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.models.asked import Asked, Counter
from benchmarks.models.changes import Change, made
from benchmarks.models.history import history
from benchmarks.models.mix import ASKING, LARGE, Kind
from solvet.domain.finding import normalised
from solvet.errors import BadInput
from solvet.llm.ask import question
from solvet.llm.context.cut import cut
from solvet.solidity.outline import without_comments

ROOT = Path(__file__).parents[2]
LABELLED = ROOT / "build" / "labelled"
SAMPLE = ROOT / "common/solvet/local/sample"
SEED = 20_261_121
EACH = 150
"""Changes of each kind."""
_FUNCTIONS = 3


@dataclass(frozen=True, slots=True)
class Sample:
    """By kind, the questions of each change; `files` are the sizes of whole files in tokens."""

    asked: dict[Kind, list[list[Asked]]]
    files: list[int] = field(default_factory=list)
    counts: dict[Kind, int] = field(default_factory=dict)

    def questions(self, kinds: Iterable[Kind] = ASKING) -> list[Asked]:
        """Of all changes of these kinds."""
        return [each for kind in kinds for file in self.asked[kind] for each in file]


def seeded() -> random.Random:
    """The same changes every time."""
    return random.Random(SEED)  # noqa: S311 - a seed is what is wanted


def texts(folders: Sequence[Path]) -> list[str]:
    """The Solidity files below the folders, in order, equal ones once. BadInput without any."""
    files = sorted({file for folder in folders for file in folder.rglob("*.sol")})
    found = [file.read_text("utf-8", "replace") for file in files if file.is_file()]
    if not found:
        raise BadInput(f"no Solidity below {', '.join(map(str, folders))}")
    return list(dict.fromkeys(found))


def default_folders() -> list[Path]:
    """The labelled contracts if there are any, else the sample of the demo."""
    return [LABELLED] if LABELLED.is_dir() else [SAMPLE]


def one_question_each(contracts: Sequence[str], number: int) -> list[str]:
    """The longest contracts that ask one question, each another one. BadInput for too few."""
    found: dict[str, str] = {}
    for text in sorted(contracts, key=lambda text: (-len(text), text)):
        materials = cut(text, None, {}, ()).materials
        if len(materials) == 1:
            found.setdefault(question(materials[0]).request.identity, text)
        if len(found) == number:
            return list(found.values())
    raise BadInput(f"there are no {number} contracts that ask one question each")


def synthetic(contracts: Sequence[str], counter: Counter) -> Sample:
    """Changes made of these contracts; a kind that they cannot have is taken from edits of few."""
    rng = seeded()
    changes = {kind: made(contracts, kind, EACH, rng) for kind in ASKING}
    if not changes[Kind.FEW]:
        raise BadInput("no contract has a function with statements")
    asked = {
        kind: [counter.asked(change) for change in changes[kind] or changes[Kind.FEW]]
        for kind in ASKING
    }
    sizes = [counter.tokenizer.count(text) for text in contracts]
    return Sample(asked, sizes, {kind: len(found) for kind, found in changes.items()})


def historical(repositories: Sequence[Path], number: int, counter: Counter) -> Sample:
    """Changes from histories, as many of each repository. BadInput when a kind is missing."""
    rng = seeded()
    asked: dict[Kind, list[list[Asked]]] = {kind: [] for kind in Kind}
    sizes = []
    for repository in repositories:
        for change in history(repository, number, rng):
            questions = counter.asked(change)
            asked[_kind(change, questions)].append(questions)
            sizes.append(counter.tokenizer.count(change.head))
    if missing := [kind for kind in ASKING if not asked[kind]]:
        raise BadInput(f"the histories have no {', no '.join(missing)}: ask for more changes")
    return Sample(asked, sizes, {kind: len(found) for kind, found in asked.items()})


def _kind(change: Change, questions: Sequence[Asked]) -> Kind:
    if change.base is not None and _code(change.head) == _code(change.base):
        return Kind.COMMENTS
    if not questions:
        return Kind.NO_BODY
    if change.base is None:
        return Kind.NEW
    if sum(each.functions for each in questions) > _FUNCTIONS:
        return Kind.MANY
    return Kind.IN_LARGE if change.head.count("\n") >= LARGE else Kind.FEW


def _code(text: str) -> str:
    return normalised(without_comments(text))
