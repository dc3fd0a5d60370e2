"""The whole road on real input: signed deliveries in, a check run and a comment out."""

import pytest

from solvet.local.demo import Models, scripted, staged
from solvet.local.providers.server import ScriptedProviders
from solvet.local.repositories import git, sample


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    return sample(tmp_path_factory.mktemp("sample"))


@pytest.fixture(scope="module")
def stage(repository):
    """The sample's pull request was opened, and announced twice; then main was pushed to."""
    with staged(repository, Models(), port=0) as running:
        first = running.open_pull()
        running.settle()
        running.github.deliver("pull_request", first.payload, guid=first.guid)
        running.settle()
        running.push(repository.base, repository.pushed)
        running.settle()
        yield running


@pytest.fixture(scope="module")
def checks(stage):
    return {check["name"]: check for check in stage.checks()}


@pytest.fixture(scope="module")
def comment(stage):
    (only,) = stage.comments()
    return only["body"]


def test_every_delivery_is_accepted(stage):
    assert {delivery.status_code for delivery in stage.github.deliveries} == {202}


def test_a_delivery_that_comes_twice_leaves_one_check_run_and_one_comment(stage):
    assert sorted(check["name"] for check in stage.checks()) == ["Solvet", "Solvet (push)"]
    assert len(stage.comments()) == 1


def test_a_change_that_introduces_a_weakness_fails_its_check(checks):
    assert checks["Solvet"]["conclusion"] == "failure"
    assert "introduced" in checks["Solvet"]["title"]


def test_a_change_that_introduces_nothing_passes(checks):
    assert checks["Solvet (push)"]["conclusion"] == "success"


def test_the_title_says_that_no_model_looked(checks):
    assert all("static only" in check["title"] for check in checks.values())


def test_the_introduced_weakness_is_annotated_where_it_stands(checks, repository):
    vault = git(repository.git_dir, "show", "raffle:src/Vault.sol").splitlines()
    call = next(n for n, line in enumerate(vault, 1) if "msg.sender.call" in line)
    places = {(a["path"], a["start_line"], a["title"]) for a in checks["Solvet"]["annotations"]}
    title = "High: Reentrancy: state changes after control was given away"
    assert ("src/Vault.sol", call, title) in places


def test_what_was_there_before_is_told_apart(comment):
    introduced, _, rest = comment.partition("Fixed by this change")
    fixed, _, existing = rest.partition("Already in the base")
    assert "Reentrancy: state changes after control was given away" in introduced
    assert "Result of send is ignored" in fixed
    assert "Authorisation by tx.origin" in existing


def test_a_file_that_only_moved_introduces_and_fixes_nothing(comment):
    introduced_and_fixed, _, _ = comment.partition("Already in the base")
    assert "src/math/Shares.sol:" not in introduced_and_fixed


def test_the_receipt_names_every_file(comment):
    receipt = comment[comment.index("What was looked at") :]
    assert all(name in receipt for name in ("Raffle.sol", "Vault.sol", "math/Shares.sol"))


def test_the_model_stage_enriches_the_same_check_and_the_same_comment(repository):
    with ScriptedProviders() as played, staged(repository, scripted(played), port=0) as running:
        running.open_pull()
        running.settle()
        (check,), (comment,) = running.checks(), running.comments()
    assert len(played.received) == 2, "a file that only moved is not asked about"
    assert "static only" not in check["title"]
    assert "scripted-demo" in comment["body"]
    assert check["conclusion"] == "failure"


def test_a_model_that_speaks_later_annotates_nothing_twice(repository):
    with ScriptedProviders() as played, staged(repository, scripted(played), port=0) as running:
        running.open_pull()
        running.settle()
        (check,) = running.checks()
    places = [(a["path"], a["start_line"], a["title"]) for a in check["annotations"]]
    assert places
    assert len(places) == len(set(places))
