"""Repositories, branches, commits and comparisons.

https://docs.github.com/en/rest/commits/commits
"""

from urllib.parse import quote

from solvet.local.github.call import Call, Reply
from solvet.local.github.diff import EMPTY_TREE, FileChange, changed_files
from solvet.local.github.errors import Refusal, not_found, schema_mismatch
from solvet.local.github.git import Commit
from solvet.local.github.records import Json
from solvet.local.github.shapes import commits, owners, pulls

_BASE = {"maintain": "write", "triage": "read"}
"""Roles that `permission` does not know, and what it says instead."""


def show(call: Call) -> Reply:
    """`GET /repositories/{repository_id}`."""
    return Reply(owners.full_repository(call.urls, call.world, call.repo))


def show_branch(call: Call, branch: str) -> Reply:
    """`GET …/branches/{branch}`."""
    sha = call.repo.git.resolve(f"refs/heads/{branch}^{{commit}}")
    if sha is None:
        raise Refusal(404, "Branch not found")
    url = f"{call.urls.repo(call.repo)}/branches/{quote(branch)}"
    page = f"{call.urls.repo_page(call.repo)}/tree/{quote(branch)}"
    return Reply(
        {
            "name": branch,
            "commit": commits.commit(call.urls, call.repo, _commit(call, sha)),
            "protected": False,
            "protection": {"enabled": False},
            "protection_url": f"{url}/protection",
            "_links": {"self": url, "html": page},
        }
    )


def show_commit(call: Call, ref: str) -> Reply:
    """One commit with its files, 300 at most on a page of them."""
    commit = resolved_commit(call, ref)
    parent = commit.parents[0] if commit.parents else EMPTY_TREE
    files = changed_files(call.repo.git, parent, commit.sha)
    additions, deletions = sum(f.additions for f in files), sum(f.deletions for f in files)
    shown = files[: call.limits.compare_files]
    stats = {"additions": additions, "deletions": deletions, "total": additions + deletions}
    listed = [_file(call, commit.sha, each) for each in shown]
    return Reply({**commits.commit(call.urls, call.repo, commit), "stats": stats, "files": listed})


def list_commit_pulls(call: Call, sha: str) -> Reply:
    """Pull requests whose commits include this one."""
    commit = resolved_commit(call, sha)
    git = call.repo.git
    found = [
        pull
        for pull in call.world.pulls_of(call.repo)
        if commit.sha in git.commits_between(pull.base_sha, pull.head_sha)
    ]
    return call.page(found, lambda each: pulls.pull(call.urls, call.world, each))


def compare(call: Call, basehead: str) -> Reply:
    """Three-dot comparison; files only on page 1 and 300 at most.

    https://docs.github.com/en/rest/commits/commits#compare-two-commits
    """
    base_ref, dots, head_ref = basehead.partition("...")
    if not dots or not base_ref or not head_ref:
        raise not_found()
    base, head = resolved_commit(call, base_ref), resolved_commit(call, head_ref)
    fork_point = call.repo.git.merge_base(base.sha, head.sha)
    if fork_point is None:
        raise Refusal(404, f"No common ancestor between {base_ref} and {head_ref}.")
    return _comparison(call, base, head, fork_point)


def show_permission(call: Call, login: str) -> Reply:
    """What a person may do here: what `set_permission` said, else the owner is admin.

    https://docs.github.com/en/rest/collaborators/collaborators
    """
    account = call.world.accounts.get(login)
    if account is None:
        raise not_found()
    default = "admin" if login == call.repo.owner else "read"
    role = call.repo.collaborators.get(login, default)
    person = {**owners.user(call.urls, account), "role_name": role}
    return Reply({"permission": _BASE.get(role, role), "role_name": role, "user": person})


def resolved_commit(call: Call, reference: str) -> Commit:
    """The commit a branch, tag or SHA names; 422 like GitHub when there is none."""
    # `owner:branch` names a branch of a fork, whose objects are here as well.
    sha = call.repo.git.resolve_commit(reference.rpartition(":")[2])
    if sha is None:
        raise Refusal(422, f"No commit found for SHA: {reference}")
    return _commit(call, sha)


def _commit(call: Call, sha: str) -> Commit:
    commit = call.repo.git.commit(sha)
    if commit is None:
        raise schema_mismatch(f"No commit found for SHA: {sha}")
    return commit


def _comparison(call: Call, base: Commit, head: Commit, fork_point: str) -> Reply:
    git, urls, page = call.repo.git, call.urls, call.number("page", 1)
    ahead, behind = git.ahead_behind(base.sha, head.sha)
    chosen, headers = call.slice(git.commits_between(base.sha, head.sha))
    files = changed_files(git, fork_point, head.sha)[: call.limits.compare_files]
    url = f"{urls.repo(call.repo)}/compare/{base.sha}...{head.sha}"
    body: Json = {
        "url": url,
        "html_url": f"{urls.repo_page(call.repo)}/compare/{base.sha}...{head.sha}",
        "permalink_url": f"{urls.repo_page(call.repo)}/compare/{base.sha}...{head.sha}",
        "diff_url": f"{urls.repo_page(call.repo)}/compare/{base.sha}...{head.sha}.diff",
        "patch_url": f"{urls.repo_page(call.repo)}/compare/{base.sha}...{head.sha}.patch",
        "base_commit": commits.commit(urls, call.repo, base),
        "merge_base_commit": commits.commit(urls, call.repo, _commit(call, fork_point)),
        "status": _relation(ahead, behind),
        "ahead_by": ahead,
        "behind_by": behind,
        "total_commits": ahead,
        "commits": [commits.commit(urls, call.repo, _commit(call, sha)) for sha in chosen],
        "files": [_file(call, head.sha, each) for each in files] if page == 1 else [],
    }
    return Reply(body, headers=headers)


def _file(call: Call, head: str, it: FileChange) -> Json:
    longest = call.limits.patch_characters
    return commits.changed_file(call.urls, call.repo, head, it, longest)


def _relation(ahead: int, behind: int) -> str:
    if ahead and behind:
        return "diverged"
    if ahead:
        return "ahead"
    return "behind" if behind else "identical"
