"""Requests that are wrong, hostile or somebody else's: each ends in a problem, in few words."""

import json
from types import SimpleNamespace

import pytest
from aws_lambda_powertools import Logger

from solvet.domain.submission import MOST_CHARACTERS
from solvet.errors import Unavailable
from solvet.lambdas import rest
from solvet.services.analyses.request import LARGEST_BODY
from tests.api.conftest import SAFE

DEEP = b'{"files": ' + b"[" * 5_000 + b"]" * 5_000 + b"}"
HALF = {"code": "x" * (MOST_CHARACTERS // 2 + 1)}["code"]


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (b"", 400, "no JSON"),
        (b"\xff\xfe", 400, "no JSON"),
        (b'{"code": "\\ud800"}', 400, "no JSON"),
        (DEEP, 400, "no JSON"),
        (b"[]", 422, "Expected `object`"),
        (b"{}", 422, "Neither `code` nor `files`"),
        ({"code": SAFE, "files": {"A.sol": SAFE}}, 422, "Both `code` and `files`"),
        ({"code": None}, 422, "Expected `str`, got `null`"),
        ({"code": 7}, 422, "$.code"),
        ({"code": SAFE, "analysis_type": "audit"}, 422, "$.analysis_type"),
        ({"code": SAFE, "policy": "off"}, 422, "unknown field `policy`"),
        ({"files": {}}, 422, "length >= 1"),
        ({"files": {f"{n}.sol": "" for n in range(201)}}, 422, "length <= 200"),
        ({"files": {"A.txt": SAFE}}, 422, "is no .sol file"),
        ({"files": {"../A.sol": SAFE}}, 422, "`..`"),
        ({"files": {"/A.sol": SAFE}}, 422, "is absolute"),
        ({"files": {"a\x00.sol": SAFE}}, 422, "a control character"),
        ({"files": {"a" * 300 + ".sol": SAFE}}, 422, "longer than 300"),
        ({"code": "x" * (MOST_CHARACTERS + 1)}, 422, "length <= 1000000"),
        ({"files": {"A.sol": HALF, "B.sol": HALF}}, 413, "1,000,000 characters"),
        (b'"' + b"x" * LARGEST_BODY + b'"', 413, "4,000,000 bytes"),
    ],
)
def test_a_request_that_is_none_is_refused_in_words(ann, body, status, words):
    answer = ann.post(body)
    assert answer.status == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json["status"] == status
    assert words in json.dumps(answer.json)
    assert len(json.dumps(answer.json)) < 1_000


@pytest.mark.parametrize("kind", ["text/plain", "", "application/x-www-form-urlencoded"])
def test_only_json_is_taken(ann, kind):
    assert ann.post({"code": SAFE}, kind=kind).status == 415


def test_json_may_say_its_charset(ann):
    assert ann.post({"code": SAFE}, kind="Application/JSON; charset=utf-8").status == 200


@pytest.mark.parametrize(
    "name", ["0" * 32, "x", "a" * 3_000, "%00", "%23", "analysis%230", "..%2f..", "é"]
)
def test_an_id_that_nobody_has_is_not_found(ann, name):
    answer = ann.get(name.replace("é", "%C3%A9"))
    assert answer.status == 404


def event(authorizer):
    return {
        "version": "2.0",
        "routeKey": "POST /analyze",
        "rawPath": "/analyze",
        "headers": {"content-type": "application/json"},
        "requestContext": {
            "stage": "$default",
            "requestId": "1",
            "http": {"method": "POST", "path": "/analyze"},
            "authorizer": authorizer,
        },
        "body": json.dumps({"code": SAFE}),
        "isBase64Encoded": False,
    }


def answered(authorizer, ask=None):
    context = SimpleNamespace(
        function_name="analyze", get_remaining_time_in_millis=lambda: 20_000, aws_request_id="1"
    )
    app = rest.resolver(SimpleNamespace(ask=ask, find=None))
    return rest.answer(event(authorizer), context, app, Logger(service="analyze"))


@pytest.mark.parametrize(
    "authorizer",
    [
        {},
        {"jwt": None},
        {"jwt": {"claims": {}}},
        {"jwt": {"claims": {"iss": "https://issuer"}}},
        {"jwt": {"claims": {"sub": "ann", "iss": ""}}},
    ],
)
def test_without_a_verified_subject_nobody_is_let_in_even_past_the_gateway(authorizer):
    assert answered(authorizer)["statusCode"] == 401


def test_an_outage_is_told_without_its_details():
    def ask(*_):
        raise Unavailable("writing the table: arn:aws:dynamodb:secret")

    reply = answered({"jwt": {"claims": {"iss": "i", "sub": "s"}}}, ask)
    assert reply["statusCode"] == 503
    assert reply["headers"]["retry-after"] == "5"
    assert "arn" not in reply["body"]
