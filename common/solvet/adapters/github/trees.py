"""All of a commit at once: its Solidity files, and which commits its submodules point to."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from solvet.adapters.github.endpoint import Endpoint
from solvet.adapters.github.faults import translated
from solvet.domain.change import ChangedFile, FileStatus, is_solidity
from solvet.domain.delivery import Repository
from solvet.ports.github import Listing, Tree, TreeFile

CUT_SHORT = "the repository has more files than GitHub lists at once"
_LINK = "120000"


@dataclass(frozen=True, slots=True)
class WholeTree:
    """Solidity files, links among them, by path to their blob; submodules to their commit."""

    files: dict[str, str]
    submodules: dict[str, str]
    regular: tuple[TreeFile, ...]
    truncated: bool


NOTHING = WholeTree({}, {}, (), truncated=False)


class GitHubTrees(Endpoint):
    """A part of the `Changes` port."""

    def solidity_files(self, repository: Repository, commit: str) -> Tree:
        tree = self._tree(repository, commit)
        return Tree(tree.regular, CUT_SHORT if tree.truncated else "")

    def _tree(self, repository: Repository, commit: str) -> WholeTree:
        """Of a long tree GitHub lists a part, and says so.

        https://docs.github.com/en/rest/git/trees#get-a-tree
        """
        with translated("listing a whole tree"):
            _, reply = self._client.requester.requestJsonAndCheck(
                "GET", f"/repos/{repository.full_name}/git/trees/{commit}?recursive=1"
            )
            return _read(reply["tree"], truncated=bool(reply.get("truncated")))


def compared(before: WholeTree, after: WholeTree) -> Listing:
    """The Solidity files and submodules that differ. Submodules that are gone are not told."""
    moved = (path for path, sha in after.submodules.items() if before.submodules.get(path) != sha)
    truncated = before.truncated or after.truncated
    return Listing(
        _differences(before.files, after.files), CUT_SHORT if truncated else "", tuple(moved)
    )


def _read(entries: Iterable[dict[str, Any]], *, truncated: bool) -> WholeTree:
    files: dict[str, str] = {}
    submodules: dict[str, str] = {}
    regular: list[TreeFile] = []
    for entry in entries:
        path, sha = str(entry["path"]), str(entry["sha"])
        if entry["type"] == "commit":
            submodules[path] = sha
        elif entry["type"] == "blob" and is_solidity(path):
            files[path] = sha
            if entry["mode"] != _LINK:
                regular.append(TreeFile(path, sha, int(entry["size"])))
    return WholeTree(files, submodules, tuple(regular), truncated)


def _differences(before: dict[str, str], after: dict[str, str]) -> tuple[ChangedFile, ...]:
    """Files that moved without a change are told by their equal contents."""
    gone = {sha: path for path, sha in before.items() if path not in after}
    files: list[ChangedFile] = []
    for path, sha in after.items():
        if path in before:
            if before[path] != sha:
                files.append(ChangedFile(path, FileStatus.MODIFIED))
        elif (old := gone.pop(sha, None)) is not None:
            files.append(ChangedFile(path, FileStatus.RENAMED, old))
        else:
            files.append(ChangedFile(path, FileStatus.ADDED))
    moved = {f.previous_path for f in files}
    lost = (path for path in before if path not in after and path not in moved)
    return tuple(files + [ChangedFile(path, FileStatus.REMOVED) for path in lost])
