"""S3, SQS and Secrets Manager as moto plays them; what fails is said in our words."""

import json
from dataclasses import replace

import boto3
import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError
from botocore.stub import Stubber
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from solvet import wire
from solvet.adapters.aws.bucket import S3Storage
from solvet.adapters.aws.faults import translated
from solvet.adapters.aws.objects import Objects
from solvet.adapters.aws.queues import SqsIntake, SqsJobs, SqsPostponement, SqsReports
from solvet.adapters.aws.secrets import Secrets
from solvet.bootstrap.receive import WebhookSecrets
from solvet.domain.change import ChangedFile, FileStatus
from solvet.domain.delivery import Delivery, Repository, Trigger
from solvet.domain.policy import Policy
from solvet.domain.review import Coverage, FileReview
from solvet.domain.scan import (
    Agenda,
    Job,
    Report,
    ReportKind,
    Scan,
    Snapshot,
    Source,
    Stage,
    Target,
    TargetKind,
)
from solvet.errors import BadMessage, ConfigError, Gone, Throttled, Unavailable

PATHS = ["src/A.sol", "../../etc/passwd", "a/\udcff.sol", "ü \n\t.sol", "x" * 4000, "", "#?&=%2F"]


def scan(name="s1", installation=1):
    return Scan(
        id=name,
        installation=installation,
        repository=Repository(7, "acme/vaults"),
        target=Target(kind=TargetKind.PULL, number=3),
        head_sha="a" * 40,
        base_sha="b" * 40,
        fence=1,
        check_run=11,
    )


def review(path):
    return FileReview(
        file=ChangedFile(path, FileStatus.ADDED), coverage=Coverage.ANALYSED, reason=path
    )


def new_storage():
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="solvet")
    return S3Storage(s3, "solvet")


@pytest.fixture
def storage(aws):
    return new_storage()


def clean(path):
    return path.encode("utf-8", "replace").decode()


@pytest.mark.parametrize("path", PATHS)
def test_results_come_back_by_path(storage, path):
    storage.put_result(scan(), Stage.STATIC, review(path))
    storage.put_result(scan(), Stage.STATIC, review("other.sol"))
    storage.put_result(scan(), Stage.MODEL, review("model.sol"))
    assert storage.result(scan(), Stage.STATIC, path) == review(clean(path))
    assert set(storage.results(scan(), Stage.STATIC)) == {clean(path), "other.sol"}


def test_many_results_are_all_read(storage):
    for number in range(40):
        storage.put_result(scan(), Stage.STATIC, review(f"{number}.sol"))
    assert len(storage.results(scan(), Stage.STATIC)) == 40


@given(data=st.data())
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_results_that_are_kept_together_are_found_one_by_one(storage, data, numbers):
    paths = data.draw(st.lists(st.text(max_size=9), min_size=1, max_size=5, unique_by=clean))
    it, results = scan(f"s{next(numbers)}"), [review(path) for path in paths]
    kept_at = storage.put_results(it, Stage.STATIC, results)
    assert storage.put_results(it, Stage.STATIC, results[::-1]) == kept_at
    for path in paths:
        for known in (kept_at, ""):
            assert storage.result(it, Stage.STATIC, path, known) == review(clean(path))
    everything = {clean(p): review(clean(p)) for p in paths}
    assert storage.results(it, Stage.STATIC) == everything
    assert storage.results_at(it, Stage.STATIC, kept_at) == everything
    assert storage.results_at(it, Stage.STATIC, "several-gone") == {}
    with pytest.raises(Gone):
        storage.result(it, Stage.STATIC, "nowhere.sol", kept_at)


@pytest.mark.parametrize("failed_last", [True, False])
def test_a_failure_gives_way_to_what_was_found(storage, failed_last):
    failed = replace(review("A.sol"), coverage=Coverage.FAILED)
    if not failed_last:
        storage.put_result(scan(), Stage.STATIC, failed)
    storage.put_results(scan(), Stage.STATIC, [review("A.sol"), review("B.sol")])
    if failed_last:
        storage.put_result(scan(), Stage.STATIC, failed)
    assert storage.results(scan(), Stage.STATIC)["A.sol"] == review("A.sol")
    storage.put_result(scan("other"), Stage.STATIC, failed)
    assert storage.results(scan("other"), Stage.STATIC) == {"A.sol": failed}


def test_scans_and_installations_do_not_see_each_other(storage):
    storage.put_result(scan(), Stage.STATIC, review("A.sol"))
    assert storage.results(scan("s"), Stage.STATIC) == {}
    assert storage.results(scan(installation=11), Stage.STATIC) == {}


