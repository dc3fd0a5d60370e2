"""The `Answers` port on the state's DynamoDB table, an item each: `answer#<hash of the identity>`.

An item holds an answer or who asks for it, and until when. A provider's failure has an item of its
own, which holds what an answer's does.
"""

from contextlib import suppress
from hashlib import sha256
from time import time
from typing import Any
from uuid import uuid4

from solvet import wire
from solvet.adapters.aws.items import ConditionFailed, Items, key
from solvet.errors import BadMessage
from solvet.ports.answers import LEASE, Kept, failed

LARGEST = 380_000
"""Bytes; an item has 400 KB with its keys.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
"""


class DynamoAnswers:
    """The answers of one installation."""

    def __init__(self, table: Any, installation: int, *, lease: int = LEASE) -> None:
        self._items = Items(table)
        self._installation = installation
        self._lease = lease
        self._claims: dict[str, str] = {}

    def find(self, identity: str) -> Kept | None:
        item = self._items.get(self._installation, _name(identity))
        if "answer" not in item or int(item["expires_at"]) < time():
            return None
        try:
            kept = wire.unpack(Kept, bytes(item["answer"]))
        except BadMessage:
            kept = Kept()
        if kept.seconds:
            return kept
        self._change(identity, "REMOVE answer", {}, "attribute_exists(answer)")
        return None

    def claim(self, identity: str) -> bool:
        """Every claim has a name of its own: a repeated request finds it written and holds."""
        now, me = int(time()), uuid4().hex
        values = {":me": me, ":until": now + self._lease, ":now": now}
        free = (
            "attribute_not_exists(expires_at) OR expires_at < :now OR asker = :me "
            "OR (attribute_not_exists(answer) AND attribute_not_exists(asker))"
        )
        change = "SET asker = :me, expires_at = :until REMOVE answer"
        if not self._change(identity, change, values, free):
            return False
        self._claims[identity] = me
        return True

    def keep(self, identity: str, kept: Kept) -> None:
        """Nothing is kept without a claim: the installation may be forgotten meanwhile."""
        packed = wire.pack(kept)
        if len(packed) > LARGEST:
            self.release(identity)
            return
        values = {":answer": packed, ":end": int(time()) + kept.seconds, ":me": self._me(identity)}
        change = "SET answer = :answer, expires_at = :end REMOVE asker"
        self._change(identity, change, values, "asker = :me")

    def fail(self, identity: str, provider: str, kept: Kept) -> None:
        """Neither is a failure kept without one: both items are written or none."""
        claimed = {
            "Key": key(self._installation, _name(identity)),
            "UpdateExpression": "SET asker = :me",
            "ConditionExpression": "asker = :me",
            "ExpressionAttributeValues": {":me": self._me(identity)},
        }
        name = key(self._installation, _name(failed(identity, provider)))
        item = {"answer": wire.pack(kept), "expires_at": int(time()) + kept.seconds}
        with suppress(ConditionFailed):
            self._items.transact({"Update": claimed}, {"Put": {"Item": name | item}})

    def release(self, identity: str) -> None:
        self._change(identity, "REMOVE asker", {":me": self._me(identity)}, "asker = :me")

    def _me(self, identity: str) -> str:
        """The name of the claim; nobody's when there is none."""
        return self._claims.get(identity, "nobody")

    def _change(self, identity: str, change: str, values: dict[str, Any], when: str) -> bool:
        """Was the item in that state?"""
        try:
            self._items.update(self._installation, _name(identity), change, values, when=when)
        except ConditionFailed:
            return False
        return True


def _name(identity: str) -> str:
    return f"answer#{sha256(identity.encode('utf-8', 'replace')).hexdigest()}"
