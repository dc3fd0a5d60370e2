"""Rate limits: waited for on the queue, told where people look, and known to all workers."""

import json
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solvet.domain.delivery import Delivery, Trigger
from solvet.errors import GitHubThrottled, Unavailable
from solvet.local.providers.answers import Http
from solvet.services.limited import SCATTER, held_up, scattered
from tests.services.conftest import NOTHING_TO_ADD
from tests.services.healing import pump, quieten
from tests.services.test_bursts import numbers, one

QUEUED = re.compile(r"model review queued: rate limited \(attempt (\d+)\), again at \d\d:\d\d UTC")
TO_STATIC = ("PlanFunction", "StaticWorkerFunction", "ReporterFunction")


@pytest.fixture
def calm(road):
    return quieten(road)


def files(count):
    return {f"src/C{n}.sol": one(next(numbers)) for n in range(count)}


def due_again(road):
    """Lets messages become due without any time passing for our own books."""
    road.wait()
    road._later = 0


class Asked:
    """Counts what GitHub is asked, by repository, and may answer all of it with a limit."""

    def __init__(self, github):
        self.paths = []
        self._github = github
        github.faults.hook = self

    def __call__(self, request):
        self.paths.append((request.method, request.path))

    def about(self, project):
        return [p for p in self.paths if project.remote.full_name in p[1]]


@pytest.fixture
def asked(calm):
    counter = Asked(calm.github)
    yield counter
    calm.github.faults.hook = None


def test_a_limit_of_the_provider_is_told_in_the_title_and_gone_with_the_result(calm, change):
    answers = iter([Http(429, headers={"retry-after": "40"}), Http(429)])
    calm.providers.policy = lambda _: next(answers, NOTHING_TO_ADD)
    mine = change({"README.md": "x"}, files(1))
    calm.announce(mine)
    seen = []
    for _ in range(3):
        calm.stack.drain()
        seen.append(calm.check(mine)["title"])
        assert calm.check(mine)["status"] == "completed", "the static verdict is not held up"
        due_again(calm)
    assert [m and m[1] for m in map(QUEUED.search, seen)] == ["1", "2", None]
    assert seen[-1] == "Nothing new found"
    assert "rate limited" not in calm.comment(mine)


def test_ten_files_that_wait_ask_for_one_report_an_attempt(calm, change):
    limited = Http(429, headers={"retry-after": "40"})
    calm.providers.policy = lambda _: limited
    mine = change({"README.md": "x"}, files(10))
    calm.announce(mine)
    for name in TO_STATIC:
        pump(calm, name).run()
    for attempt in (1, 2):
        pump(calm, "ModelWorkerFunction").run()
        assert pump(calm, "ReporterFunction").waiting() == 1
        pump(calm, "ReporterFunction").run()
        assert QUEUED.search(calm.check(mine)["title"])[1] == str(attempt)
        assert f"queued, rate limited (attempt {attempt})" in calm.comment(mine)
        due_again(calm)


def test_a_limit_that_lasts_ends_static_only_without_waiting_in_any_function(calm, change):
    calm.providers.policy = lambda _: Http(429, headers={"retry-after": "600"})
    mine = change({"README.md": "x"}, files(1))
    calm.announce(mine)
    began = time.monotonic()
    calm.run()
    assert time.monotonic() - began < 300
    assert calm.check(mine)["title"] == "Nothing new found · static only"


def test_what_one_worker_is_told_by_github_holds_for_the_whole_installation(calm, change, asked):
    mine, other = change(), change()
    calm.github.fail_next(
        path=mine.repository.full_name, status=429, headers={"Retry-After": "600"}
    )
    calm.announce(mine)
    pump(calm, "PlanFunction").run()
    assert len(asked.about(mine)) == 1
    calm.announce(mine, "synchronize")
    calm.announce(other)
    pump(calm, "PlanFunction").run()
    assert len(asked.about(mine)) == 1, "the second delivery asked nothing"
    assert asked.about(other)
    for name in TO_STATIC[1:]:
        pump(calm, name).run()
    assert calm.check(other)["status"] == "completed"
    assert calm.checks(mine) == []
    calm._later += 601
    calm.run()
    assert calm.check(mine)["status"] == "completed"
    assert calm.dead_letters() == []


SECONDARY = {"status": 403, "body": '{"message": "You have exceeded a secondary rate limit."}'}


def spent_graphql(seconds):
    """What GitHub answers a query when the hour's points are spent."""
    reset = str(int(time.time()) + seconds)
    said = {"type": "RATE_LIMITED", "message": "API rate limit already exceeded."}
    return {
        "status": 200,
        "body": json.dumps({"errors": [said]}),
        "headers": {
            "X-RateLimit-Remaining": "0",
            "X-RateLimit-Reset": reset,
            "X-RateLimit-Resource": "graphql",
        },
    }


def go_on(calm, seconds):
    """The limit is over, and what waited for it is due."""
    calm.wait()
    calm._later += seconds


