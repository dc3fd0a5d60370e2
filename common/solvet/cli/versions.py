"""Which versions run here, and whether they are the ones that were tested."""

import platform
import re
from collections.abc import Iterator
from importlib import metadata

from solvet import __version__
from solvet.detectors.version import ENGINE_VERSION
from solvet.domain.health import Finding, State

_PIN = re.compile(r"([A-Za-z0-9._-]+)==([\w.]+)")
MEND = "Install Solvet again: `uv sync` or `make local` brings the versions that were tested"


def versions() -> Iterator[Finding]:
    """Our own, and those packages whose exact version matters."""
    said = f"solvet {__version__}, engine {ENGINE_VERSION}, Python {platform.python_version()}"
    other = tuple(f"{name} {there}, tested was {pin}" for name, pin, there in _others())
    if other:
        yield Finding("versions", State.WARNING, f"{said}; other versions than tested", MEND, other)
    else:
        yield Finding("versions", State.OK, said)


def _others() -> Iterator[tuple[str, str, str]]:
    """Installed packages with another version than the exact one that is asked for."""
    for name, pin in _pins():
        try:
            there = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue  # an extra that is not installed
        if there != pin:
            yield name, pin, there


def _pins() -> Iterator[tuple[str, str]]:
    try:
        wanted = metadata.requires("solvet") or []
    except metadata.PackageNotFoundError:
        return  # run from a checkout that is not installed
    for requirement in wanted:
        if found := _PIN.match(requirement):
            yield found[1], found[2]
