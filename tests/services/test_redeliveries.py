"""Deliveries that did not arrive: asked for again, and planned once."""

from datetime import timedelta

import pytest

from tests.services.healing import (
    HOUR,
    assert_reviewed_once,
    listens,
    survive,
    sweep_after,
)


def attempts(calm, delivery):
    return [each for each in calm.github.deliveries if each.guid == delivery.guid]


def test_a_lost_webhook_is_redelivered_and_reviewed_exactly_once(calm, change, in_vain):
    mine = change()
    lost = in_vain(mine)
    listens(calm)
    assert sweep_after(calm, 0)["Redelivered"] == 1
    assert_reviewed_once(calm, mine)
    for _ in range(3):
        assert "Redelivered" not in sweep_after(calm, 2 * HOUR)
    assert len(attempts(calm, lost)) == 2
    assert_reviewed_once(calm, mine)


def test_a_delivery_that_keeps_failing_is_redelivered_three_times_ever_more_rarely(
    calm, change, in_vain
):
    lost, tries = in_vain(change()), []
    for _ in range(20):
        sweep_after(calm, HOUR // 4 + 1)
        tries.append(len(attempts(calm, lost)) - 1)
    assert tries[-1] == 3
    assert [tries.index(number) for number in (1, 2, 3)] == [0, 2, 6]


def test_a_redelivery_that_github_throttles_is_none_of_the_three(calm, change, in_vain):
    mine = change()
    lost = in_vain(mine)
    for _ in range(4):
        calm.github.fail_next(path="/attempts", status=429, headers={"Retry-After": "60"})
        assert "Stopped" in sweep_after(calm, HOUR)
    listens(calm)
    assert sweep_after(calm, HOUR)["Redelivered"] == 1
    assert len(attempts(calm, lost)) == 2
    assert_reviewed_once(calm, mine)


def test_a_redelivery_that_github_refuses_holds_up_no_other(calm, change, in_vain):
    refused, other = in_vain(change()), in_vain(change())
    listens(calm)
    calm.github.fail_next(path="/attempts", status=404)
    assert sweep_after(calm, 0) == {"Dropped": 1, "Redelivered": 1}
    assert sorted(len(attempts(calm, each)) for each in (refused, other)) == [1, 2]


def test_a_redelivery_that_is_planned_meanwhile_is_not_asked_for_again(calm, change, in_vain):
    lost = in_vain(change())
    listens(calm)
    calm.stack.sweep()
    assert "Redelivered" not in calm.stack.sweep(), "one is under way"
    survive(calm)
    assert len(attempts(calm, lost)) == 2


@pytest.mark.parametrize(
    ("status", "age"), [(400, 0), (413, 0), (502, 73)], ids=["malformed", "too large", "too old"]
)
def test_what_cannot_succeed_is_not_redelivered(calm, change, in_vain, status, age):
    lost = in_vain(change())
    lost.status_code = status
    lost.delivered_at -= timedelta(hours=age)
    listens(calm)
    assert "Redelivered" not in sweep_after(calm, 0)


def test_events_that_are_none_of_ours_are_not_redelivered(calm, change, in_vain):
    mine = change()
    payload = calm.github.payload_pull_request(mine.pull, "labeled")
    in_vain(mine, payload=payload)
    in_vain(mine, "star", {"action": "created"})
    listens(calm)
    assert "Redelivered" not in sweep_after(calm, 0)


def test_a_long_list_of_failures_is_gone_through_over_several_runs(
    calm, change, in_vain, monkeypatch
):
    monkeypatch.setattr("solvet.adapters.github.deliveries.PAGE", 5)
    monkeypatch.setattr("solvet.services.redelivery.MOST", 3)
    mine = change()
    lost = in_vain(mine)
    for _ in range(30):
        calm.github.deliver("star", {"action": "created"})
    for _ in range(4):
        in_vain(mine)
    listens(calm)
    done = [sweep_after(calm, 0).get("Redelivered", 0) for _ in range(4)]
    assert done == [3, 1, 1, 0]
    assert len(attempts(calm, lost)) == 2
    assert_reviewed_once(calm, mine)


def test_a_limit_of_github_is_obeyed_until_it_is_over(calm, change, in_vain):
    in_vain(change())
    listens(calm)
    limit = {"status": 403, "headers": {"Retry-After": "600"}, "body": '{"message": "rate limit"}'}
    calm.github.fail_next(path="/app/hook/deliveries", **limit)
    assert sweep_after(calm, 0)["Stopped"] == 1
    before = len(calm.github.requests)
    assert sweep_after(calm, 300) == {}
    assert len(calm.github.requests) == before
    assert sweep_after(calm, 301)["Redelivered"] == 1


def test_a_cursor_that_github_knows_no_more_begins_at_the_front(calm, change, in_vain):
    in_vain(change())
    listens(calm)
    key = {"pk": "installation#0", "sk": "deliveries"}
    calm._table.put_item(Item=key | {"list_cursor": "stale"})
    calm.github.fail_next(path="/app/hook/deliveries", status=422)
    assert sweep_after(calm, 0) == {"Stopped": 1}
    assert sweep_after(calm, 0)["Redelivered"] == 1
