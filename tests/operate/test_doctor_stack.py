import json
from datetime import UTC, datetime, timedelta

import boto3
import pytest

from solvet.bootstrap.operate import DeployedStack

NOWHERE = "http://127.0.0.1:9/webhook"


@pytest.fixture
def doctor(solvet, deployed):
    """Answers the exit code and each finding by its name and state."""

    def run(*more):
        code, out, _ = solvet("doctor", "--stack", deployed.name, "--format", "json", *more)
        return code, {(f["name"], f["state"]): f for f in json.loads(out)["findings"]}

    return run


@pytest.fixture
def queue(deployed):
    """The URL of a queue of the stack, and how CloudWatch calls it."""
    ids = DeployedStack(deployed.name, region=None, profile=None).facts.ids("AWS::SQS::Queue")
    sqs = boto3.client("sqs")

    def find(name):
        return ids[name]

    yield find
    for url in ids.values():
        for message in sqs.receive_message(QueueUrl=url).get("Messages", ()):
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])


def wait(url, seconds):
    """A message is on the queue, and CloudWatch says for how long."""
    more = {"MessageGroupId": "1", "MessageDeduplicationId": "1"} if url.endswith("fifo") else {}
    boto3.client("sqs").send_message(QueueUrl=url, MessageBody="{}", **more)
    datum = {
        "MetricName": "ApproximateAgeOfOldestMessage",
        "Dimensions": [{"Name": "QueueName", "Value": url.rpartition("/")[2]}],
        "Value": seconds,
        "Timestamp": datetime.now(UTC) - timedelta(minutes=1),
    }
    boto3.client("cloudwatch").put_metric_data(Namespace="AWS/SQS", MetricData=[datum])


def pause(readers, *, enabled=False):
    """Moto would call the functions with what is sent meanwhile."""
    client = boto3.client("lambda")
    for each in readers:
        client.update_event_source_mapping(UUID=each, Enabled=enabled)


def resume(readers):
    pause(readers, enabled=True)


def test_a_stack_that_works_is_fine(doctor, reviewed, readers):
    code, found = doctor()
    assert not [f for (_, state), f in found.items() if state != "ok"]
    assert code == 0
    assert {name for name, state in found if state == "ok"} == {
        *("versions", "stack", "functions", "queues", "table", "bucket", "alarms", "secrets"),
        *("app", "permissions", "events", "clock", "installations", "quota", "webhook"),
        *("deliveries", "webhook answer", "model keys", "model catalogue", "budget"),
    }
    assert len(found) == 20


def test_a_queue_that_nothing_reads_is_a_problem(doctor, reviewed):
    code, found = doctor()
    assert code == 1
    assert "(its event source is Disabled)" in found["queues", "problem"]["said"]


@pytest.mark.parametrize(
    ("name", "seconds", "finding"),
    [
        ("StaticJobsQueue", 700, ("queues", "warning")),
        ("StaticJobsQueue", 7_200, ("queues", "problem")),
        ("ReportsDeadLetters", 60, ("dead letters", "warning")),
        ("ReportsDeadLetters", 2_000, ("dead letters", "problem")),
    ],
)
def test_what_waits_too_long_is_told_with_its_age(  # noqa: PLR0917  fixtures
    doctor, queue, readers, name, seconds, finding
):
    pause(readers)
    wait(queue(name), seconds)
    resume(readers)
    _, found = doctor()
    assert name in found[finding]["said"]
    assert "the oldest for" in found[finding]["said"]


def test_an_age_that_nobody_tells_is_not_known(doctor, queue, readers):
    pause(readers)
    boto3.client("sqs").send_message(QueueUrl=queue("IntakeQueue"), MessageBody="{}")
    resume(readers)
    _, found = doctor()
    assert "for how long is not known" in found["queues", "not known"]["said"]


def test_a_raised_alarm_is_named(doctor, deployed):
    client, name = boto3.client("cloudwatch"), f"{deployed.name}-WaitingAlarm"
    client.put_metric_alarm(
        AlarmName=name, ComparisonOperator="GreaterThanThreshold", EvaluationPeriods=1
    )
    client.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="a test")
    code, found = doctor()
    client.delete_alarms(AlarmNames=[name])
    assert code == 1
    assert name in found["alarms", "problem"]["said"]


