"""What the setup of the App asks of GitHub, of the secrets' keeper and of the table."""

from dataclasses import dataclass, field
from typing import Protocol

from solvet.domain.setup import Setup


@dataclass(frozen=True, slots=True, kw_only=True)
class NewApp:
    """An App as GitHub hands it out, once."""

    id: str
    page: str
    private_key: str = field(repr=False)
    webhook_secret: str = field(repr=False)


class Manifests(Protocol):
    """Raises Denied or Gone when GitHub does not take the code, and Retry's kinds when nobody
    knows what became of it.
    """

    def exchange(self, code: str) -> NewApp: ...


class Vault(Protocol):
    """Takes secrets and shows none. Raises Retry's kinds when they are not safe."""

    def keep_app(self, app: NewApp) -> None: ...

    def keep_model_keys(self, openai: str, gemini: str) -> None:
        """Both are replaced; an empty one is not asked."""
        ...


class Ledger(Protocol):
    """Holds the one setup there is. Raises Retry's kinds."""

    def read(self) -> Setup | None: ...

    def begin(self, setup: Setup) -> None:
        """Takes the place of any other."""
        ...

    def advance(self, known: Setup, to: Setup) -> Setup | None:
        """The setup as it is now kept, None when `known` is not the latest."""
        ...
