"""The judge of permissions, judged."""

import json

import pytest

from solvet.local.template import Template
from tests.permissions.calls import asked
from tests.permissions.policy import ROOT, Call, Grant, fed, grants, logged

TEMPLATE = Template(ROOT / "template.yaml")
UNUSED = {
    "s3:ListBucket": "without it S3 answers 403 instead of 404 when an object is not there",
    "sqs:ChangeMessageVisibility": "postpones a message whose handling failed, in every consumer",
}
"""What may be granted to a function although no test has it used there, and why."""
ADVICE = (
    "granted by template.yaml, and used by no test: take it away, or write the test that uses it "
    "through the function's handler; if template or tests changed since, `make test` comes first"
)


@pytest.fixture(scope="module")
def allowed():
    return grants(TEMPLATE)


def test_a_call_needs_its_function_its_action_and_its_resource(allowed):
    call = Call("ReceiveFunction", "sqs:SendMessage", "IntakeQueue")
    others = (
        Call("PlanFunction", "sqs:SendMessage", "IntakeQueue"),
        Call("ReceiveFunction", "sqs:ReceiveMessage", "IntakeQueue"),
        Call("ReceiveFunction", "sqs:SendMessage", "ReportsQueue"),
    )
    assert any(grant.covers(call) for grant in allowed)
    assert not [it for it in others if any(grant.covers(it) for grant in allowed)]


def test_a_pattern_ends_where_it_ends():
    grant = Grant("A", "s3:GetObject", "Bucket/results/*")
    assert grant.covers(Call("A", "s3:GetObject", "Bucket/results/7/a"))
    assert not grant.covers(Call("A", "s3:GetObject", "Bucket/sources/7/a"))


def test_what_lambda_itself_does_is_granted(allowed):
    assert fed(TEMPLATE) | logged(TEMPLATE) <= allowed


@pytest.mark.parametrize(
    ("service", "operation", "given", "expected"),
    [
        ("sqs", "SendMessageBatch", {"QueueUrl": "u"}, [("sqs:SendMessage", "u", "")]),
        (
            "dynamodb",
            "Query",
            {"TableName": "t", "IndexName": "due"},
            [("dynamodb:Query", "t", "/index/due")],
        ),
        (
            "dynamodb",
            "TransactWriteItems",
            {"TransactItems": [{"Put": {"TableName": "t"}}, {"Update": {"TableName": "t"}}]},
            [("dynamodb:PutItem", "t", ""), ("dynamodb:UpdateItem", "t", "")],
        ),
        (
            "s3",
            "DeleteObjects",
            {"Bucket": "b", "Delete": {"Objects": [{"Key": "k"}]}},
            [("s3:DeleteObject", "b", "/k")],
        ),
        ("s3", "ListObjectsV2", {"Bucket": "b"}, [("s3:ListBucket", "b", "")]),
    ],
)
def test_a_call_takes_the_actions_that_aws_documents(service, operation, given, expected):
    assert asked(service, operation, given) == expected


@pytest.mark.parametrize(("service", "operation"), [("sqs", "PurgeQueue"), ("ec2", "RunInstances")])
def test_a_call_that_nobody_has_described_is_not_let_pass(service, operation):
    with pytest.raises(LookupError, match=operation):
        asked(service, operation, {})


def test_calls_count_whichever_worker_made_them_and_however_often(tmp_path):
    call = ["PlanFunction", "sqs:SendMessage", "ReportsQueue"]
    other = ["SweepFunction", "sqs:SendMessage", "ReportsQueue"]
    for worker, lines in {"1": [call], "2": [call, other], "3": []}.items():
        text = "".join(f"{json.dumps(line)}\n" for line in lines)
        (tmp_path / f"{worker}.jsonl").write_text(text, "utf-8")
    assert made(tmp_path) == {Call(*call), Call(*other)}


def made(folder):
    """Every call that was written down, by whichever process."""
    files = folder.glob("*.jsonl")
    lines = (line for path in files for line in path.read_text("utf-8").splitlines())
    return {Call(*json.loads(line)) for line in lines}


@pytest.mark.permissions
def test_everything_that_is_granted_is_used_or_explained(allowed):
    """After `make test`, which writes down every call that functions make in all tests."""
    calls = made(ROOT / "build/calls")
    assert calls, "there are no calls in build/calls: run `make test` first"
    asked_for = allowed - fed(TEMPLATE) - logged(TEMPLATE)
    idle = {g for g in asked_for if g.action not in UNUSED and not any(map(g.covers, calls))}
    told = [f"{g.function} may {g.action} on {g.resource}" for g in sorted(idle)]
    assert not told, "\n".join([ADVICE, *told])
