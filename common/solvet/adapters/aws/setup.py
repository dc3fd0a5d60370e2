"""The setup's ledger in the table, and its vault in Secrets Manager."""

import json
from dataclasses import replace
from time import time
from typing import Any

from botocore.exceptions import ClientError

from solvet import wire
from solvet.adapters.aws.faults import code_of, translated
from solvet.domain.setup import Setup
from solvet.errors import BadMessage
from solvet.ports.setup import NewApp

KEY = {"pk": "setup", "sk": "link"}
"""The one item; the function's role reaches no other partition."""
KEPT_AFTER = 86_400
"""Seconds that a setup is told of after its link has expired."""


class DynamoLedger:
    """One item, changed only as it was read."""

    def __init__(self, table: Any) -> None:
        self._client = table.meta.client
        self._name = table.name

    def read(self) -> Setup | None:
        with translated("reading the setup"):
            reply = self._client.get_item(TableName=self._name, Key=KEY, ConsistentRead=True)
        try:
            return wire.decode(Setup, reply["Item"]["setup"])
        except (KeyError, BadMessage):  # there is none, or it is not of this version
            return None

    def begin(self, setup: Setup) -> None:
        with translated("beginning a setup"):
            self._client.update_item(**self._write(setup))

    def advance(self, known: Setup, to: Setup) -> Setup | None:
        kept = replace(to, version=known.version + 1)
        request = self._write(kept)
        request["ExpressionAttributeValues"][":known"] = f"{known.link} {known.version}"
        with translated("writing the setup"):
            try:
                self._client.update_item(**request, ConditionExpression="version = :known")
            except ClientError as error:
                if code_of(error) == "ConditionalCheckFailedException":
                    return None
                raise
        return kept

    def _write(self, setup: Setup) -> dict[str, Any]:
        values = {
            ":setup": wire.encode(setup).decode(),
            ":version": f"{setup.link} {setup.version}",
            ":expires": max(setup.until, int(time())) + KEPT_AFTER,
        }
        return {
            "TableName": self._name,
            "Key": KEY,
            "UpdateExpression": "SET setup = :setup, version = :version, expires_at = :expires",
            "ExpressionAttributeValues": values,
        }


class SecretsVault:
    """Puts secrets by their ids; it needs no permission to read any."""

    def __init__(self, client: Any, *, app: str, webhook: str, models: str) -> None:
        self._client = client
        self._app, self._webhook, self._models = app, webhook, models

    def keep_app(self, app: NewApp) -> None:
        self._put(self._app, {"app_id": app.id, "private_key": app.private_key})
        self._put(self._webhook, {"current": app.webhook_secret, "previous": ""})

    def keep_model_keys(self, openai: str, gemini: str) -> None:
        self._put(self._models, {"openai_api_key": openai, "gemini_api_key": gemini})

    def _put(self, secret_id: str, value: dict[str, str]) -> None:
        with translated("storing a secret"):
            self._client.put_secret_value(SecretId=secret_id, SecretString=json.dumps(value))
