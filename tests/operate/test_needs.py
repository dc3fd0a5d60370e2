"""What doctor compares with GitHub is what the code does, and what the documents say."""

from pathlib import Path

import pytest

from solvet.adapters.github import session
from solvet.ports.app import EVENTS, PERMISSIONS, UNASKED, Granted, Need
from solvet.services import events

SECURITY = (Path(__file__).parents[2] / "docs/security.md").read_text("utf-8")


def test_the_permissions_are_those_that_tokens_are_asked_with():
    assert {n.name: n.level for n in PERMISSIONS if n.required} == session.PERMISSIONS
    assert {n.name: n.level for n in PERMISSIONS if not n.required} == session.IF_GRANTED


def test_the_events_are_those_that_are_read():
    assert {need.name for need in EVENTS} | set(UNASKED) == events._READERS.keys()


@pytest.mark.parametrize("need", PERMISSIONS, ids=lambda need: need.name)
def test_the_documents_name_every_permission(need):
    granted = "" if need.required else " (if granted)"
    assert f"| {need.name.replace('_', ' ')}, {need.level}{granted} |" in SECURITY


@pytest.mark.parametrize("need", [*EVENTS, *PERMISSIONS], ids=lambda need: need.name)
def test_the_operators_page_names_every_need(need):
    page = (Path(__file__).parents[2] / "docs/operate.md").read_text("utf-8")
    assert f"`{need.name}`" in page


@pytest.mark.parametrize(
    ("level", "lacks"), [("", True), ("read", True), ("write", False), ("admin", False)]
)
def test_a_higher_level_is_enough(level, lacks):
    granted = Granted(permissions={"checks": level} if level else {}, events=())
    assert granted.lacks(Need("checks", "…", "write")) == lacks
