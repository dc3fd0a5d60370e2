"""Code scanning: told once for each head, and missed by nobody who has not got it."""

import json

import jsonschema
import pytest

from solvet.services import upload
from tests.render.sarif_schema import SCHEMA
from tests.services.conftest import FLAWED
from tests.services.healing import LETTER_WAIT, sweep_after
from tests.services.talking import push


@pytest.fixture
def uploads(road):
    return lambda project: road._of("sarifs", project)


@pytest.fixture
def scanned(road, change):
    """A project whose repository has code scanning."""

    def make(*arguments):
        mine = change(*arguments)
        mine.remote.code_scanning = True
        return mine

    return make


@pytest.fixture
def tries(road):
    """How often an upload was tried."""
    before = len(road.github.requests)

    def count():
        new = road.github.requests[before:]
        return sum(request.path.endswith("/code-scanning/sarifs") for request in new)

    return count


def review(road, project):
    road.announce(project)
    road.run()


def test_a_head_is_uploaded_once_with_its_findings(road, scanned, uploads):
    mine = scanned()
    review(road, mine)
    (it,) = uploads(mine)
    jsonschema.Draft202012Validator(SCHEMA).validate(it["document"])
    assert (it["commit_sha"], it["ref"]) == (mine.head, f"refs/pull/{mine.pull.number}/head")
    (run,) = it["document"]["runs"]
    hashes = {r["partialFingerprints"]["primaryLocationLineHash"] for r in run["results"]}
    shown = json.dumps(road.check(mine)["annotations"])
    assert hashes
    assert all(each in shown for each in hashes)


def test_what_a_change_mends_is_no_alert(road, scanned, uploads):
    mine = scanned({"src/A.sol": FLAWED}, {"src/A.sol": "pragma solidity 0.8.28;\n"})
    review(road, mine)
    (it,) = uploads(mine)
    assert it["document"]["runs"][0]["results"] == []


def test_nothing_is_uploaded_of_what_was_not_looked_at(road, scanned, uploads):
    mine = scanned({"README.md": "a"}, {"README.md": "b"})
    review(road, mine)
    assert uploads(mine) == []


def test_a_policy_may_want_no_upload(road, scanned, uploads):
    policy = {".solvet.yml": "sarif: off\n"}
    mine = scanned(policy, policy | {"src/A.sol": FLAWED})
    review(road, mine)
    assert (uploads(mine), len(road.comments(mine))) == ([], 1)


def test_a_push_is_not_uploaded_for_it_is_a_part_of_its_branch(road, scanned, uploads):
    mine = scanned()
    road.github.world.pulls.remove(mine.pull)
    payload = road.github.payload_push(mine.remote, "refs/heads/feature", mine.base, mine.head)
    road.deliver("push", payload)
    road.run()
    assert road.checks(mine)
    assert uploads(mine) == []


def test_a_repository_without_code_scanning_is_asked_once_an_hour(
    road, change, uploads, tries, monkeypatch
):
    mine = change()
    review(road, mine)
    assert road.check(mine)["conclusion"] == "failure"
    push(road, mine, {"src/A.sol": f"// again\n{FLAWED}"})
    assert (uploads(mine), tries()) == ([], 1)
    mine.remote.code_scanning = True
    later = upload.monotonic() + upload.ASK_AGAIN + 1
    monkeypatch.setattr(upload, "monotonic", lambda: later)
    push(road, mine, {"src/A.sol": f"// more\n{FLAWED}"})
    assert len(uploads(mine)) == 1


def test_an_app_without_the_permission_reviews_all_the_same(road, scanned, uploads):
    mine = scanned()
    granted = road.github.world.installations[mine.installation]
    granted.permissions = {k: v for k, v in granted.permissions.items() if k != "security_events"}
    review(road, mine)
    assert road.check(mine)["conclusion"] == "failure"
    assert (len(road.comments(mine)), uploads(mine)) == (1, [])


def test_a_log_that_is_too_large_is_left_out(road, scanned, uploads, tries, monkeypatch):
    monkeypatch.setattr(upload, "MOST_BYTES", 100)
    mine = scanned()
    review(road, mine)
    assert (uploads(mine), tries()) == ([], 0)
    assert road.comments(mine)


def test_an_outage_of_code_scanning_holds_up_no_verdict_and_is_made_up_for(
    road, scanned, uploads, tries
):
    mine = scanned()
    road.github.fail_next(method="POST", path="/code-scanning/sarifs", status=502)
    review(road, mine)
    check, said = road.check(mine), road.comments(mine)
    assert (check["conclusion"], uploads(mine), tries()) == ("failure", [], 1)
    sweep_after(road, LETTER_WAIT)
    assert len(uploads(mine)) == 1
    assert (road.check(mine), road.comments(mine)) == (check, said)
    assert road.dead_letters() == []


def test_what_was_not_uploaded_before_a_newer_head_is_not_made_up_for(road, scanned, uploads):
    mine = scanned()
    road.github.fail_next(method="POST", path="/code-scanning/sarifs", status=502)
    review(road, mine)
    push(road, mine, {"src/A.sol": FLAWED + "\n"})
    sweep_after(road, LETTER_WAIT)
    (it,) = uploads(mine)
    assert it["commit_sha"] == mine.head
