"""The Containerfile copies what the wheel is made of. No daemon is asked."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "Containerfile").read_text("utf-8")
COPIED = {
    source
    for sources in re.findall(r"^COPY (?!--from)(.+) \S+$", TEXT, re.MULTILINE)
    for source in sources.split()
}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def test_everything_that_is_copied_is_in_the_tree():
    assert COPIED
    assert [source for source in COPIED if not (ROOT / source).exists()] == []


def test_everything_that_the_wheel_is_made_of_is_copied():
    wheel = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
    made_of = {"pyproject.toml", PROJECT["project"]["readme"], "LICENSE", *wheel["force-include"]}
    made_of |= {package.partition("/")[0] for package in wheel["packages"]}
    assert made_of - COPIED == set()


def test_the_context_has_what_is_copied_and_nothing_else():
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert lines[0] == "*"
    allowed = {line.removeprefix("!") for line in lines if line.startswith("!")}
    assert allowed == {source.partition("/")[0] for source in COPIED}


def test_the_base_is_pinned_and_the_last_user_has_no_rights():
    stages = re.findall(r"^FROM (\S+)", TEXT, re.MULTILINE)
    assert "@sha256:" in stages[0]
    assert set(stages[1:]) == {"base"}
    assert re.findall(r"^USER (\d+)$", TEXT, re.MULTILINE)[-1] != "0"
