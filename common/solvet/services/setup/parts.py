"""What the setup page is given."""

from collections.abc import Callable
from dataclasses import dataclass

from solvet.ports.setup import Ledger, Manifests, Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupParts:
    """`web_url` is where people see GitHub; `place` says where secrets go, after "stored"."""

    ledger: Ledger
    manifests: Manifests
    vault: Vault
    now: Callable[[], float]
    web_url: str
    place: str
    models_on: bool
