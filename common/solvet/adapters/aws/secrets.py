"""Secrets Manager: JSON objects, kept for five minutes so that a rotation is noticed."""

from time import monotonic
from typing import Any, TypeVar

from solvet import wire
from solvet.adapters.aws.faults import translated
from solvet.errors import BadMessage, ConfigError

T = TypeVar("T")
KEPT_SECONDS = 300
FRESH_SECONDS = 3
"""How old a secret may be that turned out not to fit: it may just have been changed."""


class Secrets:
    """Reads secrets by id; what they hold is checked and never shown."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._known: dict[str, tuple[float, str]] = {}

    def read(self, secret_id: str, kind: type[T], *, fresh: bool = False) -> T:
        """The secret as that dataclass; ConfigError when it is something else.

        A `fresh` one is asked for when what is kept turned out not to fit.
        """
        try:
            return wire.decode(
                kind, self._text(secret_id, FRESH_SECONDS if fresh else KEPT_SECONDS)
            )
        except BadMessage:
            problem = f"the secret for {kind.__name__} does not hold the JSON it should"
            raise ConfigError([problem]) from None

    def _text(self, secret_id: str, at_most: float) -> str:
        known = self._known.get(secret_id)
        if known is None or monotonic() - known[0] > at_most:
            with translated("reading a secret"):
                reply = self._client.get_secret_value(SecretId=secret_id)
            known = (monotonic(), str(reply["SecretString"]))
            self._known[secret_id] = known
        return known[1]
