"""Answers that were paid for, in the user's cache folder, so that the next scan need not pay."""

from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from time import time
from uuid import uuid4

from solvet import wire
from solvet.errors import BadInput, BadMessage
from solvet.ports.answers import KEPT, Kept, failed


class KeptAnswers:
    """The `Answers` port on a folder, a file each. What cannot be read counts as not kept.

    Nobody is kept from asking: two scans at the same time may both pay for a question. `trouble`
    says why the last answer that could not be written could not be.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.trouble = ""

    def find(self, identity: str) -> Kept | None:
        path = self._path(identity)
        try:
            kept = wire.unpack(Kept, path.read_bytes())
            return kept if _age(path) < kept.seconds else None
        except (OSError, BadMessage):
            return None

    def claim(self, identity: str) -> bool:
        return self.find(identity) is None

    def keep(self, identity: str, kept: Kept) -> None:
        """Whole or not at all, whoever else keeps the same."""
        aside = self.folder / f"{uuid4().hex}.part"
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            aside.write_bytes(wire.pack(kept))
            aside.replace(self._path(identity))
        except OSError as error:
            self.trouble = error.strerror or type(error).__name__

    def fail(self, identity: str, provider: str, kept: Kept) -> None:
        self.keep(failed(identity, provider), kept)

    def release(self, identity: str) -> None:
        """There are no claims to give back."""

    def _path(self, identity: str) -> Path:
        return self.folder / sha256(identity.encode("utf-8", "replace")).hexdigest()


def cache_folder(environ: Mapping[str, str]) -> Path:
    """Where a user's caches are; BadInput when that cannot be told.

    https://specifications.freedesktop.org/basedir-spec/latest/
    """
    named = Path(environ.get("XDG_CACHE_HOME", ""))
    try:
        return (named if named.is_absolute() else Path.home() / ".cache") / "solvet"
    except RuntimeError:
        raise BadInput("there is no home folder to cache in: add --no-cache") from None


def sweep(folder: Path) -> None:
    """Delete the files below it that have expired."""
    for path in folder.rglob("*"):
        with suppress(OSError):
            if path.is_file() and _expired(path):
                path.unlink()


def _expired(path: Path) -> bool:
    return _age(path) > KEPT


def _age(path: Path) -> float:
    return time() - path.stat().st_mtime