def test_a_webhook_that_leads_elsewhere_is_told_with_both_addresses(doctor, deployed, github_api):
    github_api.webhook_url = NOWHERE
    _, found = doctor()
    assert NOWHERE in found["webhook", "warning"]["said"]
    assert deployed.url in found["webhook", "warning"]["said"]


def test_deliveries_that_find_nobody_are_a_problem(doctor, deployed, github_api):
    github_api.webhook_url = NOWHERE
    github_api.deliver("push", {"installation": {"id": 5}})
    code, found = doctor()
    assert code == 1
    assert "1 of the last 1 never arrived" in found["deliveries", "problem"]["said"]
    assert "can the Internet reach it" in found["deliveries", "problem"]["details"][0]


def test_a_secret_that_differs_is_told_from_the_answers(doctor, deployed, github_api, monkeypatch):
    monkeypatch.setattr(github_api.world.app, "webhook_secret", "another")
    github_api.deliver("push", {"installation": {"id": 5}})
    _, found = doctor()
    assert "differ" in found["deliveries", "problem"]["details"][0]


def test_permissions_and_events_that_the_app_lacks_are_named(doctor, github_api, monkeypatch):
    app = github_api.world.app
    monkeypatch.setattr(app, "permissions", {"contents": "read", "metadata": "read"})
    monkeypatch.setattr(app, "events", ("push",))
    code, found = doctor()
    assert code == 1
    assert "checks (write)" in found["permissions", "problem"]["said"]
    assert "pull_request" in found["events", "problem"]["said"]


def test_an_account_that_has_not_granted_enough_is_named(doctor, reviewed, github_api):
    github_api.world.installations[reviewed.installation].permissions = {
        "checks": "write",
        "contents": "read",
        "metadata": "read",
        "pull_requests": "write",
    }
    _, found = doctor()
    said = found["installations", "warning"]["said"]
    assert f"installation {reviewed.installation}" in said
    assert "issues (write), security_events (write)" in said


def test_a_suspended_installation_is_told(doctor, reviewed, github_api):
    it = github_api.world.installations[reviewed.installation]
    it.suspended_at = github_api.world.now()
    _, found = doctor()
    assert "suspended" in found["installations", "warning"]["said"]


def test_an_app_that_is_installed_nowhere_is_told(doctor):
    assert ("installations", "warning") in doctor()[1]


def test_a_used_up_quota_is_told(doctor, reviewed, github_api, monkeypatch):
    monkeypatch.setattr(github_api.world.limits, "rate", 0)
    assert "0 of 0 requests" in doctor()[1]["quota", "problem"]["said"]


def test_what_github_does_not_answer_is_not_known(doctor, github_api):
    github_api.fail_next(path="/app/hook/config", status=503, times=9)
    _, found = doctor()
    assert ("webhook", "not known") in found
    assert ("webhook", "ok") not in found


def test_an_app_that_github_does_not_know_is_a_problem(doctor, github_api, monkeypatch):
    monkeypatch.setattr(github_api.world.app, "id", 1)
    monkeypatch.setattr(github_api.world.app, "client_id", "Iv1.other")
    code, found = doctor()
    assert code == 1
    assert "no App with this id" in found["app", "problem"]["said"]
    assert ("installations", "not known") in found


def test_a_stack_that_is_not_there_cannot_be_looked_at(solvet, deployed):
    code, out, _ = solvet("doctor", "--stack", "no-such-stack")
    assert code == 2
    assert "no-such-stack does not exist" in out
    assert "Not looked at: anything else" in out


def test_no_secret_is_ever_shown(solvet, deployed, reviewed, key_pem, github_api):
    _, out, err = solvet("doctor", "--stack", deployed.name)
    assert github_api.world.app.webhook_secret not in out + err
    assert key_pem.splitlines()[3] not in out + err


def test_hostile_names_steer_no_terminal(solvet, deployed, reviewed, github_api):
    it = github_api.world.installations[reviewed.installation]
    it.permissions, login = {}, it.account.login
    it.account.login = "evil\x1b[2J\u202e"
    code, out, _ = solvet("doctor", "--stack", deployed.name)
    it.account.login = login
    assert code == 1
    assert "\x1b" not in out
    assert "\u202e" not in out
