"""Ten files in one batch: read once, stored once, counted once, and failing one by one."""

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from solvet.detectors import engine
from solvet.domain.change import ChangedFile, FileStatus
from solvet.domain.policy import Policy
from solvet.domain.scan import Agenda
from solvet.ports.github import Listing
from solvet.services import begin, together
from tests.services.conftest import FLAWED, SAFE

PATHS = [f"src/C{number}.sol" for number in range(10)]
OF_THE_POLLER = {"ReceiveMessage", "DeleteMessageBatch"}


class Died(BaseException):
    """The process is gone."""


@pytest.fixture
def ten(road, change):
    """A pull request that adds ten files with a weakness each, planned, no file looked at."""
    mine = change({"src/A.sol": SAFE}, {"src/A.sol": SAFE, **dict.fromkeys(PATHS, FLAWED)})
    road.announce(mine)
    pump(road, "PlanFunction").run()
    return mine


@pytest.fixture
def asked(monkeypatch):
    """The operations of AWS that were asked for, without the poller's own."""
    made, really = [], BaseClient._make_api_call

    def call(client, operation, arguments):
        if operation not in OF_THE_POLLER:
            made.append(operation)
        return really(client, operation, arguments)

    monkeypatch.setattr(BaseClient, "_make_api_call", call)
    return made


@pytest.fixture
def looked_at(monkeypatch):
    """The files that were analysed, in turn; `.does` is asked about each before."""

    class Seen(list):
        does = staticmethod(lambda path: None)

    seen, really = Seen(), engine.analyse

    def analyse(path, *arguments):
        seen.does(path)
        seen.append(path)
        return really(path, *arguments)

    monkeypatch.setattr("solvet.services.static.analyse", analyse)
    return seen


@pytest.fixture
def failing(monkeypatch):
    """Has the next call of that operation fail, after it has taken effect or instead."""

    def arrange(wanted, *, done):
        really, left = BaseClient._make_api_call, [1]

        def call(client, operation, arguments):
            if operation != wanted or not left:
                return really(client, operation, arguments)
            left.clear()
            if done:
                really(client, operation, arguments)
            raise ClientError({"Error": {"Code": "InternalServerError"}}, operation)

        monkeypatch.setattr(BaseClient, "_make_api_call", call)

    return arrange


def pump(road, name):
    return next(pump for pump in road.stack._pumps if pump.name == name)


def die(path):
    if path == PATHS[4]:
        raise Died


def assert_all_reported_once(road, mine):
    road.run()
    check = road.check(mine)
    assert check["status"] == "completed"
    assert "not fully analysed" not in check["title"]
    places = [(a["path"], a["start_line"], a["title"]) for a in check["annotations"]]
    assert len(places) == len(set(places))
    assert {path for path, *_ in places} == set(PATHS)
    assert road.dead_letters() == []


def test_ten_files_cost_a_handful_of_calls(road, ten, asked):
    assert pump(road, "StaticWorkerFunction").run() == 10
    assert asked == [
        "BatchGetItem",  # the scan and its target's head
        "GetObject",  # the agenda
        "GetObject",  # the texts
        "PutObject",  # the results
        "SendMessageBatch",  # to the model stage
        "UpdateItem",  # the count
        "SendMessage",  # the report
    ]
    assert_all_reported_once(road, ten)


def test_one_poisoned_file_fails_alone_and_comes_again_alone(road, ten, looked_at, asked):
    def once(path):
        if path == PATHS[4] and path not in poisoned:
            poisoned.append(path)
            raise RecursionError("too deep")

    poisoned, looked_at.does = [], once
    pump(road, "StaticWorkerFunction").run()
    assert looked_at == [path for path in PATHS if path != PATHS[4]]
    assert asked.count("UpdateItem") == 1
    assert "SendMessage" not in asked, "a file is still to come"
    assert_all_reported_once(road, ten)
    assert sorted(looked_at) == PATHS


def test_a_death_in_a_batch_costs_the_batch_one_attempt(road, ten, looked_at):
    looked_at.does = die
    with pytest.raises(Died):
        pump(road, "StaticWorkerFunction").run()
    looked_at.does = lambda path: None
    road.wait()
    assert_all_reported_once(road, ten)


def test_a_file_that_kills_every_process_ends_and_its_neighbours_are_told(road, ten, looked_at):
    looked_at.does = die
    for _ in range(4):
        try:
            pump(road, "StaticWorkerFunction").run()
        except Died:
            road.wait()
    road.run()
    assert "1 of 10 files not fully analysed" in road.check(ten)["title"]
    assert {a["path"] for a in road.check(ten)["annotations"]} == {*PATHS} - {PATHS[4]}


@pytest.mark.parametrize("done", [True, False])
@pytest.mark.parametrize("operation", ["PutObject", "SendMessageBatch", "UpdateItem"])
def test_a_write_that_fails_for_the_batch_is_made_good(road, ten, failing, operation, done):
    failing(operation, done=done)
    pump(road, "StaticWorkerFunction").run()
    assert_all_reported_once(road, ten)


def test_what_takes_long_is_stored_in_portions(road, ten, asked, monkeypatch):
    monkeypatch.setattr(together, "AT_RISK", -1)
    pump(road, "StaticWorkerFunction").run()
    assert asked.count("PutObject") == asked.count("UpdateItem") == 10
    assert asked.count("SendMessage") == 1
    assert_all_reported_once(road, ten)


def test_jobs_of_two_scans_in_one_batch_do_not_mix(road, change):
    first, second = (change({"src/A.sol": SAFE}, {"src/A.sol": FLAWED}) for _ in range(2))
    road.announce(first)
    road.announce(second)
    assert pump(road, "PlanFunction").run() == 2
    assert pump(road, "StaticWorkerFunction").run() == 2
    road.run()
    for mine in (first, second):
        assert road.check(mine)["conclusion"] == "failure"


def test_files_beyond_what_a_review_takes_are_never_green(monkeypatch):
    monkeypatch.setattr(begin, "MOST_FILES", 2)
    files = tuple(ChangedFile(path, FileStatus.ADDED) for path in PATHS)
    agenda = begin._filled(Agenda(files=(), policy=Policy()), Listing(files=files))
    assert len(agenda.files) == 2
    assert agenda.unlisted == "8 changed Solidity files are beyond the 2 that one review takes"
