"""The git database and file contents.

https://docs.github.com/en/rest/git/trees and https://docs.github.com/en/rest/repos/contents
"""

import base64
from urllib.parse import quote

from solvet.local.github.call import Call, Reply
from solvet.local.github.errors import Refusal, not_found
from solvet.local.github.git import GitObject, TreeEntry, decoded
from solvet.local.github.records import Json
from solvet.local.github.shapes import commits

_LINE = 60


def show_tree(call: Call, sha: str) -> Reply:
    """A tree; with `recursive` (any value, even 0) all of it, cut when it is too long."""
    git = call.repo.git
    found = git.resolve(f"{sha}^{{tree}}")
    if found is None:
        raise not_found()
    entries = git.tree(found, recursive="recursive" in call.query)
    shown = entries[: call.limits.tree_entries]
    return Reply(
        {
            "sha": found,
            "url": f"{call.urls.repo(call.repo)}/git/trees/{found}",
            "tree": [commits.tree_entry(call.urls, call.repo, each) for each in shown],
            "truncated": len(shown) < len(entries),
        }
    )


def show_blob(call: Call, sha: str) -> Reply:
    """`GET …/git/blobs/{sha}`."""
    found = _object(call, sha, "blob")
    if len(found.data) > call.limits.blob_bytes:
        raise _too_large("blobs", call.limits.blob_bytes)
    return Reply(
        {
            "sha": found.sha,
            "node_id": found.sha,
            "size": len(found.data),
            "url": f"{call.urls.repo(call.repo)}/git/blobs/{found.sha}",
            "content": _base64(found.data),
            "encoding": "base64",
        }
    )


def show_git_commit(call: Call, sha: str) -> Reply:
    """`GET …/git/commits/{sha}`."""
    commit = call.repo.git.commit(_object(call, sha, "commit").sha)
    if commit is None:
        raise not_found()
    return Reply(commits.git_commit(call.urls, call.repo, commit))


def show_reference(call: Call, ref: str) -> Reply:
    """`GET …/git/ref/{ref}`."""
    name = f"refs/{ref}"
    found = call.repo.git.load(name) if ref.startswith(("heads/", "tags/", "pull/")) else None
    if found is None:
        raise not_found()
    base = f"{call.urls.repo(call.repo)}/git"
    target = {"sha": found.sha, "type": found.kind, "url": f"{base}/{found.kind}s/{found.sha}"}
    return Reply({"ref": name, "node_id": name, "url": f"{base}/{name}", "object": target})


def show_contents(call: Call, path: str = "") -> Reply:
    """A file, a directory, a symbolic link or a submodule."""
    ref = call.query.get("ref") or call.repo.default_branch
    commit = call.repo.git.resolve_commit(ref)
    if commit is None:
        raise Refusal(404, f"No commit found for the ref {ref}")
    path = path.strip("/")
    if not path:
        return Reply(_directory(call, ref, f"{commit}^{{tree}}", ""))
    entry = _entry(call, commit, path)
    if entry.kind == "tree":
        return Reply(_directory(call, ref, entry.sha, f"{path}/"))
    return Reply({**_item(call, ref, entry), **_content(call, entry)})


def _entry(call: Call, commit: str, path: str) -> TreeEntry:
    parent, _, name = path.rpartition("/")
    tree = call.repo.git.resolve(f"{commit}:{parent}")
    listed = [] if tree is None else call.repo.git.tree(tree, recursive=False)
    for entry in listed:
        if entry.path == name:
            return TreeEntry(entry.mode, entry.kind, entry.sha, path, entry.size)
    raise not_found()


def _directory(call: Call, ref: str, tree: str, prefix: str) -> list[Json]:
    entries = call.repo.git.tree(tree, recursive=False)
    whole = (TreeEntry(e.mode, e.kind, e.sha, prefix + e.path, e.size) for e in entries)
    return [_item(call, ref, each) for each in whole]


def _item(call: Call, ref: str, it: TreeEntry) -> Json:
    base = call.urls.repo(call.repo)
    url, page = (
        f"{base}/contents/{quote(it.path)}?ref={quote(ref)}",
        call.urls.file_page(call.repo, ref, it.path),
    )
    git_url = f"{base}/git/{it.kind}s/{it.sha}"
    return {
        "type": _kind(it),
        "size": it.size or 0,
        "name": it.path.rpartition("/")[2],
        "path": it.path,
        "sha": it.sha,
        "url": url,
        "git_url": git_url,
        "html_url": page,
        "download_url": None,
        "_links": {"self": url, "git": git_url, "html": page},
    }


def _kind(it: TreeEntry) -> str:
    if it.mode == "120000":
        return "symlink"
    return {"tree": "dir", "commit": "submodule"}.get(it.kind, "file")


def _content(call: Call, it: TreeEntry) -> Json:
    if it.kind == "commit":
        return {"submodule_git_url": f"{call.urls.web}/{it.path}.git"}
    data = _object(call, it.sha, "blob").data
    if _kind(it) == "symlink":
        return {"target": decoded(data)}
    if len(data) > call.limits.blob_bytes:
        raise _too_large("blobs", call.limits.blob_bytes)
    if len(data) > call.limits.contents_bytes:
        return {"encoding": "none", "content": ""}
    return {"encoding": "base64", "content": _base64(data)}


def _object(call: Call, sha: str, kind: str) -> GitObject:
    found = call.repo.git.load(sha)
    if found is None or found.kind != kind or not found.sha.startswith(sha.lower()):
        raise not_found()
    return found


def _base64(data: bytes) -> str:
    text = base64.b64encode(data).decode()
    return "".join(f"{text[at : at + _LINE]}\n" for at in range(0, len(text), _LINE))


def _too_large(field: str, limit: int) -> Refusal:
    error = {"resource": "Blob", "field": "data", "code": "too_large"}
    return Refusal(403, f"This API returns {field} up to {limit // 1_000_000} MB in size.", [error])
