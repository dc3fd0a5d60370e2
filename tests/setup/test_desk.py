"""Who may see the setup page, and what becomes of a press of its button."""

from dataclasses import replace

import pytest

from solvet.domain.setup import LIFETIME, STUCK, Phase
from solvet.errors import Unavailable
from tests.setup.conftest import BASE, Flaky, fields

AWAY = Unavailable("AWS is away")
PATHS = [("GET", "/setup"), ("GET", "/setup/done?code=a&state=b"), ("POST", "/setup/keys")]


def ask(browser, method, path):
    return browser.get(BASE + path) if method == "GET" else browser.post(BASE + path, {})


@pytest.fixture
def opened(desk):
    """A browser that has opened the link, and the page that it sees."""
    browser = desk.browser()
    return browser, browser.open(desk.link())


@pytest.fixture
def finished(desk, opened, press, blank_github):
    """Somebody pressed the button."""
    browser, page = opened
    blank_github.webhook_url = None
    return browser, browser.get(press(page))


@pytest.fixture(autouse=True)
def nobody_is_delivered_to(blank_github, monkeypatch):
    monkeypatch.setattr(blank_github._courier, "deliver", lambda *_, **__: None)


def test_the_link_leads_to_the_page_and_is_left_behind(desk):
    browser = desk.browser()
    reply = browser.get(desk.link())
    assert (reply.status, reply.headers["location"]) == (303, f"{BASE}/setup")
    flags = {flag.strip() for flag in reply.cookie.split(";")[1:]}
    assert flags == {"Path=/", f"Max-Age={LIFETIME}", "HttpOnly", "SameSite=Lax", "Secure"}
    assert reply.cookie.startswith("__Host-")


def test_the_page_shows_what_will_be_made(opened):
    _, page = opened
    assert page.status == 200
    for shown in (f"{BASE}/webhook", "pull requests", "no check run can be written", "merge_group"):
        assert shown in page.body


def test_a_link_opens_in_one_browser_only(desk):
    link = desk.link()
    first, second = desk.browser(), desk.browser()
    first.open(link)
    refused = second.get(link)
    assert (refused.status, second.cookie) == (403, "")
    assert "was opened before" in refused.body
    assert first.open(link).status == 200, "who opened it may do so again"


def test_of_two_browsers_at_once_one_opens_the_link(desk):
    link, stale = desk.link(), desk.ledger.read()
    desk.browser().open(link)
    desk.use(ledger=Flaky(desk.ledger))
    desk.parts.ledger.read = lambda: stale
    assert desk.browser().get(link).status == 403


@pytest.mark.parametrize("token", ["nonsense", "é", "A" * 100_000])
def test_another_token_opens_nothing(desk, token):
    desk.link()
    browser = desk.browser()
    reply = browser.get(f"{BASE}/setup?token={token}")
    assert reply.status == 403
    assert browser.cookie == ""


def test_an_expired_link_opens_nothing_and_says_so(desk):
    link = desk.link()
    desk.later = LIFETIME
    reply = desk.browser().get(link)
    assert (reply.status, "has expired" in reply.body) == (410, True)


def test_a_page_that_stands_open_expires_as_well(desk, opened, press):
    browser, page = opened
    back = press(page)
    desk.later = LIFETIME
    assert "has expired" in browser.get(f"{BASE}/setup").body
    assert browser.get(back).status == 410
    assert desk.secret("app") == {}


def test_a_new_link_shuts_out_who_opened_the_former(desk, opened):
    browser, _ = opened
    desk.link()
    assert browser.get(f"{BASE}/setup").status == 403


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_nothing_answers_before_there_is_a_link(desk, method, path):
    assert ask(desk.browser(), method, path).status == 410


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_strangers_see_nothing(desk, opened, method, path):
    assert ask(desk.browser(), method, path).status == 403


