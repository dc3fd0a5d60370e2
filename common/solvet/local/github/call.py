"""One request as a handler sees it, and the answer it gives."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlencode

from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Request

from solvet.local.github.auth import Authority, Token
from solvet.local.github.deliver import Courier
from solvet.local.github.errors import Refusal, not_found
from solvet.local.github.fields import Fields
from solvet.local.github.records import Json, Limits, Repository
from solvet.local.github.state import World
from solvet.local.github.urls import Urls

T = TypeVar("T")

_LARGEST_PAGE = 100
_DEFAULT_PAGE = 30


@dataclass(slots=True)
class Reply:
    """A status, a JSON body (None for an empty one) and what to do once the world is unlocked."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    afterwards: Callable[[], None] | None = None


@dataclass(slots=True)
class Call:
    """A request with its caller, and for routes below /repos its repository."""

    request: Request
    world: World
    urls: Urls
    authority: Authority
    courier: Courier
    caller: Token | None = None
    repository: Repository | None = None

    @property
    def limits(self) -> Limits:
        return self.world.limits

    @property
    def query(self) -> Mapping[str, str]:
        return self.request.args

    @property
    def token(self) -> Token:
        """The installation's token; 401 for callers that have none."""
        if self.caller is None:
            raise Refusal(401, "Requires authentication")
        return self.caller

    @property
    def repo(self) -> Repository:
        """The repository in the path, already known to be visible."""
        if self.repository is None:
            raise not_found()
        return self.repository

    def fields(self) -> Fields:
        """The JSON object in the body; 400 when it is none, or no Unicode.

        An empty body is an empty object.
        """
        if not self.request.get_data():
            return Fields({})
        try:
            parsed = self.request.get_json(force=True)
            json.dumps(parsed, ensure_ascii=False).encode()
        except (BadRequest, UnicodeEncodeError, RecursionError) as error:
            raise Refusal(400, "Problems parsing JSON") from error
        if not isinstance(parsed, dict):
            raise Refusal(400, "Body should be a JSON object")
        return Fields(parsed)

    def number(self, name: str, default: int) -> int:
        """A positive number of the query; anything else counts as the default."""
        value = self.query.get(name, "")
        return int(value) if value.isascii() and value.isdigit() and int(value) > 0 else default

    @property
    def per_page(self) -> int:
        return min(self.number("per_page", _DEFAULT_PAGE), _LARGEST_PAGE)

    def page(self, items: Sequence[T], show: Callable[[T], Json]) -> Reply:
        """The page of a list that the query asks for, with its Link header."""
        chosen, headers = self.slice(items)
        return Reply([show(item) for item in chosen], headers=headers)

    def slice(self, items: Sequence[T]) -> tuple[Sequence[T], dict[str, str]]:
        """The asked-for stretch of a list, and the Link header that goes with it."""
        size, page = self.per_page, self.number("page", 1)
        last = max(1, -(-len(items) // size))
        links = self._links(page, last)
        header = {"Link": ", ".join(links)} if links else {}
        return items[(page - 1) * size : page * size], header

    def link(self, relation: str, **changes: str) -> str:
        """One entry of a Link header: this request's URL with other query values."""
        query = urlencode({**self.query, **changes})
        return f'<{self.request.base_url}?{query}>; rel="{relation}"'

    def _links(self, page: int, last: int) -> list[str]:
        wanted: list[tuple[str, int]] = []
        if page > 1:
            wanted += [("prev", min(page - 1, last)), ("first", 1)]
        if page < last:
            wanted += [("next", page + 1), ("last", last)]
        return [self.link(relation, page=str(number)) for relation, number in wanted]
