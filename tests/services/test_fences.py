"""Each fence by itself: what a newer head overtook costs nothing more and says nothing more."""

import boto3
import pytest
from botocore.client import BaseClient

from solvet import wire
from solvet.adapters.aws.queues import SqsJobs, SqsReports
from solvet.adapters.aws.state import DynamoState
from solvet.domain.scan import Job, Report, ReportKind, Stage
from solvet.services import together
from tests.services.conftest import FLAWED, SAFE
from tests.services.healing import dead_letter, due, lose, pump
from tests.services.talking import check_of

MENDED = SAFE + "// mended\n"
FIRST = ("PlanFunction",)
WORKED = (*FIRST, "StaticWorkerFunction")
TOLD = (*WORKED, "ReporterFunction")


def step(road, *functions):
    for name in functions:
        pump(road, name).run()


def overtake(road, mine, text=FLAWED + "// newer\n"):
    """A newer head, planned and nothing more."""
    road.move(mine, {"src/A.sol": text})
    road.announce(mine, "synchronize")
    step(road, *FIRST)


@pytest.fixture
def announced(calm, change):
    """A pull request whose first head came as far as those functions bring it."""

    def make(*functions):
        mine = change()
        calm.announce(mine)
        step(calm, *functions)
        mine.scan = check_of(calm, mine, mine.head)["external_id"]
        return mine

    return make


@pytest.fixture
def overtaking(calm):
    """Has a newer head planned right after GitHub has answered the first such request."""

    def arrange(mine, method, end, text=FLAWED + "// newer\n"):
        def hook(request):
            if request.method == method and request.path.endswith(end):
                calm.github.faults.hook = None
                overtake(calm, mine, text)

        calm.github.faults.hook = hook

    yield arrange
    calm.github.faults.hook = None


@pytest.fixture
def objects(monkeypatch):
    """The keys of all objects that are read or written."""
    touched, really = [], BaseClient._make_api_call

    def call(client, operation, arguments):
        touched.append(arguments.get("Key", "") if operation.endswith("Object") else "")
        return really(client, operation, arguments)

    monkeypatch.setattr(BaseClient, "_make_api_call", call)
    return touched


def of(scan, keys):
    return [key for key in keys if scan in key]


def test_static_jobs_that_come_together_are_dropped(calm, announced, objects):
    mine = announced(*FIRST)
    overtake(calm, mine)
    objects.clear()
    step(calm, "StaticWorkerFunction")
    assert of(mine.scan, objects) == []
    assert any(objects), "the newer head's were not"


def test_a_static_job_that_is_tried_again_is_dropped(calm, announced, objects, monkeypatch):
    mine = announced(*FIRST)
    with monkeypatch.context() as patch:
        patch.setattr(together, "static_review", lambda *_, **__: 1 / 0)
        step(calm, "StaticWorkerFunction")
    overtake(calm, mine)
    calm.wait()
    objects.clear()
    step(calm, "StaticWorkerFunction")
    assert of(mine.scan, objects) == []


def test_a_model_job_is_dropped_unasked_and_unread(calm, announced, objects):
    mine = announced(*WORKED)
    overtake(calm, mine)
    objects.clear()
    step(calm, "ModelWorkerFunction")
    assert of(mine.scan, objects) == []
    assert calm.providers.received == []


@pytest.mark.parametrize("stage", Stage)
def test_a_job_that_comes_again_once_it_is_done_is_dropped(calm, announced, objects, stage):
    mine = announced(*TOLD)
    calm.run()
    worker = {Stage.STATIC: "StaticWorkerFunction", Stage.MODEL: "ModelWorkerFunction"}[stage]
    job = Job(installation=mine.installation, scan_id=mine.scan, path="src/A.sol", stage=stage)
    objects.clear()
    SqsJobs(boto3.client("sqs"), pump(calm, worker)._url).assign([job])
    calm.wait()
    step(calm, worker)
    assert of(mine.scan, objects) == []


def test_a_report_shows_no_verdict_and_closes_the_check_run(calm, announced):
    mine = announced(*WORKED)
    overtake(calm, mine)
    step(calm, "ReporterFunction")
    old = check_of(calm, mine, mine.former)
    assert (old["conclusion"], old["annotations"]) == ("cancelled", [])
    assert old["title"] == f"Superseded by {mine.head[:7]}"


def test_an_older_comment_that_comes_late_overwrites_no_newer_one(calm, announced):
    mine = announced(*TOLD)
    overtake(calm, mine)
    calm.run()
    before = calm.comment(mine)
    assert mine.head[:7] in before
    reports = SqsReports(boto3.client("sqs"), pump(calm, "ReporterFunction")._url)
    for kind in ReportKind:
        reports.ask(
            Report(
                installation=mine.installation,
                scan_id=mine.scan,
                group="late",
                kind=kind,
                asked="late",
            )
        )
    calm.run()
    assert calm.comment(mine) == before


def test_the_second_head_takes_back_nothing_that_the_third_one_has_again(
    calm, announced, overtaking
):
    mine = announced(*TOLD)
    calm.run()
    (told,) = calm._of("review_comments", mine)
    overtake(calm, mine, MENDED)
    step(calm, "StaticWorkerFunction")
    overtaking(mine, "PATCH", f"/issues/comments/{calm.comments(mine)[0]['id']}")
    step(calm, "ReporterFunction", "ReporterFunction")  # the first head is closed, the second told
    assert calm.github.faults.hook is None, "it was overtaken while its comment was written"
    calm.run()
    assert [each["id"] for each in calm._of("review_comments", mine)] == [told["id"]]


def test_nothing_is_uploaded_of_a_head_that_is_overtaken_by_then(calm, announced, overtaking):
    mine = announced(*TOLD)
    mine.remote.code_scanning = True
    step(calm, "ModelWorkerFunction")
    overtaking(mine, "GET", "/reviews")
    step(calm, "ReporterFunction")
    calm.run()
    assert [sent["commit_sha"] for sent in calm._of("sarifs", mine)] == [mine.head]


@pytest.mark.parametrize("deadly", [False, True])
def test_a_dead_job_gets_no_further_life_and_no_result(calm, announced, objects, deadly):
    """Neither one that might have lived again nor one that its process died of."""
    mine = announced(*FIRST)
    job = Job(
        installation=mine.installation, scan_id=mine.scan, path="src/A.sol", stage=Stage.STATIC
    )
    if deadly:
        DynamoState(calm._table).begun(job)
    overtake(calm, mine)
    for each in ("ReporterFunction", "StaticWorkerFunction"):
        lose(calm, each)
    objects.clear()
    dead_letter(calm, wire.encode(job).decode())
    assert sum(p.run() for p in calm.stack._pumps if p.name == "LastResortFunction") == 1
    assert due(calm, "letter", mine.installation) == []
    assert of(mine.scan, objects) == []
    assert pump(calm, "ReporterFunction").waiting() == 0
