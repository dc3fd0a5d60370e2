"""Policy file and baseline of a checkout, read as the App reads those of a repository."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace

from solvet.cli.files import Unreadable
from solvet.cli.scope import Ground
from solvet.cli.trees import Tree
from solvet.domain.delivery import Repository
from solvet.domain.scan import NO_COMMIT, Source
from solvet.errors import Gone
from solvet.policyfile.names import BASELINE, POLICY
from solvet.policyfile.overview import Setting
from solvet.policyfile.reading import origins
from solvet.ports.github import Place
from solvet.render.words import short
from solvet.services.ruling import Commits, Ruling, in_force, ruling

_HERE = Repository(0, "this/checkout")
_WORKING_TREE = "working tree"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruled:
    """What the files say; `origin` names the policy file, and is empty where none holds."""

    ruling: Ruling
    origin: str
    sets_quiet: bool


def ruled(ground: Ground, heard: frozenset[str]) -> Ruled:
    """What holds, of the files named in `heard`."""
    checkout = _Checkout(ground, heard)
    base = ground.base.sha if ground.base else NO_COMMIT
    commits = Commits(holds=_held(ground), base=base, head=_WORKING_TREE)
    source = checkout.source(Place(commit=commits.holds, path=POLICY))
    found = origins(None, source.text, rules=()) if source else {}
    held = ruling(_HERE, commits, checkout.opened)
    mistakes = tuple(replace(each, origin=_named(each.origin, ground)) for each in held.mistakes)
    return Ruled(
        ruling=replace(held, mistakes=mistakes),
        origin=_named(POLICY, ground) if source else "",
        sets_quiet="quiet" in found,
    )


def settings(ground: Ground, heard: frozenset[str]) -> tuple[Setting, ...]:
    """Every key of the policy that holds, with its value and where it comes from."""
    return in_force(_HERE, _held(ground), _Checkout(ground, heard).opened).settings


def _held(ground: Ground) -> str:
    return ground.base.sha if ground.base else _WORKING_TREE


def _named(origin: str, ground: Ground) -> str:
    """As who stands in the working tree calls a file."""
    if ground.base is None or origin not in {POLICY, BASELINE}:
        return origin
    return f"{origin} of the merge base ({short(ground.base.sha)})"


@dataclass(frozen=True, slots=True)
class _Checkout:
    """The merge base and the working tree as two commits of one repository."""

    ground: Ground
    heard: frozenset[str]

    def opened(self, repository: Repository) -> "_Checkout":
        """Gone for the owner's defaults: they are at GitHub."""
        if repository != _HERE:
            raise Gone("this machine has one repository")
        return self

    def read(self, _repository: Repository, places: Sequence[Place]) -> dict[Place, Source]:
        found = ((place, self.source(place)) for place in places)
        return {place: source for place, source in found if source}

    def source(self, place: Place) -> Source | None:
        """None where the file is not there, or not heard."""
        if place.path not in self.heard:
            return None
        base = self.ground.base
        if base is not None and place.commit == base.sha:
            return _source(base, place.path, there=place.path in base.holding([place.path]))
        head = self.ground.head
        return _source(head, place.path, there=os.path.lexists(head.root / place.path))


def _source(tree: Tree, path: str, *, there: bool) -> Source | None:
    if not there:
        return None
    try:
        text = tree.read(path)
    except Unreadable as error:
        return Source(problem=f"not read: {error}")
    return Source(text=text.text, replaced=text.replaced)
