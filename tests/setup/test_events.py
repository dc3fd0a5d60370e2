"""The HTTP API's events as requests for a page, however damaged, and replies as it sends them."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solvet.lambdas.pages import LARGEST_FORM, page_request, page_response
from solvet.services.setup.desk import answer
from solvet.services.setup.web import Reply, Request
from tests.setup.conftest import BASE

FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
TEXTS = st.none() | st.text()
EVENTS = st.fixed_dictionaries(
    {},
    optional={
        "rawPath": TEXTS,
        "rawQueryString": TEXTS,
        "body": TEXTS,
        "isBase64Encoded": st.booleans(),
        "cookies": st.none() | st.lists(st.text()),
        "headers": st.none() | st.dictionaries(st.text(), st.text()),
        "requestContext": st.none() | st.just({"http": {"method": "POST"}}),
    },
)


def form(body, headers=FORM):
    return page_request({"headers": headers, "body": body, "isBase64Encoded": False}).form


@given(EVENTS)
def test_no_event_breaks_the_page(event):
    request = page_request(event)
    assert isinstance(request.cookie(BASE), str)
    assert isinstance(request.is_from(BASE), bool)
    assert "body" not in repr(request)


def test_a_form_is_read_whether_or_not_the_api_encodes_it():
    raw = b"openai=a%20b&gemini="
    encoded = {"headers": FORM, "body": base64.b64encode(raw).decode(), "isBase64Encoded": True}
    assert page_request(encoded).form == {"openai": "a b", "gemini": ""}
    assert form(raw.decode()) == {"openai": "a b", "gemini": ""}


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        ("openai=a", {"Content-Type": "text/plain"}),
        ("openai=" + "a" * LARGEST_FORM, FORM),
        ("&".join(f"f{n}=a" for n in range(50)), FORM),
    ],
)
def test_what_is_no_form_of_ours_is_an_empty_one(body, headers):
    assert form(body, headers) == {}


def test_cookies_come_apart_and_go_apart():
    request = page_request({"cookies": ["a=1", "__Host-solvet-setup=secret"]})
    assert request.cookie(BASE) == "secret"
    assert request.cookie("http://127.0.0.1:8080") == ""
    reply = page_response(Reply(status=200, why="", cookie="a=b; Path=/"))
    assert reply["cookies"] == ["a=b; Path=/"]


@pytest.mark.parametrize(("method", "path"), [("PUT", "/setup"), ("GET", "/setup/x"), ("", "")])
def test_what_is_no_route_is_no_page(desk, method, path):
    reply = answer(Request(method=method, path=path), desk.parts)
    assert (reply.status, "no such page" in reply.body) == (404, True)


def test_every_reply_forbids_what_the_page_does_not_need(desk):
    headers = answer(Request(method="GET", path="/setup"), desk.parts).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert f"form-action 'self' {desk.github.web_url};" in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "strict-origin"