def test_the_button_makes_an_app_and_its_secrets_are_stored(desk, finished, blank_github):
    _, reply = finished
    app = blank_github.world.app
    assert reply.status == 303
    assert reply.headers["location"] == f"{blank_github.web_url}/apps/{app.slug}/installations/new"
    assert desk.secret("app")["app_id"] == str(app.id)
    assert "PRIVATE KEY" in desk.secret("app")["private_key"]
    assert desk.secret("webhook") == {"current": app.webhook_secret, "previous": ""}


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_once_the_app_is_set_up_everything_is_switched_off(desk, finished, method, path):
    browser, _ = finished
    assert ask(browser, method, path).status == 410
    assert ask(desk.browser(), method, path).status == 410


def test_a_reload_of_the_last_step_leads_on_to_the_repositories(desk, opened, press):
    browser, page = opened
    back = press(page)
    browser.get(back)
    before = desk.secret("app")
    again = browser.get(back)
    assert again.status == 410
    assert "/installations/new" in again.body
    assert desk.secret("app") == before


def test_the_link_is_dead_once_the_app_is_set_up(desk, press):
    browser, link = desk.browser(), desk.link()
    browser.get(press(browser.open(link)))
    assert [b.get(link).status for b in (browser, desk.browser())] == [410, 410]


@pytest.mark.parametrize("state", ["", "0" * 64, "é"])
def test_an_answer_with_another_state_changes_nothing(desk, opened, press, state):
    browser, page = opened
    back = press(page).partition("&state=")[0]
    reply = browser.get(f"{back}&state={state}")
    assert (reply.status, "did not come from the setup page" in reply.body) == (403, True)
    assert desk.secret("app") == {}
    assert browser.get(press(page)).status == 303, "and the button works still"


def test_the_state_of_one_browser_is_no_other_ones(desk, opened, press):
    _, page = opened
    back = press(page)
    other = desk.browser()
    other.open(desk.link())
    assert other.get(back).status == 403
    assert desk.secret("app") == {}


@pytest.mark.parametrize("code", ["", "../user", "a" * 201, "a/b", "a b"])
def test_a_code_that_is_none_is_not_asked_about(desk, opened, code, blank_github):
    browser, page = opened
    state = fields(page.body).action.partition("state=")[2]
    asked = len(blank_github.requests)
    assert browser.get(f"{BASE}/setup/done?code={code}&state={state}").status == 400
    assert len(blank_github.requests) == asked


def test_a_code_that_github_does_not_know_is_told_and_the_button_works_again(desk, opened, press):
    browser, page = opened
    state = fields(page.body).action.partition("state=")[2]
    reply = browser.get(f"{BASE}/setup/done?code=made-up&state={state}")
    page = browser.get(reply.headers["location"])
    assert "did not take back the code" in page.body
    assert browser.get(press(page)).headers["location"].endswith("/installations/new")


def test_a_failed_try_leaves_its_state_behind(desk, opened, press):
    browser, page = opened
    state = fields(page.body).action.partition("state=")[2]
    browser.get(f"{BASE}/setup/done?code=made-up&state={state}")
    assert browser.get(f"{BASE}/setup/done?code=another&state={state}").status == 403


def test_github_that_fails_once_is_asked_again(opened, press, blank_github):
    browser, page = opened
    back = press(page)
    blank_github.fail_next(path="/app-manifests/.*", status=502, times=2)
    assert browser.get(back).headers["location"].endswith("/installations/new")


def test_an_answer_that_is_lost_is_told_with_what_to_do(desk, opened, press, blank_github):
    browser, page = opened
    back = press(page)
    blank_github.fail_next(path="/app-manifests/.*", dropped=True, done=True)
    page = browser.get(browser.get(back).headers["location"])
    assert "which it tells once" in page.body
    assert "Delete the App" in page.body
    assert desk.secret("app") == {}
    assert browser.get(press(page)).status == 303


def test_secrets_that_cannot_be_stored_at_first_are_stored_in_the_end(desk, opened, press):
    browser, page = opened
    desk.use(vault=Flaky(desk.vault, keep_app=[AWAY, AWAY]))
    browser.get(press(page))
    assert desk.secret("app")["app_id"]


