"""What the setup page asks GitHub to make, in GitHub's own words."""

import pytest

from solvet.domain.setup import Setup
from solvet.local.github.registering import problems_of
from solvet.services.setup.manifest import LONGEST_NAME, manifest_of

pytestmark = pytest.mark.contract

PERMISSIONS = {"$ref": "urn:github#/components/schemas/app-permissions"}


@pytest.fixture
def manifest():
    base = "https://stack.example"
    setup = Setup(link="", base=base, webhook=f"{base}/webhook", name="Solvet 0a1b2c", until=0)
    return manifest_of(setup)


def test_every_permission_that_is_asked_for_is_one_of_githubs(manifest, description):
    wanted = manifest["default_permissions"]
    assert description.complaints(PERMISSIONS, wanted) == []
    assert description.unlisted(PERMISSIONS, wanted) == []


def test_every_event_has_the_permission_that_github_wants_for_it(manifest):
    assert problems_of(manifest) == []
    assert len(manifest["name"]) <= LONGEST_NAME
