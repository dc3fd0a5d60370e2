"""The `Answers` port in a directory: what the command line was told before.

Answers are compressed JSON, written aside and renamed, so that a file is whole or not there. A
claim is a file with its owner's name, whose age is its lease.
"""

from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from time import time
from uuid import uuid4

from solvet import wire
from solvet.errors import BadInput, BadMessage
from solvet.llm.exchange import Completion
from solvet.ports.answers import KEPT, LEASE


class FileAnswers:
    """The answers below `directory`, which is made when it is first needed.

    A file that is damaged, expired or cannot be read counts as none.
    """

    def __init__(
        self, directory: Path, *, lease: int = LEASE, clock: Callable[[], float] = time
    ) -> None:
        self._directory = directory
        self._lease = lease
        self._clock = clock
        self._me = uuid4().hex

    def find(self, identity: str) -> Completion | None:
        path = self._path(identity, "answer")
        try:
            if self._age(path) > KEPT:
                return None
            return wire.unpack(Completion, path.read_bytes())
        except (OSError, BadMessage):
            return None

    def claim(self, identity: str) -> bool:
        """Raises BadInput when the directory cannot be written."""
        try:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            return self._take(self._path(identity, "claim")) and self._unless_answered(identity)
        except OSError as error:
            said = error.strerror or type(error).__name__
            raise BadInput(f"answers cannot be kept in {self._directory}: {said}") from error

    def keep(self, identity: str, answer: Completion) -> None:
        """A full disk is no reason to lose the answer: it is then only not kept."""
        aside = self._directory / f"{uuid4().hex}.part"
        with suppress(OSError):
            aside.write_bytes(wire.pack(answer))
            aside.replace(self._path(identity, "answer"))
        with suppress(OSError):
            aside.unlink(missing_ok=True)
        self.release(identity)

    def release(self, identity: str) -> None:
        claim = self._path(identity, "claim")
        with suppress(OSError):
            if claim.read_text("utf-8") == self._me:
                claim.unlink()

    def _take(self, claim: Path) -> bool:
        with suppress(FileNotFoundError):
            if self._age(claim) > self._lease:
                claim.unlink()
        try:
            with claim.open("x", encoding="utf-8") as file:
                file.write(self._me)
        except FileExistsError:
            return False
        return True

    def _unless_answered(self, identity: str) -> bool:
        """The answer may have come between the look for it and the claim."""
        if self.find(identity) is None:
            return True
        self.release(identity)
        return False

    def _age(self, path: Path) -> float:
        return self._clock() - path.stat().st_mtime

    def _path(self, identity: str, kind: str) -> Path:
        name = sha256(identity.encode("utf-8", "replace")).hexdigest()
        return self._directory / f"{name}.{kind}"