@pytest.mark.parametrize("lost", ["app", "webhook"])
def test_secrets_that_cannot_be_stored_are_told_with_the_app_to_delete(
    desk, opened, press, blank_github, lost
):
    browser, page = opened
    desk.lose(lost)
    page = browser.get(browser.get(press(page)).headers["location"])
    assert "could not be stored" in page.body
    assert f"{blank_github.web_url}/apps/{blank_github.world.app.slug}" in page.body
    assert fields(page.body).name != blank_github.world.app.slug, "the name is taken now"


def test_a_try_that_was_killed_is_told_of_and_may_be_repeated(desk, opened, press):
    browser, page = opened
    stopped = replace(desk.ledger.read(), phase=Phase.EXCHANGING, since=int(desk.parts.now()))
    desk.ledger.advance(desk.ledger.read(), stopped)
    assert browser.get(f"{BASE}/setup").status == 409
    assert browser.get(f"{BASE}/setup/done?code=a&state=b").status == 409
    desk.later = STUCK + 1
    page = browser.get(f"{BASE}/setup")
    assert "It broke off" in page.body
    assert browser.get(press(page)).status == 303


def test_of_two_answers_at_once_one_is_exchanged(desk, opened, press):
    browser, page = opened
    back, stale = press(page), desk.ledger.read()
    browser.get(back)
    desk.use(ledger=Flaky(desk.ledger))
    desk.parts.ledger.read = lambda: stale
    assert browser.get(back).status == 409


@pytest.mark.parametrize("errors", [[None, None, AWAY], [None, AWAY], [None, None, AWAY, AWAY]])
def test_a_table_that_is_away_for_a_moment_stops_nothing(desk, opened, press, errors):
    browser, page = opened
    desk.use(ledger=Flaky(desk.ledger, advance=errors))
    assert browser.get(press(page)).status == 303
    assert desk.ledger.read().phase is Phase.DONE


def test_a_write_that_was_done_and_not_answered_stops_nothing(desk, opened, press):
    """The setup is noted under a version that we do not know of."""

    class Mute(Flaky):
        def advance(self, known, to):
            done = desk.ledger.advance(known, to)
            if to.phase is Phase.EXCHANGING and to.app:
                raise AWAY
            return done

    browser, page = opened
    desk.use(ledger=Mute(desk.ledger))
    assert browser.get(press(page)).headers["location"].endswith("/installations/new")
    assert desk.ledger.read().phase is Phase.DONE


def test_an_app_that_is_set_up_is_not_lost_when_the_page_cannot_be_closed(desk, opened, press):
    browser, page = opened
    desk.use(ledger=Flaky(desk.ledger, advance=[None, None, AWAY, AWAY, AWAY]))
    reply = browser.get(press(page))
    assert (reply.status, "could not be switched off" in reply.body) == (200, True)
    assert "/installations/new" in reply.body


def test_a_try_that_cannot_be_noted_as_failed_says_so(desk, opened):
    browser, page = opened
    state = fields(page.body).action.partition("state=")[2]
    desk.use(ledger=Flaky(desk.ledger, advance=[None, AWAY, AWAY, AWAY]))
    reply = browser.get(f"{BASE}/setup/done?code=made-up&state={state}")
    assert (reply.status, "It broke off" in reply.body) == (503, True)


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_without_its_table_the_page_says_that_nothing_was_changed(desk, opened, method, path):
    browser, _ = opened
    desk.use(ledger=Flaky(desk.ledger, read=[AWAY]))
    assert ask(browser, method, path).status == 503


def test_an_organisation_is_registered_for(desk, blank_github):
    browser = desk.browser()
    page = browser.open(desk.link(organization="acme"))
    owner = f"{blank_github.web_url}/organizations/acme/settings/apps/new?state="
    assert fields(page.body).action.startswith(owner)


@pytest.mark.parametrize("name", ["a/../b", "-acme", "a" * 40, '"><script>', "é"])
def test_no_organisation_leads_elsewhere(opened, name, blank_github):
    browser, _ = opened
    page = browser.get(f"{BASE}/setup?organization={name}")
    assert fields(page.body).action.startswith(f"{blank_github.web_url}/settings/apps/new")
    assert "No organisation" in page.body
    assert "<script" not in page.body
