"""The secrets of a deployed stack, in Secrets Manager.

https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from solvet import wire
from solvet.adapters.aws.faults import translated
from solvet.domain.secrets import KINDS, Kind, hint_of
from solvet.errors import BadMessage, ConfigError
from solvet.ports.secrets import Held


class StackKeeper:
    """`ids` are those of the secrets, by the outputs that name them."""

    def __init__(self, client: Any, ids: Mapping[str, str]) -> None:
        self._client = client
        self._ids = ids

    def held(self) -> tuple[Held, ...]:
        read = {secret: self._read(secret) for secret in dict.fromkeys(k.secret for k in KINDS)}
        return tuple(_held(kind, *read[kind.secret]) for kind in KINDS)

    def put(self, kind: Kind, value: str) -> None:
        known, _ = self._read(kind.secret)
        kept = {"previous": known.get("current", "")} if kind.field == "current" else {}
        text = json.dumps({**known, **kept, kind.field: value})
        with translated("storing a secret"):
            self._client.put_secret_value(SecretId=self._id(kind.secret), SecretString=text)

    def _read(self, secret: str) -> tuple[dict[str, str], datetime | None]:
        with translated("reading a secret"):
            reply = self._client.get_secret_value(SecretId=self._id(secret))
        try:
            return wire.decode(dict[str, str], reply["SecretString"]), reply.get("CreatedDate")
        except (BadMessage, KeyError):
            raise ConfigError([f"{secret} does not hold the JSON it should"]) from None

    def _id(self, secret: str) -> str:
        if secret not in self._ids:
            raise ConfigError([f"the stack has no output {secret}: is it one of Solvet's?"])
        return self._ids[secret]


def _held(kind: Kind, values: Mapping[str, str], since: datetime | None) -> Held:
    value = values.get(kind.field, "")
    if not value:
        return Held(kind=kind, is_set=False)
    return Held(kind=kind, is_set=True, since=since, hint=hint_of(kind, value))
