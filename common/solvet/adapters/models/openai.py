"""Models of OpenAI, and of whatever speaks its chat protocol (Azure, vLLM, Ollama, Bedrock).

https://developers.openai.com/api/reference/resources/responses
https://developers.openai.com/api/reference/resources/chat
"""

from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from solvet.adapters.models import faults, openai_answers
from solvet.llm.exchange import Completion, ModelRequest

if TYPE_CHECKING:
    import httpx2
    from openai import OpenAI

Api = Literal["responses", "chat"]
Effort = Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"]

DEFAULT_MODEL = "gpt-6-luna"
OPENAI_URL = "https://api.openai.com/v1"
_HOST = "api.openai.com"


class OpenAIModel:
    """One model behind OpenAI's protocol.

    `api` is `responses` at OpenAI itself and `chat` behind any other `base_url`, unless given.
    `effort` is how long the model may think; None leaves it out for servers that do not know it.
    A call ends within `deadline_seconds`, and is never repeated.
    """

    def __init__(
        self,
        api_key: str,
        model: str = DEFAULT_MODEL,
        *,
        base_url: str | None = None,
        api: Api | None = None,
        effort: Effort | None = "low",
        deadline_seconds: float = 120.0,
    ) -> None:
        import openai  # noqa: F401  paid for where the model is built, not at the first question

        self._api_key = api_key
        self._model = model
        self._base_url = base_url or OPENAI_URL
        at_home = urlsplit(self._base_url).hostname == _HOST
        self._api: Api = api or ("responses" if at_home else "chat")
        self._provider = "OpenAI" if at_home else "the OpenAI-compatible endpoint"
        self._effort = effort
        self._deadline = deadline_seconds

    def complete(self, request: ModelRequest) -> Completion:
        """The answer. Raises ModelError."""
        body = self._body(request)
        if self._api == "chat":
            return openai_answers.from_chat(body, self._provider, self._model)
        return openai_answers.from_responses(body, self._provider, self._model)

    def _body(self, request: ModelRequest) -> bytes:
        import httpx2
        import openai

        from solvet.adapters.models.calling import within

        ask = self._chat if self._api == "chat" else self._responses
        try:
            return within(
                self._deadline, self._provider, lambda http: ask(self._client(http), request)
            )
        except openai.APIStatusError as error:
            answer = error.response
            raise faults.from_answer(
                self._provider, answer.status_code, answer.headers, answer.content
            ) from None  # its message may repeat a part of the key
        except (openai.APIConnectionError, httpx2.HTTPError) as error:
            raise faults.unreachable(self._provider) from error
        except (openai.OpenAIError, ValueError) as error:
            raise faults.malformed(self._provider) from error

    def _client(self, http: "httpx2.Client") -> "OpenAI":
        from openai import OpenAI

        return OpenAI(
            api_key=self._api_key,
            base_url=self._base_url,
            max_retries=0,
            timeout=self._deadline,
            http_client=http,
        )

    def _responses(self, client: "OpenAI", request: ModelRequest) -> bytes:
        settings: dict[str, Any] = {"reasoning": {"effort": self._effort}} if self._effort else {}
        answer = client.responses.with_raw_response.create(
            model=self._model,
            instructions=request.instructions,
            input=request.input,
            text={
                "format": {
                    "type": "json_schema",
                    "name": request.schema_name,
                    "schema": dict(request.schema),
                    "strict": True,
                }
            },
            max_output_tokens=request.max_output_tokens,
            store=False,
            **settings,
        )
        return answer.http_response.content

    def _chat(self, client: "OpenAI", request: ModelRequest) -> bytes:
        """`store` is not sent: it is OpenAI's own, and strict servers refuse what they do not know.

        Instructions go as `system`, which every such server knows.
        """
        settings: dict[str, Any] = {"reasoning_effort": self._effort} if self._effort else {}
        answer = client.chat.completions.with_raw_response.create(
            model=self._model,
            messages=[
                {"role": "system", "content": request.instructions},
                {"role": "user", "content": request.input},
            ],
            response_format={
                "type": "json_schema",
                "json_schema": {
                    "name": request.schema_name,
                    "schema": dict(request.schema),
                    "strict": True,
                },
            },
            max_completion_tokens=request.max_output_tokens,
            **settings,
        )
        return answer.http_response.content
