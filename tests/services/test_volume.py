"""A change of 500 files and 3,000 findings stays within what GitHub lets an App create.

https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits
"""

from dataclasses import replace

import boto3
import pytest

from solvet.adapters.aws.bucket import S3Storage
from solvet.adapters.aws.state import DynamoState
from solvet.adapters.github.client import GitHubClient
from solvet.adapters.github.session import AppKey, Sessions
from solvet.domain.change import ChangedFile, ChangeKind, FileStatus, JudgedFinding
from solvet.domain.finding import Severity, Span
from solvet.domain.policy import Policy
from solvet.domain.receipt import ModelReceipt, ModelState
from solvet.domain.review import Coverage, FileReview
from solvet.domain.scan import Agenda, Report, ReportKind, Scan, Stage, Target, TargetKind
from solvet.services.publish import ReporterParts, publish
from tests.render.samples import FINDING

FILES, EACH = 500, 6
CREATING = {"POST", "PATCH", "PUT", "DELETE"}
PATHS = [f"src/F{number:03}.sol" for number in range(FILES)]
TEXT = "".join(f"// line {line}\n" for line in range(1, 11))


@pytest.fixture
def parts(road, github_api, key_pem):
    sessions = Sessions(AppKey("4242", key_pem), github_api.api_url)

    def open_github(installation, repository):
        return GitHubClient(sessions.client(installation, repository), "4242", sessions.login)

    storage = S3Storage(boto3.client("s3"), road._bucket)
    return ReporterParts(github=open_github, state=DynamoState(road._table), storage=storage)


@pytest.fixture
def large(change, road):
    mine = change({"a": "a"}, {"a": "a"} | dict.fromkeys(PATHS, TEXT))
    mine.remote.code_scanning = True
    return mine


def findings(path):
    severities = (*(Severity.HIGH, Severity.MEDIUM) * 2, Severity.LOW, Severity.LOW)
    for line, severity in enumerate(severities, 1):
        it = replace(FINDING, path=path, span=Span(line, 1, line, 5), symbol=f"F.f{line}")
        yield JudgedFinding(replace(it, severity=severity), ChangeKind.INTRODUCED)


def prepared(project, parts):
    """The scan as its workers leave it, its check run open."""
    files = tuple(ChangedFile(path, FileStatus.ADDED) for path in PATHS)
    target = Target(kind=TargetKind.PULL, number=project.pull.number)
    github = parts.github(project.installation, project.repository)
    run = github.open_check(
        project.repository, name="Solvet", head_sha=project.head, external_id="large"
    )
    scan = Scan(
        id="large",
        installation=project.installation,
        repository=project.repository,
        target=target,
        head_sha=project.head,
        base_sha=project.base,
        fence=1,
        check_run=run,
    )
    parts.state.remember(scan)
    parts.storage.put_agenda(scan, Agenda(files=files, policy=Policy(), consulted=tuple(PATHS)))
    done = ModelReceipt(state=ModelState.DONE)
    for file in files:
        some = tuple(findings(file.path))
        result = FileReview(file=file, coverage=Coverage.ANALYSED, lines=10, findings=some)
        parts.storage.put_result(scan, Stage.STATIC, result)
        parts.storage.put_result(scan, Stage.MODEL, replace(result, model=done))
    return scan


def created(road, before):
    return [r for r in road.github.requests[before:] if r.method in CREATING and _creates(r.path)]


def _creates(path):
    """Tokens and queries create no content."""
    return not path.endswith(("/access_tokens", "/graphql"))


def test_five_hundred_files_and_three_thousand_findings_take_few_requests(road, parts, large):
    before = len(road.github.requests)
    scan = prepared(large, parts)
    for kind in (ReportKind.STATIC, ReportKind.FINAL):
        report = Report(
            installation=scan.installation, scan_id=scan.id, group=scan.group, kind=kind
        )
        outcome = publish(report, parts)
        assert outcome.words.startswith("failure")
    assert "1000 high, 1000 medium, 1000 low introduced" in road.check(large)["title"]
    assert len(road.check(large)["annotations"]) == 500
    assert len(road._of("review_comments", large)) == Policy().inline_most
    (sarif,) = road._of("sarifs", large)
    assert len(sarif["document"]["runs"][0]["results"]) == FILES * EACH
    assert len(road.comments(large)) == 1
    assert len(created(road, before)) <= 25
