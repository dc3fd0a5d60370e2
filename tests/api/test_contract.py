"""The API against its own description: schemathesis makes up requests, valid and not."""

import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck
from schemathesis import Case
from schemathesis.specs.openapi.checks import unsupported_method

from solvet.services.analyses.description import description

EXAMPLES = 50
API = schemathesis.openapi.from_dict(description())
BOUNDED = hypothesis.settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def called(case: Case, place, token):
    """Checked for status, content type, headers and schema; a server's error is never right."""
    case.call_and_validate(
        base_url=place.url,
        headers={"Authorization": f"Bearer {token}"},
        timeout=60,
        excluded_checks=[unsupported_method],  # an HTTP API has no route then, and says 404
    )


@pytest.fixture(scope="module")
def token(shared_place):
    return shared_place.caller().token


@API.parametrize()
@BOUNDED
def test_every_answer_is_as_it_is_described(case, shared_place, token):
    called(case, shared_place, token)


@pytest.mark.parametrize("operation", ["analyze", "find"])
@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer nobody", "Basic abc"])
def test_nobody_is_let_in_without_a_token(shared_place, ann, operation, authorization):
    path = {"analyze": ("POST", "/analyze", b"{}"), "find": ("GET", "/analyses/x", None)}
    answer = ann.call(*path[operation], {"Authorization": authorization})
    assert answer.status == 401