def test_what_was_never_stored_is_gone(storage):
    for read in (storage.agenda, storage.snapshot):
        with pytest.raises(Gone):
            read(scan())
    with pytest.raises(Gone):
        storage.result(scan(), Stage.STATIC, "A.sol")


def test_an_agenda_comes_back_as_it_was(storage):
    agenda = Agenda(
        files=(ChangedFile("B.sol", FileStatus.RENAMED, "A.sol"),),
        policy=Policy(models=False),
        consulted=("B.sol",),
        unlisted="too many",
    )
    storage.put_agenda(scan(), agenda)
    assert storage.agenda(scan()) == agenda


@given(st.dictionaries(st.text(max_size=20), st.text(max_size=50), max_size=4))
def test_every_snapshot_comes_back(texts):
    head = {path: Source(text=text) for path, text in texts.items()}
    snapshot = Snapshot(head=head, base={}, head_imports=texts, base_imports={})
    assert wire.unpack(Snapshot, wire.pack(snapshot)) == snapshot


def test_lone_surrogates_are_replaced_and_lose_no_file(storage):
    head = {"a\ud800.sol": Source(text="// \udfff\n"), "B.sol": Source(text="contract B {}\n")}
    storage.put_snapshot(scan(), Snapshot(head=head, base={}, head_imports={}, base_imports={}))
    assert storage.snapshot(scan()).head == {
        "a?.sol": Source(text="// ?\n"),
        "B.sol": Source(text="contract B {}\n"),
    }


def test_what_is_stored_but_is_not_ours_is_a_bad_message(storage):
    Objects(boto3.client("s3"), "solvet").put("results/1/s1/agenda", {"files": 17})
    with pytest.raises(BadMessage):
        storage.agenda(scan())


@pytest.mark.parametrize("raw", [b"", b"no gzip", b"\x1f\x8b\x08\x00cut off"])
def test_what_is_damaged_is_a_bad_message(raw):
    with pytest.raises(BadMessage):
        wire.unpack(Agenda, raw)


def test_forgetting_an_installation_leaves_the_others(storage):
    for number in (1, 11):
        storage.put_agenda(scan(installation=number), Agenda(files=(), policy=Policy()))
        nothing = Snapshot(head={}, base={}, head_imports={}, base_imports={})
        storage.put_snapshot(scan(installation=number), nothing)
        storage.put_result(scan(installation=number), Stage.STATIC, review("A.sol"))
    storage.forget(1)
    keys = [
        entry["Key"] for entry in boto3.client("s3").list_objects_v2(Bucket="solvet")["Contents"]
    ]
    assert len(keys) == 3
    assert all("/11/" in key for key in keys)


@pytest.fixture
def queue(aws):
    """Makes a queue; answers a client, its URL and what takes everything off it."""

    def make(name="jobs", **attributes):
        sqs = boto3.client("sqs")
        url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]

        def taken():
            found = []
            while batch := sqs.receive_message(
                QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["All"]
            ).get("Messages"):
                for message in batch:
                    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                found += batch
            return found

        return sqs, url, taken

    return make


@pytest.mark.parametrize("count", [0, 1, 10, 11, 35])
def test_jobs_go_in_batches_of_ten(queue, count):
    sqs, url, taken = queue()
    jobs = [
        Job(installation=1, scan_id="s", path=f"{number}\u2028.sol", stage=Stage.STATIC)
        for number in range(count)
    ]
    SqsJobs(sqs, url).assign(jobs)
    read = [wire.decode(Job, message["Body"]) for message in taken()]
    assert sorted(read, key=lambda j: j.path) == sorted(jobs, key=lambda j: j.path)


def test_a_batch_that_was_taken_in_part_is_an_outage(queue):
    sqs, url, _ = queue()
    failed = {"Id": "0", "Code": "InternalError", "SenderFault": False}
    job = Job(installation=1, scan_id="s", path="A.sol", stage=Stage.STATIC)
    with Stubber(sqs) as stub:
        stub.add_response("send_message_batch", {"Successful": [], "Failed": [failed]})
        with pytest.raises(Unavailable):
            SqsJobs(sqs, url).assign([job])


def test_a_delivery_travels_whole(queue):
    sqs, url, taken = queue()
    sent = Delivery(
        id="d1", trigger=Trigger.PUSH, installation=1, repository=Repository(1, "a/b"), ref="refs/ü"
    )
    SqsIntake(sqs, url).accept(sent)
    assert [wire.decode(Delivery, message["Body"]) for message in taken()] == [sent]


