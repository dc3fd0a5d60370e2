"""Globs over paths, as `.gitignore` has them: `*`, `?`, `**`, a leading and a trailing slash.

https://git-scm.com/docs/gitignore#_pattern_format

A path of n characters is matched against a glob of m in O(n*m): every star is held in an atomic
group and takes the first fit, which for globs is as good as any other.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import groupby

MAX_GLOB = 256
_ANY_FOLDERS = "**"
NOT_IN_GLOBS = r"\[\]{}\\\x00-\x1f\x7f-\x9f\u2028\u2029"
"""What no glob of ours holds, as the inside of a regular expression's character class."""
_FOREIGN = re.compile(f"[{NOT_IN_GLOBS}]")
_END = r"(?=/|\Z)"


def problem_of(glob: str) -> str:
    """Why this is no glob of ours, in plain words; empty when it is one."""
    if not glob.strip("/") or glob != glob.strip():
        return "a glob needs a name, and no space around it"
    if len(glob) > MAX_GLOB:
        return f"a glob has at most {MAX_GLOB} characters"
    if glob.startswith("!"):
        return "a glob cannot begin with `!`"
    if _FOREIGN.search(glob):
        return "a glob knows `*`, `?` and `**`, and no brackets, braces, backslashes or controls"
    return _problem_of_parts(glob.removeprefix("/").removesuffix("/").split("/"))


def _problem_of_parts(parts: list[str]) -> str:
    if any(part in {"", ".", ".."} for part in parts):
        return "a glob counts from the repository's root, without `.`, `..` or `//`"
    if any(_ANY_FOLDERS in part and part != _ANY_FOLDERS for part in parts):
        return "`**` stands between slashes, as in `src/**/*.sol`"
    return ""


def matches(globs: Iterable[str], path: str) -> bool:
    """Does any of them match the path, counted from the repository's root?

    >>> matches(["*.t.sol"], "src/deep/Vault.t.sol"), matches(["src/*.sol"], "src/deep/Vault.sol")
    (True, False)
    """
    return any(_compiled(glob).match(path) for glob in globs)


@lru_cache(maxsize=1024)
def _compiled(glob: str) -> re.Pattern[str]:
    """A glob that matches a folder matches all that is in it; without a slash, at any depth."""
    parts = glob.strip("/").split("/")
    if "/" not in glob.rstrip("/"):
        parts.insert(0, _ANY_FOLDERS)
    below = glob.endswith("/") or parts[-1] == _ANY_FOLDERS
    while parts and parts[-1] == _ANY_FOLDERS:
        parts.pop()
    return re.compile(_runs(parts) + ("/." if below and parts else ""), re.DOTALL)


def _runs(parts: list[str]) -> str:
    """Runs of names between `**`, each at the first place that fits."""
    pattern = ""
    for floating, run in groupby(parts, key=lambda part: part == _ANY_FOLDERS):
        if floating:
            pattern += ("/" if pattern else "") + "(?>(?:[^/]*/)*?"
        else:
            pattern += "/".join(map(_name, run)) + (")" if pattern else "")
    return pattern


def _name(part: str) -> str:
    """One name: what stands between stars is taken where it first fits, the last at the end."""
    head, *pieces = (_literal(piece) for piece in part.split("*"))
    if not pieces:
        return f"{head}{_END}"
    middle = "".join(f"(?>[^/]*?{piece})" for piece in pieces[:-1])
    return f"(?>{head}{middle}[^/]*{pieces[-1]}{_END})"


def _literal(text: str) -> str:
    return "".join("[^/]" if c == "?" else re.escape(c) for c in text)
