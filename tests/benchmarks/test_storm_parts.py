"""What a storm is made of: its time, its odds, its book."""

from dataclasses import asdict, replace

import pytest

from benchmarks.storm.clock import Clock, Wristwatch
from benchmarks.storm.scale import Odds
from benchmarks.storm.traces import said
from benchmarks.storm.truth import Promise
from benchmarks.storm.weather import Book, Weather


@pytest.fixture
def clock(tmp_path):
    return Clock.made(tmp_path / "clock")


@pytest.fixture
def book(tmp_path):
    return Book(tmp_path / "book")


def test_the_time_is_the_same_for_all_and_stands_still_until_it_is_moved(clock):
    another, began = Clock(clock.path), clock.now
    clock.move(began + 60)
    assert another.now == began + 60
    assert another.version == 1


def test_nobody_waits_who_works_or_has_not_looked_since_the_time_was_moved(clock):
    seat = clock.seat(3)
    assert seat.waits(clock.version), "nobody sits there"
    seat.work(30)
    assert not seat.waits(clock.version)
    assert seat.is_timed
    seat.finish()
    seat.wait(clock.version)
    assert seat.waits(clock.version)
    clock.move(clock.now + 1)
    assert not seat.waits(clock.version)


def test_who_lets_time_pass_tells_the_keeper_how_much(clock):
    seat = clock.seat(1)
    clock.end()
    seat.let_pass(20)
    assert seat.passed == 20


def test_a_watch_may_be_off(clock):
    watch = Wristwatch(clock)
    watch.step = -30
    assert watch.time() == clock.now - 30


def test_the_same_seed_strikes_at_the_same_places_and_a_calm_strikes_never(clock, book):
    first, second = (Weather(7, clock, book, 7) for _ in range(2))
    struck = [first.strikes(0.5, "lightning") for _ in range(100)]
    assert struck == [second.strikes(0.5) for _ in range(100)]
    assert book.counts() == {"lightning": sum(struck)}
    clock.become_calm()
    assert not any(first.strikes(1.0) for _ in range(100))


def test_an_outage_is_one_for_all_processes(clock, book):
    first, second = (Weather(seed, clock, book, 7) for seed in (1, 2))
    for _ in range(50):
        clock.move(clock.now + 600)
        assert first.is_out("GitHub", 0.5) == second.is_out("GitHub", 0.5)
    assert 0 < book.counts()["GitHub: down for minutes"] < 100


def test_no_chance_is_beyond_one_half():
    assert replace(Odds(), github=0.06).times(2).github == 0.12
    assert max(asdict(Odds().times(1_000)).values()) == 0.5


def test_what_is_said_twice_is_counted_twice():
    run = {"name": "Solvet", "repository": "a/b", "head_sha": "c", "id": 1, "annotations": []}
    comment = {"repository": "a/b", "number": 1}
    remark = comment | {"body": f"<!-- solvet:inline {'0' * 16} static -->"}
    seen = {"check_runs": [run], "comments": [comment] * 2, "review_comments": [remark] * 3}
    assert sorted(said(seen).values()) == [1, 2, 3]


def test_a_promise_tells_where_it_was_broken():
    promise = Promise("all is well")
    promise.holds([1], "unheard of")
    promise.holds([], "nothing came")
    assert (promise.looked_at, promise.broken) == (2, ["nothing came"])
