"""The demonstration: a simulated GitHub, the local stack, and real events between them."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from solvet.local.github import Delivery, PullRequest, Repository, SimulatedGitHub, new_private_key
from solvet.local.providers.server import ScriptedProviders
from solvet.local.pump import Watch
from solvet.local.repositories import Staged
from solvet.local.settings import LocalSettings
from solvet.local.stack import LocalStack, StackSettings, local_stack

INSTALLATION = 7
APP_ID = 4242
SECRET = "a secret that both sides know"  # noqa: S105  of a GitHub that ends with this process
LONGEST = 600.0


@dataclass(frozen=True, slots=True)
class Stage:
    """The simulated GitHub with a repository and its pull request, and the running stack."""

    github: SimulatedGitHub
    stack: LocalStack
    repository: Repository
    pull: PullRequest

    @property
    def page(self) -> str:
        return f"{self.github.web_url}/{self.repository.full_name}/pull/{self.pull.number}"

    def commit_page(self, sha: str) -> str:
        return f"{self.github.web_url}/{self.repository.full_name}/commit/{sha}"

    def open_pull(self) -> Delivery:
        payload = self.github.payload_pull_request(self.pull, "opened")
        return self.github.deliver("pull_request", payload)

    def push(self, branch: str, sha: str) -> Sequence[Delivery]:
        events = self.github.push(self.repository, branch, sha)
        return [self.github.deliver(event, payload) for event, payload in events]

    def settle(self) -> bool:
        """Wait until every queue is empty."""
        return self.stack.settle(LONGEST)

    def checks(self) -> list[dict[str, Any]]:
        return list(self.github.snapshot()["check_runs"])

    def comments(self) -> list[dict[str, Any]]:
        return list(self.github.snapshot()["comments"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """Which models the demonstration asks; none of them unless it is told to."""

    openai_key: str = ""
    gemini_key: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)


def scripted(providers: ScriptedProviders) -> Models:
    """Models that read from a script, in the place of OpenAI."""
    return Models(openai_key="scripted", settings={"OPENAI_BASE_URL": providers.openai_url})


@contextmanager
def staged(
    repository: Staged, models: Models, *, port: int, watch: Watch | None = None
) -> Iterator[Stage]:
    """Everything up and running; the pull request is made, and nobody has told the App yet."""
    key = new_private_key()
    with ExitStack() as stack:
        github = stack.enter_context(
            SimulatedGitHub(key_pem=key, app_id=APP_ID, webhook_secret=SECRET, port=port)
        )
        settings = _settings(github.api_url, str(key), models)
        wanted = StackSettings(secrets=settings.secrets, variables=settings.variables)
        running = stack.enter_context(local_stack(wanted, watch=watch))
        github.webhook_url = running.webhook_url
        repo = github.add_repository(
            repository.name,
            repository.git_dir,
            installation_id=INSTALLATION,
            default_branch=repository.base,
        )
        pull = github.open_pull_request(
            repo, base=repository.base, head=repository.head, title=repository.title
        )
        running.start()
        yield Stage(github, running, repo, pull)


@contextmanager
def room() -> Iterator[Path]:
    """A folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="solvet-demo-") as name:
        yield Path(name)


def _settings(api_url: str, key: str, models: Models) -> LocalSettings:
    return LocalSettings(
        app_id=str(APP_ID),
        private_key=key,
        webhook_secret=SECRET,
        api_url=api_url,
        models="auto" if models.openai_key or models.gemini_key else "off",
        openai_key=models.openai_key,
        gemini_key=models.gemini_key,
        model_settings=models.settings,
    )