def test_reports_are_grouped_by_target_and_said_once(queue):
    sqs, url, taken = queue("reports.fifo", FifoQueue="true")
    reports = SqsReports(sqs, url)
    for group in ("7/pull/3", "7/push/refs/heads/" + "ü" * 200):
        for kind in (ReportKind.STATIC, ReportKind.STATIC, ReportKind.FINAL):
            reports.ask(Report(installation=1, scan_id=group[:6], group=group, kind=kind))
    messages = taken()
    assert len(messages) == 4
    assert len({m["Attributes"]["MessageGroupId"] for m in messages}) == 2


def test_a_report_that_is_asked_for_again_on_purpose_is_not_swallowed(queue):
    sqs, url, taken = queue("reports.fifo", FifoQueue="true")
    first = Report(installation=1, scan_id="s1", group="g", kind=ReportKind.FINAL)
    again = [first, replace(first, asked="look 1"), replace(first, asked="look 2")]
    for report in [*again, *again, replace(first, redriven=1)]:
        SqsReports(sqs, url).ask(report)
    assert len(taken()) == 4


@pytest.mark.parametrize(
    ("seconds", "visible"), [(0, True), (-5, True), (900, False), (10**9, False)]
)
def test_a_message_is_put_off(queue, seconds, visible):
    sqs, url, _ = queue()
    sqs.send_message(QueueUrl=url, MessageBody="x")
    (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
    SqsPostponement(sqs, url).postpone(message["ReceiptHandle"], seconds)
    assert bool(sqs.receive_message(QueueUrl=url).get("Messages")) == visible


def test_a_queue_that_is_not_there_is_an_outage(queue):
    sqs, url, _ = queue()
    with pytest.raises(Unavailable):
        SqsIntake(sqs, url + "x").accept(Delivery(id="d1", trigger=Trigger.FORGET, installation=1))


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("ThrottlingException", Throttled),
        ("ProvisionedThroughputExceededException", Throttled),
        ("RequestThrottled", Throttled),
        ("SlowDown", Throttled),
        ("TransactionConflictException", Unavailable),
        ("InternalServerError", Unavailable),
        ("AccessDeniedException", Unavailable),
        ("SomethingNew", Unavailable),
    ],
)
def test_what_the_services_answer_is_translated(code, kind):
    with pytest.raises(kind), translated("trying"):
        raise ClientError({"Error": {"Code": code, "Message": "no"}}, "Operation")


def test_a_bucket_that_cannot_be_reached_is_an_outage(aws, monkeypatch):
    def unreachable(**_):
        raise ConnectTimeoutError(endpoint_url="http://127.0.0.1")

    s3 = boto3.client("s3")
    storage = S3Storage(s3, "solvet")
    for name in ("get_object", "put_object", "list_objects_v2"):
        monkeypatch.setattr(s3, name, unreachable)
    for attempt in (
        lambda: storage.agenda(scan()),
        lambda: storage.put_agenda(scan(), Agenda(files=(), policy=Policy())),
    ):
        with pytest.raises(Unavailable):
            attempt()


def test_a_bucket_that_refuses_is_an_outage(aws):
    s3 = boto3.client("s3")
    with Stubber(s3) as stub:
        stub.add_client_error("get_object", "AccessDenied", http_status_code=403)
        with pytest.raises(Unavailable):
            S3Storage(s3, "solvet").agenda(scan())


@pytest.fixture
def secret(aws):
    client = boto3.client("secretsmanager")

    def make(text):
        return Secrets(client), client.create_secret(Name="webhook", SecretString=text)["ARN"]

    return make


def test_a_secret_is_read_once_and_again_when_it_may_have_been_rotated(secret, monkeypatch):
    secrets, arn = secret('{"current": "one"}')
    assert secrets.read(arn, WebhookSecrets).current == "one"
    boto3.client("secretsmanager").put_secret_value(SecretId=arn, SecretString='{"current": "two"}')
    assert secrets.read(arn, WebhookSecrets).current == "one"
    monkeypatch.setattr("solvet.adapters.aws.secrets.KEPT_SECONDS", -1)
    assert secrets.read(arn, WebhookSecrets).current == "two"


@pytest.mark.parametrize("text", ["hunter2", '"hunter2"', '{"current": 5}', '["hunter2"]'])
def test_a_secret_that_is_something_else_is_named_and_not_shown(secret, text):
    secrets, arn = secret(text)
    with pytest.raises(ConfigError) as caught:
        secrets.read(arn, WebhookSecrets)
    assert "WebhookSecrets" in str(caught.value)
    assert "hunter2" not in repr(caught.value) + repr(caught.value.__cause__)


def test_what_is_secret_is_not_in_a_repr():
    assert json.dumps("hunter2") not in repr(WebhookSecrets(current="hunter2", previous="hunter2"))
