"""Every error this project raises on purpose, as one tree.

SolvetError
├── ConfigError            settings are missing or wrong; lists all of them
├── BadDelivery            what arrived at the webhook cannot be used
│   ├── BadSignature       and is not from GitHub (401)
│   └── Malformed          is from GitHub and makes no sense to us (400)
├── BadMessage             a queue message that no version of ours wrote
├── BadInput               the command line was given something that cannot be analysed
├── Gone                   a repository, pull request or installation is not there any more
├── Superseded             what is worked on is not wanted any more: there is a newer head
├── Parked                 it waits for an answer, and somebody else comes back to it
├── Retry                  try again, not before `after` seconds
│   ├── Throttled          somebody's rate limit
│   │   ├── GitHubThrottled   of an installation of the App
│   │   └── ModelThrottled    of a model provider
│   ├── Unavailable        somebody's outage
│   └── Busy               somebody else holds the lease
├── Denied                 GitHub refuses what the App asks for (permissions)
│   └── Suspended          all of it, until an installation's owner lets the App in again
└── ModelError             see `solvet.llm.errors`
"""


class SolvetError(Exception):
    """The root: nothing else is raised on purpose."""


class ConfigError(SolvetError):
    """Settings are missing or wrong."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("configuration: " + "; ".join(problems))
        self.problems = problems


class BadDelivery(SolvetError):
    """What arrived at the webhook cannot be used."""


class BadSignature(BadDelivery):
    """The body was not signed with a secret of ours."""


class Malformed(BadDelivery):
    """The body is signed, but is not the JSON that its event promises."""


class BadMessage(SolvetError):
    """A queue message that no version of ours wrote."""


class BadInput(SolvetError):
    """The command line was given something that cannot be analysed."""


class Gone(SolvetError):
    """A repository, pull request, commit or installation is not there any more."""


class Denied(SolvetError):
    """GitHub refuses what the App asks for: a permission is missing."""


class Suspended(Denied):
    """The App was suspended for an installation: it may look again when that is taken back."""


class Superseded(SolvetError):
    """What is worked on is not wanted any more: there is a newer head."""


class Parked(SolvetError):
    """It waits for an answer, and somebody else comes back to it."""


class Retry(SolvetError):
    """Try again, not before `after` seconds have passed."""

    def __init__(self, message: str, *, after: int = 0) -> None:
        super().__init__(message)
        self.after = after


class Throttled(Retry):
    """Somebody's rate limit."""


class GitHubThrottled(Throttled):
    """GitHub's rate limit for an installation of the App.

    `rest_is_open`: it is that of the GraphQL API, and the REST API may be asked still.
    """

    def __init__(self, message: str, *, after: int = 0, rest_is_open: bool = False) -> None:
        super().__init__(message, after=after)
        self.rest_is_open = rest_is_open


class ModelThrottled(Throttled):
    """The rate limit of a model provider."""


class Unavailable(Retry):
    """Somebody's outage."""


class Busy(Retry):
    """Somebody else holds the lease."""
