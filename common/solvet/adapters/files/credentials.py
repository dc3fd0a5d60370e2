"""Secrets of this machine: one file that only its owner can read, written whole or not at all."""

import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile

from solvet import wire
from solvet.domain.secrets import KINDS, Kind, hint_of
from solvet.errors import BadMessage, ConfigError, Unavailable
from solvet.ports.secrets import Held
from solvet.ports.setup import NewApp

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """`values` and the days they were `changed` on are by the names of KINDS.

    `api_url` is the GitHub that the App is at, empty for github.com.
    """

    values: dict[str, str] = field(default_factory=dict, repr=False)
    changed: dict[str, datetime] = field(default_factory=dict)
    api_url: str = ""

    def get(self, name: str) -> str:
        return self.values.get(name, "")

    def without(self, names: Iterable[str]) -> "Credentials":
        """As if those were not stored."""
        left = {name: value for name, value in self.values.items() if name not in {*names}}
        return replace(self, values=left)


def place(environ: Mapping[str, str]) -> Path | None:
    """Where the file is: SOLVET_CREDENTIALS_FILE, else in the folder for settings.

    None where the environment tells of no such folder.
    https://specifications.freedesktop.org/basedir-spec/latest/
    """
    if named := environ.get("SOLVET_CREDENTIALS_FILE", "").strip():
        return Path(named).expanduser()
    home = environ.get("HOME") or environ.get("USERPROFILE") or ""
    folder = environ.get("XDG_CONFIG_HOME") or (home and f"{home}/.config")
    return Path(folder) / "solvet" / "credentials.json" if folder else None


class CredentialsFile:
    """The file as keeper and as vault. Raises ConfigError when it cannot be read, Unavailable when
    it cannot be written.
    """

    def __init__(self, path: Path, api_url: str = "") -> None:
        self._path = path
        self._api_url = api_url

    def read(self) -> Credentials:
        """Empty ones when there is no file."""
        try:
            if os.name == "posix" and self._path.stat().st_mode & _OTHERS:
                raise ConfigError([f"others can read {self._path}: chmod 600 it"])
            return wire.decode(Credentials, self._path.read_bytes())
        except FileNotFoundError:
            return Credentials()
        except OSError as error:
            raise ConfigError([f"{self._path} cannot be read ({error.strerror})"]) from error
        except BadMessage:
            raise ConfigError([f"{self._path} is not what `solvet setup` wrote"]) from None

    def held(self) -> tuple[Held, ...]:
        known = self.read()
        return tuple(_held(kind, known) for kind in KINDS)

    def put(self, kind: Kind, value: str) -> None:
        with _written(self._path), _alone(self._path):
            former = self.read().get("webhook-secret")
            kept = {"webhook-secret-previous": former} if kind.name == "webhook-secret" else {}
            self._change({**kept, kind.name: value})

    def keep_app(self, app: NewApp) -> None:
        values = {
            "app-id": app.id,
            "private-key": app.private_key,
            "webhook-secret": app.webhook_secret,
            "webhook-secret-previous": "",
        }
        with _written(self._path), _alone(self._path):
            self._change(values, api_url=self._api_url)

    def keep_model_keys(self, openai: str, gemini: str) -> None:
        with _written(self._path), _alone(self._path):
            self._change({"openai-key": openai, "gemini-key": gemini})

    def _change(self, values: Mapping[str, str], **more: str) -> None:
        now, known = datetime.now(UTC), self.read()
        changed = replace(
            known,
            values={**known.values, **values},
            changed={**known.changed, **dict.fromkeys(values, now)},
            **more,
        )
        _replace(self._path, wire.encode(changed))


@contextmanager
def _written(path: Path) -> Iterator[None]:
    try:
        yield
    except ConfigError as error:
        raise Unavailable("; ".join(error.problems)) from error
    except BlockingIOError as error:
        raise Unavailable(f"{path} is being changed by somebody else; try again") from error
    except OSError as error:
        raise Unavailable(f"{path} cannot be written ({error.strerror})") from error


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Nobody else changes the file meanwhile; who would is told to try again.

    The lock ends with its process. Where there are none (Windows), the last writer wins.
    https://docs.python.org/3/library/fcntl.html#fcntl.flock
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.name != "posix":
        yield
        return
    import fcntl

    with path.with_name(f"{path.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield


def _replace(path: Path, content: bytes) -> None:
    """Temporary files are their owner's alone from the beginning.

    https://docs.python.org/3/library/tempfile.html#tempfile.mkstemp
    """
    with NamedTemporaryFile(dir=path.parent, delete=False) as file:
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(path)
        except OSError:
            Path(file.name).unlink(missing_ok=True)
            raise


def _held(kind: Kind, known: Credentials) -> Held:
    value = known.get(kind.name)
    if not value:
        return Held(kind=kind, is_set=False)
    since = known.changed.get(kind.name)
    return Held(kind=kind, is_set=True, since=since, hint=hint_of(kind, value))
