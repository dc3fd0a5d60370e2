"""Model keys on the page: what is stored, what is refused, and who may send them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solvet.domain.setup import digest, is_sealed, matches, sealed
from solvet.errors import Unavailable
from solvet.services.setup.keys import key_problem
from tests.setup.conftest import BASE, Flaky, fields

OPENAI, GEMINI = "sk-proj-0123456789", "AIza0123456789"
WRONG = [
    ({"openai": GEMINI}, "looks like a key of Gemini"),
    ({"gemini": OPENAI}, "looks like a key of OpenAI"),
    ({"openai": "sk-a b"}, "spaces or characters"),
    ({"openai": "short"}, "has 5 characters"),
    ({"gemini": "x" * 401}, "has 401 characters"),
    ({}, "nothing to save"),
    ({"openai": OPENAI, "gemini": "bad key"}, "spaces or characters"),
]


@pytest.fixture
def browser(desk):
    browser = desk.browser()
    browser.seal = fields(browser.open(desk.link()).body).seal
    return browser


@pytest.fixture
def save(browser):
    def save(headers=None, **form):
        return browser.post(f"{BASE}/setup/keys", {"seal": browser.seal} | form, **(headers or {}))

    return save


def test_keys_are_stored_at_once_and_never_shown(desk, browser, save):
    reply = save(openai=f" {OPENAI} ")
    assert (reply.status, reply.headers["location"]) == (303, f"{BASE}/setup#keys")
    assert desk.secret("models") == {"openai_api_key": OPENAI, "gemini_api_key": ""}
    page = browser.get(f"{BASE}/setup")
    assert "Stored: OpenAI." in page.body
    assert OPENAI not in page.body


@pytest.mark.parametrize(("form", "words"), WRONG)
def test_a_key_that_cannot_be_one_is_refused_and_not_repeated(desk, save, form, words):
    reply = save(**form)
    assert (reply.status, words in reply.body) == (422, True)
    assert desk.secret("models") == {}
    assert [key for key in form.values() if key in reply.body and len(key) > 5] == []


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_another_sites_form_stores_nothing(desk, save, headers):
    assert save(headers, openai=OPENAI).status == 403
    assert desk.secret("models") == {}


@pytest.mark.parametrize("seal", ["", "0" * 64, "é"])
def test_without_the_pages_own_seal_nothing_is_stored(desk, save, seal):
    assert save(openai=OPENAI, seal=seal).status == 403
    assert desk.secret("models") == {}


def test_keys_that_could_not_be_stored_are_said_to_be_not_stored(desk, save):
    desk.use(vault=Flaky(desk.vault, keep_model_keys=[Unavailable("away")]))
    reply = save(openai=OPENAI)
    assert (reply.status, "could not be stored" in reply.body) == (422, True)


@given(st.text())
def test_any_text_is_a_key_or_has_a_problem_that_does_not_tell_it(text):
    problem = key_problem("openai", text)
    assert not problem or len(text) < 5 or text not in problem


@given(st.text(), st.text())
def test_a_secret_matches_its_own_digest_only(one, other):
    assert matches(one, digest(one))
    assert not matches(one, "")
    assert matches(other, digest(one)) == (one == other)


@given(st.text(st.characters(codec="ascii")), st.text())
def test_a_seal_is_good_for_one_cookie_and_one_purpose(cookie, token):
    good = sealed(cookie, "save")
    assert is_sealed(good, cookie, "save")
    assert not is_sealed(good, cookie, "register")
    assert not is_sealed(good, f"{cookie}x", "save")
    assert is_sealed(token, cookie, "save") == (token == good)
