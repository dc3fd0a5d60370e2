"""The secrets of a deployed stack, in Secrets Manager.

A secret has several fields, and may be changed by two people at once. A new version is therefore
put aside first; the label AWSCURRENT moves to it only from the version that it was made of.
https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from solvet import wire
from solvet.adapters.aws.faults import code_of, translated
from solvet.domain.secrets import KINDS, Kind, hint_of
from solvet.errors import BadMessage, Busy, ConfigError
from solvet.ports.secrets import Held

CURRENT, ASIDE = "AWSCURRENT", "solvet-next"
"""The labels of the version that holds, and of the one that was put last: one each at a time."""
ROUNDS = 5


@dataclass(frozen=True, slots=True)
class _Version:
    id: str
    values: dict[str, str] = field(repr=False)
    since: datetime | None = None


class StackKeeper:
    """`ids` are those of the secrets, by the outputs that name them."""

    def __init__(self, client: Any, ids: Mapping[str, str]) -> None:
        self._client = client
        self._ids = ids

    def held(self) -> tuple[Held, ...]:
        read = {secret: self._read(secret) for secret in dict.fromkeys(k.secret for k in KINDS)}
        return tuple(_held(kind, read[kind.secret]) for kind in KINDS)

    def put(self, kind: Kind, value: str) -> None:
        """What somebody else changes meanwhile stays; Busy where that happens again and again."""
        mine = ""
        for _ in range(ROUNDS):
            known = self._read(kind.secret)
            if known.id == mine:  # the answer to moving the label was lost
                return
            mine = self._aside(kind.secret, _changed(known.values, kind, value))
            if self._moved(kind.secret, known.id, mine):
                return
        raise Busy(f"{kind.secret} is changed by somebody else at the same time", after=1)

    def _aside(self, secret: str, values: Mapping[str, str]) -> str:
        with translated("storing a secret"):
            reply = self._client.put_secret_value(
                SecretId=self._id(secret), SecretString=json.dumps(values), VersionStages=[ASIDE]
            )
        return str(reply["VersionId"])

    def _moved(self, secret: str, known: str, new: str) -> bool:
        with translated("changing a secret"):
            try:
                self._client.update_secret_version_stage(
                    SecretId=self._id(secret),
                    VersionStage=CURRENT,
                    RemoveFromVersionId=known,
                    MoveToVersionId=new,
                )
            except ClientError as error:
                if code_of(error) == "InvalidParameterException":
                    return False
                raise
        return True

    def _read(self, secret: str) -> _Version:
        with translated("reading a secret"):
            reply = self._client.get_secret_value(SecretId=self._id(secret), VersionStage=CURRENT)
        try:
            values = wire.decode(dict[str, str], reply["SecretString"])
            return _Version(str(reply["VersionId"]), values, reply.get("CreatedDate"))
        except (BadMessage, KeyError):
            raise ConfigError([f"{secret} does not hold the JSON it should"]) from None

    def _id(self, secret: str) -> str:
        if secret not in self._ids:
            raise ConfigError([f"the stack has no output {secret}: is it one of Solvet's?"])
        return self._ids[secret]


def _changed(values: Mapping[str, str], kind: Kind, value: str) -> dict[str, str]:
    kept = {"previous": values.get("current", "")} if kind.field == "current" else {}
    return {**values, **kept, kind.field: value}


def _held(kind: Kind, version: _Version) -> Held:
    value = version.values.get(kind.field, "")
    if not value:
        return Held(kind=kind, is_set=False)
    return Held(kind=kind, is_set=True, since=version.since, hint=hint_of(kind, value))
