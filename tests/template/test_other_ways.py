"""The analysis API and the upload bucket: off by default, and narrow when they are on."""

from pathlib import Path

import pytest

from solvet.domain.submission import is_tenant, tenant_of
from solvet.local.template import Template
from solvet.services.analyses.answer import LONGEST_FILE

ROOT = Path(__file__).parents[2]
API = {"JwtIssuer": "https://issuer.example", "JwtAudience": "solvet"}
BUCKET = {"UploadBucketName": "some-uploads"}


def functions(given):
    return {spec.name for spec in Template(ROOT / "template.yaml", given).functions}


@pytest.mark.parametrize(
    ("given", "extra"),
    [
        ({}, set()),
        ({"JwtIssuer": API["JwtIssuer"]}, set()),
        ({"JwtAudience": API["JwtAudience"]}, set()),
        (API, {"AnalyzeFunction"}),
        (BUCKET, {"UploadFunction"}),
        ({**API, **BUCKET}, {"AnalyzeFunction", "UploadFunction"}),
    ],
)
def test_there_is_nothing_of_them_until_they_are_asked_for(given, extra):
    optional = {"AnalyzeFunction", "UploadFunction"}
    assert functions(given) & optional == extra
    template = Template(ROOT / "template.yaml", given)
    assert len(template.of_type("AWS::Serverless::HttpApi")) == 1 + ("AnalyzeFunction" in extra)
    assert len(template.of_type("AWS::S3::Bucket")) == 1 + ("UploadFunction" in extra)


def test_half_of_what_the_api_needs_is_refused(template):
    rules = [template["Rules"][name] for name in ("IssuerNeedsAudience", "AudienceNeedsIssuer")]
    needs = [(rule["RuleCondition"], rule["Assertions"][0]["Assert"]) for rule in rules]
    set_ = {n: {"Fn::Not": [{"Fn::Equals": [{"Ref": n}, ""]}]} for n in API}
    issuer, audience = set_["JwtIssuer"], set_["JwtAudience"]
    assert needs == [(issuer, audience), (audience, issuer)]


def test_every_route_of_the_api_wants_a_token(resources):
    auth = resources["AnalysisApi"]["Properties"]["Auth"]
    authorizer = auth["Authorizers"][auth["DefaultAuthorizer"]]["JwtConfiguration"]
    assert authorizer == {"issuer": {"Ref": "JwtIssuer"}, "audience": [{"Ref": "JwtAudience"}]}
    events = resources["AnalyzeFunction"]["Properties"]["Events"].values()
    assert {(e["Properties"]["Method"], e["Properties"]["Path"]) for e in events} == {
        ("POST", "/analyze"),
        ("GET", "/analyses/{id}"),
    }
    for event in events:
        assert event["Properties"]["ApiId"] == {"Ref": "AnalysisApi"}
        assert "Auth" not in event["Properties"]


def test_the_api_answers_before_its_gateway_gives_up(resources):
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html."""
    assert 2 * LONGEST_FILE < resources["AnalyzeFunction"]["Properties"]["Timeout"] < 30


def test_results_do_not_come_back_as_uploads(resources):
    bucket = resources["UploadBucket"]["Properties"]
    told = bucket["NotificationConfiguration"]["QueueConfigurations"]
    endings = {rule["Value"] for t in told for rule in t["Filter"]["S3Key"]["Rules"]}
    assert endings == {".sol", ".zip"}
    for written in ("A.sol.solvet.json", "A.zip.solvet.md"):
        assert not written.endswith(tuple(endings))


@pytest.mark.parametrize("name", ["UploadRole", "UploadResultsPolicy"])
def test_only_results_may_be_written_beside_uploads(resources, name):
    properties = resources[name]["Properties"]
    (policy,) = properties.get("Policies", [properties])
    granted = policy["PolicyDocument"]["Statement"]
    writing = [s["Resource"] for s in granted if "s3:PutObject" in s["Action"]]
    beside = [r for r in writing if "UploadBucket" in str(r)]
    assert beside == [
        [
            {"Fn::Sub": "${UploadBucket.Arn}/*.solvet.json"},
            {"Fn::Sub": "${UploadBucket.Arn}/*.solvet.md"},
        ]
    ]


def test_only_our_bucket_of_our_account_may_send_to_the_uploads_queue(resources):
    document = resources["UploadsQueuePolicy"]["Properties"]["PolicyDocument"]
    (statement,) = document["Statement"]
    assert statement["Principal"] == {"Service": "s3.amazonaws.com"}
    assert statement["Condition"]["StringEquals"] == {
        "aws:SourceAccount": {"Ref": "AWS::AccountId"}
    }
    (source,) = statement["Condition"]["ArnEquals"].values()
    assert source == {"Fn::Sub": "arn:${AWS::Partition}:s3:::${UploadBucketName}"}


def test_installations_of_the_app_are_nobody_who_hands_something_in():
    assert is_tenant(tenant_of("issuer", "subject"))
    assert not is_tenant(1)
