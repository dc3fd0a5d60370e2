"""GitHub as one installation and one repository see it."""

from solvet.adapters.github.changes import GitHubChanges
from solvet.adapters.github.checks import GitHubChecks
from solvet.adapters.github.comments import GitHubComments
from solvet.adapters.github.people import GitHubPeople
from solvet.adapters.github.texts import GitHubTexts


class GitHubClient(GitHubChanges, GitHubTexts, GitHubChecks, GitHubComments, GitHubPeople):
    """All of the `GitHub` port."""
