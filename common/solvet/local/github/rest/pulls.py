"""Pull requests and their files.

https://docs.github.com/en/rest/pulls/pulls
"""

from solvet.local.github.call import Call, Reply
from solvet.local.github.diff import FileChange, changed_files
from solvet.local.github.records import Json, PullRequest
from solvet.local.github.shapes import commits, pulls


def show(call: Call, number: int) -> Reply:
    """`GET …/pulls/{number}`."""
    pull = call.world.pull(call.repo, number)
    return Reply(pulls.full_pull(call.urls, call.world, pull, counts_of(pull)))


def list_all(call: Call) -> Reply:
    """Newest first; `state` is open unless the query says closed or all."""
    found = [each for each in call.world.pulls_of(call.repo) if _is_wanted(call, each)]
    return call.page(found, lambda each: pulls.pull(call.urls, call.world, each))


def list_files(call: Call, number: int) -> Reply:
    """`GET …/pulls/{number}/files`."""
    pull = call.world.pull(call.repo, number)
    longest = call.limits.patch_characters

    def show_file(it: FileChange) -> Json:
        return commits.changed_file(call.urls, call.repo, pull.head_sha, it, longest)

    return call.page(files_of(pull)[: call.limits.pull_request_files], show_file)


def list_commits(call: Call, number: int) -> Reply:
    """Oldest first, 250 at most."""
    pull, git = call.world.pull(call.repo, number), call.repo.git
    shas = git.commits_between(pull.base_sha, pull.head_sha)[:250]
    found = [commit for commit in map(git.commit, shas) if commit is not None]
    return call.page(found, lambda each: commits.commit(call.urls, call.repo, each))


def show_issue(call: Call, number: int) -> Reply:
    """`GET …/issues/{number}`."""
    return Reply(pulls.issue(call.urls, call.world, call.world.pull(call.repo, number)))


def counts_of(pull: PullRequest) -> Json:
    """How many commits, lines and files it changes."""
    files, git = files_of(pull), pull.repository.git
    return {
        "commits": len(git.commits_between(pull.base_sha, pull.head_sha)),
        "additions": sum(each.additions for each in files),
        "deletions": sum(each.deletions for each in files),
        "changed_files": len(files),
    }


def files_of(pull: PullRequest) -> list[FileChange]:
    """What the head changed since it left the base."""
    git = pull.repository.git
    start = git.merge_base(pull.base_sha, pull.head_sha) or pull.base_sha
    return changed_files(git, start, pull.head_sha)


def _is_wanted(call: Call, pull: PullRequest) -> bool:
    state, base = call.query.get("state", "open"), call.query.get("base")
    head = call.query.get("head")
    owner = (pull.fork or pull.repository.full_name).partition("/")[0]
    return (
        state in {"all", pull.state}
        and base in {None, "", pull.base}
        and head in {None, "", f"{owner}:{pull.head}"}
    )
