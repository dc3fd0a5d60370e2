"""Unchanged files on this machine that depend on what changed since the base."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from solvet.cli.files import Found
from solvet.cli.trees import Tree, layout_in, text_in
from solvet.domain.change import ChangedFile
from solvet.domain.policy import Policy
from solvet.ports.github import Tree as Listing
from solvet.ports.github import TreeFile
from solvet.services.dependents import Change, Dependents, dependents


def found_again(
    changed: Sequence[ChangedFile], found: Found, head: Tree, base: Tree, policy: Policy
) -> Dependents:
    """Those of the files found that the change reaches, where the policy speaks."""
    change = Change(
        files=tuple(changed),
        base=_texts(base, (file.base_path for file in changed)),
        head=_texts(head, (file.head_path for file in changed)),
        base_layout=layout_in(base),
        head_layout=layout_in(head),
    )
    return dependents(change, _Disk(found.root, tuple(found.paths), head), policy)


@dataclass(frozen=True, slots=True)
class _Disk:
    root: Path
    candidates: tuple[str, ...]
    head: Tree

    def listed(self) -> Listing:
        files = []
        for path in self.candidates:
            with suppress(OSError):
                files.append(TreeFile(path, "", (self.root / path).stat().st_size))
        return Listing(tuple(files))

    def read(self, paths: Sequence[str]) -> Mapping[str, str]:
        return _texts(self.head, paths)


def _texts(tree: Tree, paths: Iterable[str | None]) -> dict[str, str]:
    """What cannot be read is told of where it is reviewed."""
    texts = ((path, text_in(tree, path)) for path in paths if path is not None)
    return {path: text for path, text in texts if text is not None}
