"""Reports that GitHub does not take yet: how long they wait, and who waits with them."""

import time

import pytest
from moto.sqs.models import sqs_backends

from tests.services.healing import pump, survive


def waiting(road):
    """Seconds until each report is due, by its scan."""
    name = pump(road, "ReporterFunction")._url.rsplit("/", 1)[1]
    found = [b[r] for b in sqs_backends.values() for r in b]
    (queue,) = [q.queues[name] for q in found if name in q.queues]
    return [message.visible_at / 1_000 - time.time() for message in queue._messages]


def reported(road, mine):
    """Everything up to the static report, which is not yet published."""
    road.announce(mine)
    for name in ("PlanFunction", "StaticWorkerFunction"):
        pump(road, name).run()


@pytest.mark.parametrize(
    ("how", "seconds"),
    [
        ({"status": 429, "headers": {"Retry-After": "40"}}, 40),
        ({"status": 429, "headers": {"Retry-After": "1200"}}, 1_200),
        ({"status": 502}, 5),
    ],
)
def test_a_report_waits_as_long_as_it_should_and_then_succeeds(calm, change, how, seconds):
    mine = change()
    reported(calm, mine)
    calm.github.fail_next(method="PATCH", **how)
    pump(calm, "ReporterFunction").run()
    (left,) = waiting(calm)
    assert seconds - 5 < left <= seconds
    survive(calm)
    assert calm.check(mine)["status"] == "completed"


def test_a_report_that_is_put_off_holds_back_no_other_pull_request(calm, change):
    mine, other = change(), change()
    for each in (mine, other):
        reported(calm, each)
    calm.github.fail_next(
        method="PATCH", path=mine.repository.full_name, status=429, headers={"Retry-After": "900"}
    )
    for _ in range(2):
        pump(calm, "ReporterFunction").run()
    assert calm.check(mine)["status"] == "in_progress"
    assert calm.check(other)["status"] == "completed"
    survive(calm)


def test_a_later_report_of_the_same_pull_request_is_not_hidden_for_longer(calm, change):
    mine = change()
    reported(calm, mine)
    pump(calm, "ModelWorkerFunction").run()
    calm.github.fail_next(method="PATCH", status=429, headers={"Retry-After": "40"})
    pump(calm, "ReporterFunction").run()
    first, second = sorted(waiting(calm))
    assert first <= 0 < second <= 40, "only the first one is put off; the other stands behind it"
    survive(calm)
    assert "model review under way" not in calm.check(mine)["title"]
