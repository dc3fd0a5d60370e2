"""Many texts in few requests: GraphQL by commit and path, blobs for what GraphQL cuts."""

import base64
import re
from collections.abc import Sequence
from typing import Any

from solvet.adapters.github.endpoint import Endpoint
from solvet.adapters.github.faults import translated
from solvet.domain.delivery import Repository
from solvet.domain.scan import Source
from solvet.errors import Unavailable
from solvet.ports.github import Place

OBJECTS_A_QUERY = 50
MOST_BYTES = 5_000_000

_ONLY_A_PATH = re.compile(r"[\w./@+-]{1,4096}")


class GitHubTexts(Endpoint):
    """The reading part of the `Changes` port."""

    def read(self, repository: Repository, places: Sequence[Place]) -> dict[Place, Source]:
        found: dict[Place, Source] = {}
        for start in range(0, len(places), OBJECTS_A_QUERY):
            some = places[start : start + OBJECTS_A_QUERY]
            objects = self._objects(repository, some)
            for place, raw in zip(some, objects, strict=True):
                if raw is not None:
                    found[place] = self._source(repository, raw)
        return found

    def _objects(self, repository: Repository, places: Sequence[Place]) -> list[Any]:
        """One query for up to fifty objects; None where there is none.

        https://docs.github.com/en/graphql/reference/objects#blob
        """
        owner, _, name = repository.full_name.partition("/")
        variables = {f"e{i}": f"{p.commit}:{p.path}" for i, p in enumerate(places)}
        with translated("reading files"):
            _, reply = self._client.requester.graphql_query(
                _query(len(places)), {"owner": owner, "name": name, **variables}
            )
            repo = reply["data"]["repository"]
            return [repo[f"f{i}"] for i in range(len(places))]

    def _source(self, repository: Repository, raw: dict[str, Any]) -> Source:
        if raw.get("__typename") != "Blob":
            return Source(problem="it is a folder or a submodule, not a file")
        size = int(raw["byteSize"])
        if size > MOST_BYTES:
            return Source(problem=f"it has {size:,} bytes; the limit is {MOST_BYTES:,}")
        if raw["isBinary"] or raw["isTruncated"] or raw["text"] is None:
            return decoded(self._blob(repository, str(raw["oid"])))
        return _checked(str(raw["text"]))

    def _blob(self, repository: Repository, sha: str) -> bytes:
        with translated("reading a blob"):
            blob = self._repo(repository).get_git_blob(sha)
            if blob.encoding != "base64":
                raise Unavailable(f"reading a blob: unknown encoding {blob.encoding!r}")
            return base64.b64decode(blob.content)


def decoded(raw: bytes) -> Source:
    """A text as far as the bytes are one; what had to be replaced is noted, never hidden."""
    if b"\0" in raw:
        return Source(problem="it is binary, not text")
    try:
        return _checked(raw.decode("utf-8"))
    except UnicodeDecodeError:
        note = "the file is not valid UTF-8: the bytes in question were replaced"
        return Source(text=raw.decode("utf-8", "replace"), notes=(note,))


def _checked(text: str) -> Source:
    """Git stores a symbolic link as a blob that holds its target's path and nothing else."""
    if text and _ONLY_A_PATH.fullmatch(text) and ("/" in text or text.endswith(".sol")):
        return Source(problem="it is a symbolic link; links are not followed")
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
