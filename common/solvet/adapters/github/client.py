"""GitHub as one installation and one repository see it."""

from solvet.adapters.github.changes import GitHubChanges
from solvet.adapters.github.checks import GitHubChecks
from solvet.adapters.github.comments import GitHubComments
from solvet.adapters.github.people import GitHubPeople
from solvet.adapters.github.reviews import GitHubReviews
from solvet.adapters.github.scanning import GitHubScanning
from solvet.adapters.github.texts import GitHubTexts


class GitHubClient(
    GitHubChanges,
    GitHubTexts,
    GitHubChecks,
    GitHubComments,
    GitHubPeople,
    GitHubReviews,
    GitHubScanning,
):
    """All of the `GitHub` port."""