def test_a_limit_of_github_before_there_is_a_check_run_is_told_on_it_and_in_the_receipt(
    calm, change
):
    mine = change()
    calm.announce(mine)
    calm.github.fail_next(path="/pulls/", **SECONDARY)
    pump(calm, "PlanFunction").run()
    assert calm.checks(mine) == []
    go_on(calm, 120)
    calm.github.fail_next(path="/graphql", **SECONDARY)
    pump(calm, "PlanFunction").run()
    check = calm.check(mine)
    assert check["title"] == "Review queued: rate limited by GitHub (attempt 1)"
    assert check["status"] == "in_progress"
    go_on(calm, 120)
    calm.run()
    told = "GitHub's rate limit stopped this review 2 times; it waited"
    assert told in calm.check(mine)["summary"]
    assert told in calm.comment(mine)
    assert "rate limited" not in calm.check(mine)["title"]


def test_a_delivery_that_was_put_off_does_not_wait_for_the_lease_of_its_own_attempt(calm, change):
    mine = change()
    delivery = calm.announce(mine)
    calm.github.fail_next(path="/pulls/", status=503, times=3)
    pump(calm, "PlanFunction").run()
    due_again(calm)
    pump(calm, "PlanFunction").run()
    assert calm.outcome(mine.installation, delivery.guid).startswith("scan ")


def test_a_limit_of_graphql_is_told_at_once_for_rest_has_its_own(calm, change):
    mine = change()
    calm.announce(mine)
    calm.github.fail_next(path="/graphql", **spent_graphql(600))
    pump(calm, "PlanFunction").run()
    check = calm.check(mine)
    assert re.fullmatch(
        r"Review queued: rate limited by GitHub \(attempt 1\), again at \d\d:\d\d UTC",
        check["title"],
    )
    assert check["status"] == "in_progress"
    go_on(calm, 700)
    calm.run()
    assert "stopped this review 1 time; it waited 10 minutes" in calm.check(mine)["summary"]


def test_a_report_that_a_limit_held_up_says_for_how_long(calm, change):
    mine = change()
    calm.announce(mine)
    for name in TO_STATIC[:2]:
        pump(calm, name).run()
    calm.github.fail_next(path="/check-runs/", status=429, headers={"Retry-After": "300"})
    pump(calm, "ReporterFunction").run()
    assert calm.check(mine)["title"] == "Review under way"
    go_on(calm, 400)
    calm.run()
    assert re.search(
        r"stopped this review 1 time; it waited \d+ minutes", calm.check(mine)["summary"]
    )


def test_a_review_that_no_limit_stopped_says_nothing_of_limits(calm, change):
    mine = change()
    calm.announce(mine)
    calm.run()
    assert "rate limit" not in calm.check(mine)["summary"]


@given(st.integers(1, 3_600))
def test_who_waits_for_a_limit_comes_back_after_it_and_not_at_once_with_all_others(seconds):
    waits = {scattered(seconds) for _ in range(200)}
    assert min(waits) >= seconds
    assert max(waits) <= seconds + min(seconds, SCATTER)
    assert len(waits) > 1


class Unreachable:
    """Books that nobody can write into."""

    def resting(self, installation):
        return 0

    def rest(self, installation, *, seconds):
        raise Unavailable("no table")

    def hold_up(self, what, *, seconds):
        raise Unavailable("no table")


def test_a_limit_that_cannot_be_written_down_is_obeyed_by_who_was_told_of_it():
    delivery = Delivery(id="d", trigger=Trigger.PUSH, installation=9)
    with pytest.raises(GitHubThrottled) as told, held_up(delivery, Unreachable()):
        raise GitHubThrottled("slow down", after=600)
    assert told.value.after == 600


def test_a_report_waits_for_the_limit_that_planning_has_met(calm, change, asked):
    mine = change()
    calm.announce(mine)
    for name in TO_STATIC[:2]:
        pump(calm, name).run()
    calm.github.fail_next(
        path=mine.repository.full_name, status=403, body='{"message": "secondary rate limit"}'
    )
    calm.announce(mine, "reopened")
    pump(calm, "PlanFunction").run()
    before = len(asked.paths)
    pump(calm, "ReporterFunction").run()
    assert asked.paths[before:] == []
    calm.run()
    assert calm.check(mine)["conclusion"] == "failure"
    assert len(calm.comments(mine)) == 1


def test_the_sweep_looks_for_no_heads_where_github_wants_to_be_left_alone(calm, change, asked):
    mine = change()
    calm.announce(mine)
    calm.run()
    calm.github.fail_next(
        path=mine.repository.full_name, status=429, headers={"Retry-After": "3600"}
    )
    calm._later += 1_700
    calm.announce(mine, "reopened")
    pump(calm, "PlanFunction").run()
    before = len(asked.about(mine))
    calm._later += 200
    calm.stack.sweep()
    assert asked.about(mine)[before:] == []
