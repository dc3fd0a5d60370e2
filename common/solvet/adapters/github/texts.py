"""Many texts in few requests: GraphQL by commit and path, blobs for what GraphQL cuts."""

import base64
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from github import GithubException

from solvet.adapters.github.endpoint import Endpoint
from solvet.adapters.github.faults import translated
from solvet.domain.delivery import Repository
from solvet.domain.scan import Source
from solvet.domain.texts import decoded
from solvet.errors import Gone, Unavailable
from solvet.ports.github import Place

OBJECTS_A_QUERY = 50
MOST_BYTES = 5_000_000
"""Of one file."""
MOST_BYTES_AT_ONCE = 20_000_000
"""Of the files of one query."""
REPLACED = "\ufffd"
"""Stands where bytes were no text; GraphQL does not say that it put it there."""

_NO_FILE = "it is a folder or a submodule, not a file"
_LINK = "it is a symbolic link; links are not followed"
_ONLY_A_PATH = re.compile(r"[\w./@+-]{1,4096}")


class GitHubTexts(Endpoint):
    """The reading part of the `Changes` port."""

    def read(self, repository: Repository, places: Sequence[Place]) -> dict[Place, Source]:
        found: dict[Place, Source] = {}
        for start in range(0, len(places), OBJECTS_A_QUERY):
            some = places[start : start + OBJECTS_A_QUERY]
            try:
                sources = self._by_graphql(repository, some)
            except _NoGraphQL:
                room = _Room()
                sources = [self._by_rest(repository, place, room) for place in some]
            read = zip(some, sources, strict=True)
            found |= {place: source for place, source in read if source is not None}
        return found

    def _by_graphql(self, repository: Repository, places: Sequence[Place]) -> list[Source | None]:
        """One query for up to fifty objects; None where there is none.

        https://docs.github.com/en/graphql/reference/objects#blob
        """
        owner, _, name = repository.full_name.partition("/")
        variables = {f"e{i}": f"{p.commit}:{p.path}" for i, p in enumerate(places)}
        with translated("reading files"), _without_graphql():
            _, reply = self._client.requester.graphql_query(
                _query(len(places)), {"owner": owner, "name": name, **variables}
            )
            repo = reply["data"]["repository"]
            objects = [repo[f"f{i}"] for i in range(len(places))]
        room = _Room()
        return [None if raw is None else self._source(repository, raw, room) for raw in objects]

    def _by_rest(self, repository: Repository, place: Place, room: "_Room") -> Source | None:
        """One file in a request of its own.

        https://docs.github.com/en/rest/repos/contents#get-repository-content
        """
        try:
            with translated("reading a file"):
                item = self._repo(repository).get_contents(place.path, ref=place.commit)
        except Gone:
            return None
        if isinstance(item, list) or item.type not in {"file", "symlink"}:
            return Source(problem=_NO_FILE)
        if item.type == "symlink":
            return Source(problem=_LINK)
        if too_large := room.refusal(item.size):
            return Source(problem=too_large)
        if item.encoding == "base64":
            return source_of(base64.b64decode(item.content))
        return source_of(self._blob(repository, item.sha))

    def _source(self, repository: Repository, raw: dict[str, Any], room: "_Room") -> Source:
        if raw.get("__typename") != "Blob":
            return Source(problem=_NO_FILE)
        if too_large := room.refusal(int(raw["byteSize"])):
            return Source(problem=too_large)
        text = None if raw["isBinary"] or raw["isTruncated"] else raw["text"]
        if text is None or REPLACED in text:
            return source_of(self._blob(repository, str(raw["oid"])))
        return _checked(str(text))

    def _blob(self, repository: Repository, sha: str) -> bytes:
        with translated("reading a blob"):
            blob = self._repo(repository).get_git_blob(sha)
            if blob.encoding != "base64":
                raise Unavailable(f"reading a blob: unknown encoding {blob.encoding!r}")
            return base64.b64decode(blob.content)


@dataclass(slots=True)
class _Room:
    """What is left of the bytes that one query may bring."""

    left: int = MOST_BYTES_AT_ONCE

    def refusal(self, size: int) -> str:
        """Why a file of this size is not read; empty when it is."""
        if size > MOST_BYTES:
            return f"it has {size:,} bytes; the limit is {MOST_BYTES:,}"
        if size > self.left:
            return f"the files read with it have over {MOST_BYTES_AT_ONCE:,} bytes in all"
        self.left -= size
        return ""


class _NoGraphQL(Exception):
    """This GitHub has REST only."""


@contextmanager
def _without_graphql() -> Iterator[None]:
    """A missing endpoint is told from an object that GraphQL does not find."""
    try:
        yield
    except GithubException as error:
        answered = isinstance(error.data, dict) and "errors" in error.data
        if error.status in {404, 405, 501} and not answered:
            raise _NoGraphQL from error
        raise


def source_of(raw: bytes) -> Source:
    """A text as far as the bytes are one; what had to be replaced is named, never hidden."""
    text = decoded(raw)
    if text is None:
        return Source(problem="it is binary, not text")
    checked = _checked(text.text)
    return replace(checked, replaced=text.replaced)


def _checked(text: str) -> Source:
    """Git stores a symbolic link as a blob that holds its target's path and nothing else."""
    if text and _ONLY_A_PATH.fullmatch(text) and ("/" in text or text.endswith(".sol")):
        return Source(problem=_LINK)
    return Source(text=text)


def _query(count: int) -> str:
    variables = "".join(f", $e{i}: String!" for i in range(count))
    fields = "\n".join(f"f{i}: object(expression: $e{i}) {{ ...file }}" for i in range(count))
    return f"""query($owner: String!, $name: String!{variables}) {{
repository(owner: $owner, name: $name) {{
{fields}
}} }}
fragment file on GitObject {{
__typename oid ... on Blob {{ byteSize isBinary isTruncated text }}
}}"""
