"""People are told of events: by what, and that they are told once."""

from typing import Protocol

from solvet.domain.notice import Notice


class Channel(Protocol):
    """One way to people, by its `name`."""

    @property
    def name(self) -> str: ...

    def say(self, notice: Notice) -> None:
        """Raises Throttled or Unavailable, ConfigError when it is set up wrongly."""
        ...


class Told(Protocol):
    """Who was told of which event. Everything goes with its installation."""

    def claim_notice(self, installation: int, event: str, channel: str) -> bool:
        """Be the only one who tells it for a while; False when it was told.

        Raises Busy while somebody else tells it.
        """
        ...

    def settle_notice(self, installation: int, event: str, channel: str) -> None: ...

    def release_notice(self, installation: int, event: str, channel: str) -> None:
        """It was not told, and somebody else may try."""
        ...
