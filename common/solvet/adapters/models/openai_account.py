"""OpenAI's SDK, called once and within a time; what goes wrong is one of our own errors."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from solvet.adapters.models import faults
from solvet.adapters.models.access import checked_key, checked_url

if TYPE_CHECKING:
    import httpx2
    from openai import OpenAI

OPENAI_URL = "https://api.openai.com/v1"
_HOST = "api.openai.com"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Account:
    """Whose key is used, and where: at OpenAI, or at whatever else speaks its protocol."""

    api_key: str = field(repr=False)
    base_url: str

    @classmethod
    def at(cls, api_key: str, base_url: str | None) -> "Account":
        """Raises ConfigError for a `base_url` that is none."""
        return cls(api_key, checked_url("OPENAI_BASE_URL", base_url or OPENAI_URL))

    @property
    def at_home(self) -> bool:
        """Is it OpenAI itself?"""
        return urlsplit(self.base_url).hostname == _HOST

    @property
    def provider(self) -> str:
        return "OpenAI" if self.at_home else "the OpenAI-compatible endpoint"

    def call(self, ask: Callable[["OpenAI"], T], *, seconds: float, most: int | None = None) -> T:
        """What `ask` answers within so many seconds; `most` are the bytes of an answer.

        Raises ModelError.
        """
        import openai

        from solvet.adapters.models.calling import BREAKS, MAX_BODY, broken, within

        checked_key(self.provider, self.api_key)
        try:
            return within(
                seconds,
                self.provider,
                lambda http: ask(self._client(http, seconds)),
                most or MAX_BODY,
            )
        except openai.APIStatusError as error:
            answer = error.response
            raise faults.from_answer(
                self.provider, answer.status_code, answer.headers, answer.content
            ) from None  # its message may repeat a part of the key
        except openai.APIConnectionError as error:
            raise broken(self.provider, error.__cause__) from error
        except BREAKS as error:
            raise broken(self.provider, error) from error
        except (openai.OpenAIError, ValueError) as error:
            raise faults.malformed(self.provider) from error

    def _client(self, http: "httpx2.Client", seconds: float) -> "OpenAI":
        from openai import OpenAI

        return OpenAI(
            api_key=self.api_key,
            base_url=self.base_url,
            max_retries=0,
            timeout=seconds,
            http_client=http,
        )
