"""Commits, files of a diff and trees.

https://docs.github.com/en/rest/commits/commits#get-a-commit
"""

from urllib.parse import quote

from solvet.local.github.diff import FileChange
from solvet.local.github.git import Commit, Person, TreeEntry
from solvet.local.github.records import Json, Repository, stamp
from solvet.local.github.shapes.owners import node_id
from solvet.local.github.urls import Urls


def person(it: Person) -> Json:
    """A commit's author or committer."""
    return {"name": it.name, "email": it.email, "date": stamp(it.date)}


def git_commit(urls: Urls, repository: Repository, it: Commit) -> Json:
    """A commit of the git database."""
    base = f"{urls.repo(repository)}/git"
    return {
        "sha": it.sha,
        "node_id": node_id("Commit", int(it.sha[:12], 16)),
        "url": f"{base}/commits/{it.sha}",
        "html_url": urls.commit_page(repository, it.sha),
        "author": person(it.author),
        "committer": person(it.committer),
        "message": it.message,
        "tree": {"sha": it.tree, "url": f"{base}/trees/{it.tree}"},
        "parents": [
            {
                "sha": sha,
                "url": f"{base}/commits/{sha}",
                "html_url": urls.commit_page(repository, sha),
            }
            for sha in it.parents
        ],
        "verification": {
            "verified": False,
            "reason": "unsigned",
            "signature": None,
            "payload": None,
            "verified_at": None,
        },
    }


def commit(urls: Urls, repository: Repository, it: Commit) -> Json:
    """A commit of the repository's history; its people are not known as accounts."""
    url = f"{urls.repo(repository)}/commits/{it.sha}"
    full = git_commit(urls, repository, it)
    inner = {key: full[key] for key in ("author", "committer", "message", "tree", "verification")}
    return {
        "sha": it.sha,
        "node_id": full["node_id"],
        "url": url,
        "html_url": full["html_url"],
        "comments_url": f"{url}/comments",
        "commit": {**inner, "url": full["url"], "comment_count": 0},
        "author": None,
        "committer": None,
        "parents": full["parents"],
    }


def simple_commit(it: Commit) -> Json:
    """A commit as merge groups and check suites name it."""
    return {
        "id": it.sha,
        "tree_id": it.tree,
        "message": it.message,
        "timestamp": it.committer.date.isoformat(),
        "author": {"name": it.author.name, "email": it.author.email},
        "committer": {"name": it.committer.name, "email": it.committer.email},
    }


def push_commit(urls: Urls, repository: Repository, it: Commit, files: list[FileChange]) -> Json:
    """A commit as a push event lists it."""
    return {
        **simple_commit(it),
        "distinct": True,
        "url": urls.commit_page(repository, it.sha),
        "added": [each.path for each in files if each.status == "added"],
        "removed": [each.path for each in files if each.status == "removed"],
        "modified": [each.path for each in files if each.status not in {"added", "removed"}],
    }


def changed_file(
    urls: Urls, repository: Repository, head: str, it: FileChange, longest_patch: int
) -> Json:
    """A file of a diff; large patches are left out, as GitHub does."""
    path = quote(it.path)
    shown: Json = {
        "sha": it.sha,
        "filename": it.path,
        "status": it.status,
        "additions": it.additions,
        "deletions": it.deletions,
        "changes": it.additions + it.deletions,
        "blob_url": urls.file_page(repository, head, it.path),
        "raw_url": f"{urls.repo_page(repository)}/raw/{head}/{path}",
        "contents_url": f"{urls.repo(repository)}/contents/{path}?ref={head}",
    }
    if it.previous_path is not None:
        shown["previous_filename"] = it.previous_path
    if it.patch is not None and len(it.patch) <= longest_patch:
        shown["patch"] = it.patch
    return shown


def tree_entry(urls: Urls, repository: Repository, it: TreeEntry) -> Json:
    """An entry of a tree; submodules have no URL."""
    shown: Json = {"path": it.path, "mode": it.mode, "type": it.kind, "sha": it.sha}
    if it.size is not None:
        shown["size"] = it.size
    if it.kind != "commit":
        shown["url"] = f"{urls.repo(repository)}/git/{it.kind}s/{it.sha}"
    return shown
