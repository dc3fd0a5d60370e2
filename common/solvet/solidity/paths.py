"""Where an import may stand in a repository: relative, remapped, or in a library's folder."""

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from solvet.solidity import imports

LAYOUT_FILES = ("remappings.txt", "foundry.toml")
"""Files at the root that say where imports lead.

https://getfoundry.sh/forge/dependencies#remapping-dependencies
"""


MOST_IMPORTS = 1_000
"""Of one file; what a file imports beyond them is not looked for."""
MOST_REMAPPINGS = 500
MOST_LIBRARIES = 20


@dataclass(frozen=True, slots=True)
class Remapping:
    """Imports that start with `prefix`, in files below `context`, lead to `target`."""

    context: str
    prefix: str
    target: str


@dataclass(frozen=True, slots=True)
class Layout:
    """How a repository keeps what it imports."""

    remappings: tuple[Remapping, ...] = ()
    libraries: tuple[str, ...] = ("lib", "node_modules")


PLAIN = Layout()


def layout_of(texts: Mapping[str, str]) -> Layout:
    """The layout that the texts of `LAYOUT_FILES`, by name, declare; nonsense declares nothing."""
    lines = texts.get("remappings.txt", "").splitlines()
    default = _foundry(texts.get("foundry.toml", ""))
    lines += _strings(default.get("remappings"))
    libraries = tuple(_strings(default.get("libs")))[:MOST_LIBRARIES] or PLAIN.libraries
    remappings = [found for line in lines[:MOST_REMAPPINGS] if (found := _remapping(line))]
    longest_first = sorted(remappings, key=lambda r: (-len(r.context), -len(r.prefix)))
    return Layout(tuple(longest_first), libraries)


def places_of_imports(importer: str, text: str, layout: Layout = PLAIN) -> list[str]:
    """Where the files that a text imports may stand."""
    if "import" not in text:
        return []
    names = islice(imports(text), MOST_IMPORTS)
    return [place for name in names for place in candidates(importer, name, layout)]


def candidates(importer: str, name: str, layout: Layout = PLAIN) -> tuple[str, ...]:
    """Paths below the repository's root, likeliest first; none for what leads out of it.

    >>> candidates("src/a/Vault.sol", "../lib/Math.sol")
    ('src/lib/Math.sol',)
    """
    if name.startswith("."):
        found: Iterator[str] = iter([posixpath.join(posixpath.dirname(importer), name)])
    else:
        found = _by_layout(importer, name, layout)
    if name.startswith("/"):
        return ()
    inside = (path for each in found if (path := _inside(each)))
    return tuple(dict.fromkeys(inside))


def _by_layout(importer: str, name: str, layout: Layout) -> Iterator[str]:
    for remapping in layout.remappings:
        if importer.startswith(remapping.context) and name.startswith(remapping.prefix):
            yield remapping.target + name.removeprefix(remapping.prefix)
            break
    yield name
    package, _, rest = name.partition("/")
    for folder in layout.libraries:
        yield f"{folder}/{name}"
        yield f"{folder}/{package}/src/{rest}"


def _inside(path: str) -> str | None:
    """The path in its plain form, if it stays below the root and names Solidity."""
    plain = posixpath.normpath(path)
    outside = plain.startswith(("../", "/")) or "\0" in plain
    return None if outside or not plain.endswith(".sol") else plain


def _remapping(line: str) -> Remapping | None:
    """`context:prefix=target`; the context may be missing."""
    left, equals, target = line.strip().partition("=")
    context, colon, prefix = left.rpartition(":")
    if not equals or not prefix:
        return None
    return Remapping(context if colon else "", prefix, target)


def _foundry(text: str) -> dict[str, object]:
    if not text:
        return {}
    import tomllib

    try:
        profile = tomllib.loads(text).get("profile", {})
    except (ValueError, RecursionError):  # a number of 5,000 digits is no TOMLDecodeError
        return {}
    default = profile.get("default", {}) if isinstance(profile, dict) else {}
    return default if isinstance(default, dict) else {}


def _strings(value: object) -> list[str]:
    return [v for v in value if isinstance(v, str)] if isinstance(value, list) else []
