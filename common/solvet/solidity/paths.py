"""Where an import may stand in a repository."""

import posixpath

from solvet.solidity import imports


def places_of_imports(importer: str, text: str) -> list[str]:
    """Where the files that a text imports may stand."""
    if "import" not in text:
        return []
    return [place for name in imports(text) for place in candidates(importer, name)]


def candidates(importer: str, name: str) -> tuple[str, ...]:
    """Paths below the repository's root, likeliest first; none for what leads out of it.

    >>> candidates("src/a/Vault.sol", "../lib/Math.sol")
    ('src/lib/Math.sol',)
    """
    if name.startswith("."):
        found = posixpath.normpath(posixpath.join(posixpath.dirname(importer), name))
    else:
        found = posixpath.normpath(name)
    outside = found.startswith(("../", "/")) or found == ".." or "\0" in found
    return () if outside or not found.endswith(".sol") else (found,)
