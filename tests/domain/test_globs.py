import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solvet.domain.globs import matches, problem_of

NAMES = st.text("ab*?", min_size=1, max_size=4).filter(lambda name: "**" not in name)
GLOBS = st.builds(
    lambda lead, parts, end: lead + "/".join(parts) + end,
    st.sampled_from(["", "/"]),
    st.lists(NAMES | st.just("**"), min_size=1, max_size=5),
    st.sampled_from(["", "/"]),
)
PATHS = st.lists(st.text("ab", min_size=1, max_size=4), min_size=1, max_size=5).map("/".join)


def by_definition(glob, path):
    """A file matches when a path that leads to it, or its own, fits the glob part by part."""
    pattern = glob.strip("/").split("/")
    if "/" not in glob.rstrip("/"):
        pattern.insert(0, "**")
    below = glob.endswith("/") or pattern[-1] == "**"
    while pattern and pattern[-1] == "**":
        pattern.pop()
    parts = path.split("/")
    ends = range(len(parts) + 1 - (below and bool(pattern)))
    return any(fits(pattern, parts[:end]) for end in ends)


def fits(pattern, parts):
    if not pattern:
        return not parts
    if pattern[0] == "**":
        return any(fits(pattern[1:], parts[i:]) for i in range(len(parts) + 1))
    name = re.escape(pattern[0]).replace(r"\*", ".*").replace(r"\?", ".")
    return bool(parts and re.fullmatch(name, parts[0])) and fits(pattern[1:], parts[1:])


@given(GLOBS, PATHS)
def test_a_glob_matches_exactly_what_its_definition_says(glob, path):
    assert matches([glob], path) == by_definition(glob, path)


@pytest.mark.parametrize(
    ("glob", "path", "expected"),
    [
        ("*.t.sol", "Vault.t.sol", True),
        ("*.t.sol", "src/deep/Vault.t.sol", True),
        ("/*.sol", "src/Vault.sol", False),
        ("lib", "packages/core/lib/A.sol", True),
        ("lib/", "lib", False),
        ("/lib", "packages/core/lib/A.sol", False),
        ("src/*.sol", "src/deep/Vault.sol", False),
        ("src/**", "src/deep/Vault.sol", True),
        ("src/**/*.sol", "src/Vault.sol", True),
        ("src/**/test/*.sol", "src/a/b/test/A.sol", True),
        ("**/interfaces/**", "src/interfaces/I.sol", True),
        ("src/old", "src/old/A.sol", True),
        ("src/old", "src/older/A.sol", False),
        ("src/?ault.sol", "src/Vault.sol", True),
        ("src/?ault.sol", "src/vault.SOL", False),
        ("a.b", "axb", False),
        ("**", "A.sol", True),
    ],
)
def test_globs_read_as_in_gitignore(glob, path, expected):
    assert matches([glob], path) is expected


@pytest.mark.parametrize(
    "glob",
    [
        "",
        "/",
        " a",
        "!a",
        "a//b",
        "../a",
        "./a",
        "a/**b",
        "[ab].sol",
        "{a,b}.sol",
        "a\\*",
        "a" * 300,
    ],
)
def test_what_is_no_glob_has_a_reason(glob):
    assert problem_of(glob)


@pytest.mark.parametrize(
    "glob", ["*a" * 127 + "b", "**/a*/" * 42 + "b", "**/*a*a*a*a*a*a/" * 15 + "b", "?*" * 100 + "b"]
)
@pytest.mark.parametrize("path", ["a" * 4000, "a/" * 2000 + "a", ("a" * 40 + "/") * 100 + "a"])
def test_no_glob_takes_long(glob, path):
    assert not problem_of(glob)
    before = time.process_time()
    matches([glob], path)
    assert time.process_time() - before < 5
