"""Models of Google, over the Gemini API.

https://ai.google.dev/api/generate-content
"""

from typing import TYPE_CHECKING, Literal

from solvet.adapters.models import faults, gemini_answers
from solvet.adapters.models.access import checked_key, checked_url
from solvet.llm.errors import ModelError, Rejected
from solvet.llm.exchange import Completion, ModelRequest

if TYPE_CHECKING:
    import httpx2
    from google.genai import Client
    from google.genai.errors import APIError
    from google.genai.types import GenerateContentConfig

Thinking = Literal["MINIMAL", "LOW", "MEDIUM", "HIGH", "XHIGH"]

DEFAULT_MODEL = "gemini-3.5-flash-lite"
GEMINI_URL = "https://generativelanguage.googleapis.com"
PROVIDER = "Gemini"


class GeminiModel:
    """One model of the Gemini API.

    `thinking` is how long the model may think. A call ends within `deadline_seconds`, and is never
    repeated. Raises ConfigError for a `base_url` that is none. Gemini caches by itself.
    https://ai.google.dev/gemini-api/docs/caching
    """

    def __init__(
        self,
        api_key: str,
        model: str = DEFAULT_MODEL,
        *,
        base_url: str | None = None,
        thinking: Thinking = "LOW",
        deadline_seconds: float = 120.0,
    ) -> None:
        self._api_key = api_key
        self._model = model
        self._base_url = checked_url("GEMINI_BASE_URL", base_url or GEMINI_URL)
        self._thinking = thinking
        self._deadline = deadline_seconds

    def complete(self, request: ModelRequest) -> Completion:
        """The answer. Raises ModelError."""
        return gemini_answers.completion(self._body(request), PROVIDER, self._model)

    def _body(self, request: ModelRequest) -> bytes:
        from google.genai import errors

        from solvet.adapters.models.calling import BREAKS, broken, within

        checked_key(PROVIDER, self._api_key)
        try:
            return within(self._deadline, PROVIDER, lambda http: self._ask(http, request))
        except errors.APIError as error:
            raise _fault(error) from None  # its message may repeat what was sent
        except BREAKS as error:
            raise broken(PROVIDER, error) from error
        except ImportError as error:
            raise _without_client() from error
        except ValueError as error:
            raise faults.malformed(PROVIDER) from error

    def _ask(self, http: "httpx2.Client", request: ModelRequest) -> bytes:
        answer = self._client(http).models.generate_content(
            model=self._model, contents=request.input, config=self._config(request)
        )
        body = answer.sdk_http_response.body if answer.sdk_http_response else None
        return (body or "").encode("utf-8", "replace")

    def _client(self, http: "httpx2.Client") -> "Client":
        from google.genai import Client
        from google.genai.types import HttpOptions

        return Client(
            vertexai=False,
            api_key=self._api_key,
            http_options=HttpOptions(
                base_url=self._base_url,
                timeout=max(1, round(self._deadline * 1_000)),  # milliseconds
                httpx_client=http,
            ),
        )

    def _config(self, request: ModelRequest) -> "GenerateContentConfig":
        """The raw answer is asked for: the SDK's reading of it is silently None on bad output."""
        from google.genai.types import GenerateContentConfig, ThinkingConfig, ThinkingLevel

        return GenerateContentConfig(
            system_instruction=request.instructions,
            response_mime_type="application/json",
            response_json_schema=dict(request.schema),
            max_output_tokens=request.max_output_tokens,
            thinking_config=ThinkingConfig(thinking_level=ThinkingLevel(self._thinking)),
            automatic_continuation=False,
            should_return_http_response=True,
        )


def _without_client() -> ModelError:
    """The SDK looks for the HTTP client that the environment names, though it is given one.

    https://github.com/googleapis/python-genai/blob/main/google/genai/_api_client.py
    """
    return Rejected("GOOGLE_GENAI_HTTP_CLIENT names a client that is not installed; unset it")


def _fault(error: "APIError") -> ModelError:
    """The SDK raises its errors over answers of httpx2, whose client we gave it."""
    import httpx2

    if not isinstance(error.response, httpx2.Response):
        return faults.malformed(PROVIDER)
    answer = error.response
    return faults.from_answer(PROVIDER, answer.status_code, answer.headers, answer.content)
