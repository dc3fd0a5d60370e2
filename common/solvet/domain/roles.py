"""What a file is for, as far as its path tells: what is deployed, and what only helps."""

from enum import StrEnum
from pathlib import PurePosixPath


class Role(StrEnum):
    """Everything but SOURCE is judged more gently: nobody's money depends on it."""

    SOURCE = "source"
    TEST = "test"
    MOCK = "mock"
    SCRIPT = "script"
    VENDORED = "vendored"


_FOLDERS = {
    "test": Role.TEST,
    "tests": Role.TEST,
    "certora": Role.TEST,
    "echidna": Role.TEST,
    "fuzz": Role.TEST,
    "fuzzing": Role.TEST,
    "harness": Role.TEST,
    "harnesses": Role.TEST,
    "mock": Role.MOCK,
    "mocks": Role.MOCK,
    "script": Role.SCRIPT,
    "scripts": Role.SCRIPT,
    "node_modules": Role.VENDORED,
    "vendor": Role.VENDORED,
    "vendored": Role.VENDORED,
    "third_party": Role.VENDORED,
}
_SUFFIXES = {".t.sol": Role.TEST, ".s.sol": Role.SCRIPT}
"""Foundry's names for tests and scripts: https://getfoundry.sh/forge/tests/overview."""


def role_of(path: str) -> Role:
    """The role of a file, by its path from the repository's root.

    >>> role_of("lib/solmate/src/tokens/ERC20.sol"), role_of("src/Vault.sol")
    (<Role.VENDORED: 'vendored'>, <Role.SOURCE: 'source'>)
    """
    folders = [part.lower() for part in PurePosixPath(path).parent.parts]
    if folders[:1] == ["lib"]:
        return Role.VENDORED
    by_name = (role for suffix, role in _SUFFIXES.items() if path.endswith(suffix))
    by_folder = (_FOLDERS[folder] for folder in folders if folder in _FOLDERS)
    return next(by_name, next(by_folder, Role.SOURCE))
