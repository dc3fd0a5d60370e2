import re
import tomllib
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
REQUIREMENTS = ROOT / "requirements"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = sorted(path.stem for path in REQUIREMENTS.glob("*.lock"))
ARTIFACTS = ("layer", "github", "openai", "plan", "setup", "model")
LAYERS = {
    "layer": (),
    "github": ("layer",),
    "plan": ("layer", "github"),
    "setup": ("layer", "github"),
    "openai": ("layer", "github"),
    "model": ("layer", "openai"),
}
HASHES = r"(?: \\\n    --hash=sha256:[0-9a-f]{64})+\n"
ENTRY = re.compile(rf"([a-z0-9.-]+)==([0-9][a-z0-9.+!]*)(?: ; [^\\@:]+?)?{HASHES}")


def entries(lock: str) -> set[tuple[str, str]]:
    """Name and version of each entry."""
    text = (REQUIREMENTS / f"{lock}.lock").read_text(encoding="utf-8")
    return {(match[1], match[2]) for match in ENTRY.finditer(text)}


def asked(name: str) -> list[Requirement]:
    """The requirements of an `.in` file, those it includes too."""
    found: list[Requirement] = []
    for line in (REQUIREMENTS / f"{name}.in").read_text(encoding="utf-8").splitlines():
        if line.startswith("-r "):
            found += asked(line.removeprefix("-r ").removesuffix(".in"))
        elif line and not line.startswith("#"):
            found.append(Requirement(line))
    return found


def of_project(*, with_tools: bool) -> list[Requirement]:
    project, tools = PROJECT["project"], PROJECT["dependency-groups"]["dev"]
    lines = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    return [Requirement(line) for line in (lines + tools if with_tools else lines)]


def unmet(requirements: list[Requirement], locked: set[tuple[str, str]]) -> list[str]:
    return [
        str(requirement)
        for requirement in requirements
        if not any(
            name == canonicalize_name(requirement.name) and version in requirement.specifier
            for name, version in locked
        )
    ]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_versions_and_hashes_and_nothing_else(lock):
    text = (REQUIREMENTS / f"{lock}.lock").read_text(encoding="utf-8")
    assert ENTRY.sub("", text) == ""


def test_every_lock_is_described():
    described = (REQUIREMENTS / "README.md").read_text(encoding="utf-8")
    assert [lock for lock in LOCKS if f"`{lock}.lock`" not in described] == []


def test_what_runs_is_what_the_project_asks_for():
    assert unmet(of_project(with_tools=False), entries("run")) == []


def test_the_tools_are_what_the_project_asks_for():
    assert unmet(of_project(with_tools=True), entries("dev")) == []


@pytest.mark.parametrize("lock", ["bootstrap", "sam", *ARTIFACTS])
def test_a_lock_is_what_its_list_asks_for(lock):
    assert unmet(asked(lock), entries(lock)) == []


def test_the_build_backend_is_what_the_project_asks_for():
    backend = [Requirement(line) for line in PROJECT["build-system"]["requires"]]
    assert unmet(backend, entries("bootstrap")) == []


def test_tests_run_with_the_versions_that_run():
    assert entries("run") <= entries("dev")


@pytest.mark.parametrize("lock", ARTIFACTS)
def test_artifacts_carry_the_versions_that_were_tested(lock):
    assert entries(lock) <= entries("run")


@pytest.mark.parametrize("lock", ARTIFACTS)
def test_artifacts_ask_only_for_what_the_project_names(lock):
    named = {canonicalize_name(r.name) for r in of_project(with_tools=False)}
    assert {canonicalize_name(r.name) for r in asked(lock)} <= named


@pytest.mark.parametrize("lock", ARTIFACTS)
def test_an_artifact_leaves_out_what_its_layers_bring(lock):
    assert [layer for layer in LAYERS[lock] if entries(lock) & entries(layer)] == []


def test_what_is_thrown_away_is_thrown_out_of_an_artifact():
    assert {path.stem for path in REQUIREMENTS.glob("*.unused")} <= set(ARTIFACTS)
