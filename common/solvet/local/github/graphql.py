"""A small part of GitHub's GraphQL API: objects of a repository by id or expression.

https://docs.github.com/en/graphql/reference/objects#blob
"""

import re
from collections.abc import Mapping
from typing import Any

from graphql import (
    ExecutionResult,
    GraphQLError,
    GraphQLResolveInfo,
    build_schema,
    graphql_sync,
)

from solvet.local.github.call import Call, Reply
from solvet.local.github.errors import Refusal
from solvet.local.github.git import GitObject, GitRepository
from solvet.local.github.records import Json, stamp
from solvet.local.github.shapes.owners import node_id

_SHA = re.compile(r"[0-9a-fA-F]{40}")
_TYPENAMES = {"blob": "Blob", "tree": "Tree", "commit": "Commit", "tag": "Tag"}
SCHEMA = build_schema(
    """
    scalar GitObjectID
    scalar DateTime
    type Query {
      repository(owner: String!, name: String!, followRenames: Boolean = true): Repository
      rateLimit: RateLimit
    }
    type RateLimit { limit: Int! cost: Int! remaining: Int! used: Int! resetAt: DateTime! }
    type Repository {
      id: ID! databaseId: Int name: String! nameWithOwner: String! isPrivate: Boolean!
      object(expression: String, oid: GitObjectID): GitObject
    }
    interface GitObject { id: ID! oid: GitObjectID! abbreviatedOid: String! }
    type Blob implements GitObject {
      id: ID! oid: GitObjectID! abbreviatedOid: String!
      text: String byteSize: Int! isBinary: Boolean isTruncated: Boolean!
    }
    type Tree implements GitObject { id: ID! oid: GitObjectID! abbreviatedOid: String! }
    type Commit implements GitObject { id: ID! oid: GitObjectID! abbreviatedOid: String! }
    type Tag implements GitObject { id: ID! oid: GitObjectID! abbreviatedOid: String! }
    """
)


def answer(call: Call) -> Reply:
    """Runs a query; mistakes in it are answered with status 200, as GitHub does."""
    fields = call.fields()
    query = fields.text("query")
    if not query:
        raise Refusal(400, "A query attribute must be specified and must be a string.")
    variables = fields.object("variables")
    values = {} if variables is None else variables.raw
    result = graphql_sync(SCHEMA, query, _Root(call), variable_values=values)
    return Reply(_body(result))


class _Root:
    def __init__(self, call: Call) -> None:
        self._call = call

    def repository(self, info: GraphQLResolveInfo[Any], **wanted: Any) -> Json | None:
        del info
        owner, name = wanted["owner"], wanted["name"]
        found = self._call.world.repository(owner, name)
        if found is None or not self._call.token.sees(found):
            raise GraphQLError(
                f"Could not resolve to a Repository with the name '{owner}/{name}'.",
                extensions={"type": "NOT_FOUND"},
            )
        limit = self._call.limits.graphql_text_bytes
        return {
            "id": node_id("Repository", found.id),
            "databaseId": found.id,
            "name": found.name,
            "nameWithOwner": found.full_name,
            "isPrivate": found.private,
            "object": lambda _info, **which: _object(found.git, limit, **which),
        }

    def rateLimit(self, info: GraphQLResolveInfo[Any]) -> Json:  # noqa: N802  (the schema's name)
        del info
        limit, now = self._call.limits.rate, self._call.world.now()
        return {
            "limit": limit,
            "cost": 1,
            "remaining": limit - 1,
            "used": 1,
            "resetAt": stamp(now),
        }


def _object(
    git: GitRepository, limit: int, expression: str | None = None, oid: str | None = None
) -> Json | None:
    wanted = oid if oid is not None else expression
    if oid is not None and not _SHA.fullmatch(oid):
        raise GraphQLError(f"Argument 'oid' has an invalid value ({oid}).")
    found = git.load(wanted) if wanted else None
    if found is None:
        return None
    shared = {
        "__typename": _TYPENAMES[found.kind],
        "id": found.sha,
        "oid": found.sha,
        "abbreviatedOid": found.sha[:7],
    }
    return {**shared, **_blob(found, limit)} if found.kind == "blob" else shared


def _blob(found: GitObject, limit: int) -> Json:
    binary = b"\0" in found.data
    cut = found.data[:limit].decode("utf-8", "replace" if len(found.data) <= limit else "ignore")
    return {
        "text": None if binary else cut,
        "byteSize": len(found.data),
        "isBinary": binary,
        "isTruncated": len(found.data) > limit,
    }


def _body(result: ExecutionResult) -> Json:
    if not result.errors:
        return {"data": result.data}
    errors = [_error(error) for error in result.errors]
    return {"errors": errors} if result.data is None else {"data": result.data, "errors": errors}


def _error(error: GraphQLError) -> Mapping[str, Any]:
    kind = (error.extensions or {}).get("type")
    shown = {key: value for key, value in error.formatted.items() if key != "extensions"}
    return {"type": kind, **shown} if kind else shown
