"""What a policy may answer: a reply, or one of the ways in which providers fail."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

Dialect = Literal["responses", "chat", "gemini"]

MODEL = "scripted-demo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question as it came in; `path` and `body` are the HTTP request's own.

    `wants` are the properties that the answer has to have, by the schema that came along.
    """

    dialect: Dialect
    path: str
    body: bytes
    model: str
    instructions: str
    input: str
    wants: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Took:
    """Tokens that an answer says it took; `cached` is a part of `input`."""

    input: int = 1_000
    output: int = 200
    cached: int = 0


@dataclass(frozen=True, slots=True)
class Says:
    """A completion with this text, whatever it is. Nothing is counted when `took` is None."""

    text: str
    model: str = MODEL
    took: Took | None = Took()


@dataclass(frozen=True, slots=True)
class Http:
    """An HTTP answer as it stands. `code` becomes the error's code, in the dialect's form."""

    status: int
    code: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class Wire:
    """These bytes instead of an HTTP answer; then the connection is closed, or reset."""

    sent: bytes = b""
    reset: bool = False


@dataclass(frozen=True, slots=True)
class Resets:
    """The connection is reset instead of an answer."""


@dataclass(frozen=True, slots=True)
class Stalls:
    """Not a byte, for as long as the server runs."""


@dataclass(frozen=True, slots=True)
class Trickles:
    """A byte every `pause` seconds, and no end to it."""

    pause: float = 0.02


@dataclass(frozen=True, slots=True)
class Truncates:
    """The output cap is reached; `text` came before."""

    text: str = '{"claims": ['


@dataclass(frozen=True, slots=True)
class Refuses:
    """The model declines. Gemini has no form for that and says it in plain text."""


@dataclass(frozen=True, slots=True)
class Blocks:
    """A safety filter stops the answer, or the question already (which only Gemini tells apart)."""

    question: bool = True


Reply: TypeAlias = Mapping[str, Any]
"""What is sent as a completion's text."""

Spoken: TypeAlias = Says | Truncates | Refuses | Blocks
"""What every dialect has words for, under status 200."""

Answer: TypeAlias = Reply | Spoken | Http | Wire | Resets | Stalls | Trickles

Policy: TypeAlias = Callable[[Asked], Answer]
