"""Models of OpenAI, and of whatever speaks its chat protocol (Azure, vLLM, Ollama, Bedrock).

https://developers.openai.com/api/reference/resources/responses
https://developers.openai.com/api/reference/resources/chat
"""

import re
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Literal

from solvet.adapters.models import openai_answers
from solvet.adapters.models.openai_account import Account
from solvet.llm.exchange import Completion, ModelRequest

if TYPE_CHECKING:
    from openai import OpenAI

Api = Literal["responses", "chat"]
Effort = Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"]

DEFAULT_MODEL = "gpt-6-luna"
_GENERATION = re.compile(r"gpt-(\d{1,3})(?:\.(\d{1,3}))?(?![\w.])")
_MARKS_PREFIXES = (5, 6)


class OpenAIModel:
    """One model behind OpenAI's protocol.

    `api` is `responses` at OpenAI itself and `chat` behind any other `base_url`, unless given.
    `effort` is how long the model may think; None leaves it out for servers that do not know it.
    `caching` is whether `responses` is sent OpenAI's own fields for prompt caching; at OpenAI
    itself, unless given. A call ends within `deadline_seconds`, and is never repeated.
    Raises ConfigError for a `base_url` that is none.
    """

    def __init__(
        self,
        api_key: str,
        model: str = DEFAULT_MODEL,
        *,
        base_url: str | None = None,
        api: Api | None = None,
        effort: Effort | None = "low",
        caching: bool | None = None,
        deadline_seconds: float = 120.0,
    ) -> None:
        import openai  # noqa: F401  paid for where the model is built, not at the first question

        self._account = Account.at(api_key, base_url)
        self._model = model
        at_home = self._account.at_home
        self._api: Api = api or ("responses" if at_home else "chat")
        self._effort = effort
        self._caching = at_home if caching is None else caching
        self._deadline = deadline_seconds

    def complete(self, request: ModelRequest) -> Completion:
        """The answer. Raises ModelError."""
        body = self.body(request)

        def ask(client: "OpenAI") -> bytes:
            create = client.chat.completions if self._api == "chat" else client.responses
            return create.with_raw_response.create(**body).http_response.content

        return self.read(self._account.call(ask, seconds=self._deadline))

    @property
    def endpoint(self) -> str:
        """Where questions go, as a line of a batch names it."""
        return "/v1/chat/completions" if self._api == "chat" else "/v1/responses"

    def body(self, request: ModelRequest) -> dict[str, Any]:
        """What is sent to ask that, as JSON."""
        return self._chat(request) if self._api == "chat" else self._responses(request)

    def read(self, body: bytes) -> Completion:
        """The completion in an answer. Raises ModelError."""
        read = openai_answers.from_chat if self._api == "chat" else openai_answers.from_responses
        return read(body, self._account.provider, self._model)

    def _responses(self, request: ModelRequest) -> dict[str, Any]:
        settings: dict[str, Any] = {"reasoning": {"effort": self._effort}} if self._effort else {}
        return {
            "model": self._model,
            "text": {
                "format": {
                    "type": "json_schema",
                    "name": request.schema_name,
                    "schema": dict(request.schema),
                    "strict": True,
                }
            },
            "max_output_tokens": request.max_output_tokens,
            "store": False,
            **self._prompt(request),
            **settings,
        }

    def _prompt(self, request: ModelRequest) -> dict[str, Any]:
        """The question, with what is the same for every file marked as worth keeping.

        The breakpoint ends the fixed part, and nothing else is written to the cache: to write costs
        a quarter more than to read afresh. `instructions` cannot be marked, a message can.
        https://developers.openai.com/api/docs/guides/prompt-caching
        """
        plain = {"instructions": request.instructions, "input": request.input}
        if not self._caching:
            return plain
        key = {"prompt_cache_key": _cache_key(request)}
        if not _marks_prefixes(self._model):
            return {**plain, **key}
        fixed = {
            "type": "input_text",
            "text": request.instructions,
            "prompt_cache_breakpoint": {"mode": "explicit"},
        }
        messages = [
            {"role": "developer", "content": [fixed]},
            {"role": "user", "content": request.input},
        ]
        return {"input": messages, "prompt_cache_options": {"mode": "explicit"}, **key}

    def _chat(self, request: ModelRequest) -> dict[str, Any]:
        """`store` is not sent: it is OpenAI's own, and strict servers refuse what they do not know.

        Instructions go as `system`, which every such server knows.
        """
        settings: dict[str, Any] = {"reasoning_effort": self._effort} if self._effort else {}
        return {
            "model": self._model,
            "messages": [
                {"role": "system", "content": request.instructions},
                {"role": "user", "content": request.input},
            ],
            "response_format": {
                "type": "json_schema",
                "json_schema": {
                    "name": request.schema_name,
                    "schema": dict(request.schema),
                    "strict": True,
                },
            },
            "max_completion_tokens": request.max_output_tokens,
            **settings,
        }


def _cache_key(request: ModelRequest) -> str:
    """The same for all questions with the same fixed part, which brings them to the same cache."""
    fixed = f"{request.schema_name}\0{request.instructions}".encode("utf-8", "replace")
    return f"solvet-{sha256(fixed).hexdigest()[:16]}"


def _marks_prefixes(model: str) -> bool:
    """Models from GPT-5.6 on take breakpoints; older ones refuse the fields."""
    generation = _GENERATION.match(model)
    if generation is None:
        return False
    return (int(generation[1]), int(generation[2] or 0)) >= _MARKS_PREFIXES
