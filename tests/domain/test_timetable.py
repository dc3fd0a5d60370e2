from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from solvet.domain.timetable import Period, next_time, window

FRIDAY = datetime(2026, 11, 20, 13, tzinfo=UTC)
MOMENTS = st.timedeltas(timedelta(), timedelta(days=3_650)).map(lambda later: FRIDAY + later)


def test_a_night_begins_at_midnight_and_a_week_on_saturday():
    assert window(FRIDAY, Period.NIGHTLY) == datetime(2026, 11, 20, tzinfo=UTC)
    assert window(FRIDAY, Period.WEEKLY) == datetime(2026, 11, 14, tzinfo=UTC)
    assert window(FRIDAY + timedelta(days=1), Period.WEEKLY) == datetime(2026, 11, 21, tzinfo=UTC)


@given(MOMENTS, st.sampled_from(Period), st.integers(1, 2**40))
def test_the_next_time_is_ahead_within_the_next_window_and_always_the_same(now, period, repository):
    at = next_time(now, period, repository)
    assert now < at
    assert window(now, period) < window(at, period) <= at
    assert at - window(at, period) <= timedelta(hours=48 if period is Period.WEEKLY else 6)
    assert next_time(window(now, period), period, repository) == at


def test_repositories_are_spread_over_the_window():
    hours = {next_time(FRIDAY, Period.NIGHTLY, number).hour for number in range(200)}
    assert hours == set(range(6))
