"""The setup page in Chromium: what a person sees, and what a browser keeps from others."""

import pytest

from solvet.bootstrap.setting_up import LocalSetup
from solvet.local.setting_up import serving


@pytest.fixture(scope="module")
def own(blank_github, tmp_path_factory):
    """The setup of this machine, on a port of its own."""
    path = tmp_path_factory.mktemp("kept") / "credentials.json"
    setup = LocalSetup(blank_github.api_url.replace("127.0.0.1", "localhost"), path)
    with serving(setup.answer, 0) as base:
        setup.base = base
        yield setup


@pytest.fixture
def page(own, visit):
    """The page, just opened by its link."""
    link = own.link(base=own.base, webhook="https://stack.example/webhook", organization="")
    return visit(link)


def test_the_page_fits_a_phone_in_the_dark(page):
    page.set_viewport_size({"width": 360, "height": 740})
    page.emulate_media(color_scheme="dark")
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(15, 20, 19)"
    button = page.get_by_role("button", name="Create the GitHub App").bounding_box()
    assert button["y"] + button["height"] < 740, "the button is seen without scrolling"


def test_a_wrong_key_is_told_beside_its_field_and_in_sight(page):
    page.get_by_label("Gemini").fill("sk-0123456789")
    page.get_by_role("button", name="Save keys").click()
    problem = page.get_by_text("This looks like a key of OpenAI.")
    assert problem.bounding_box()["y"] < page.viewport_size["height"], "scrolled to"
    assert page.get_by_label("Gemini").input_value() == "", "it is not repeated"


def test_keys_are_saved_without_leaving_the_page(page):
    page.get_by_label("OpenAI").fill("sk-0123456789abcdef")
    page.get_by_role("button", name="Save keys").click()
    assert page.get_by_role("status").inner_text() == "Stored: OpenAI."
    assert page.get_by_role("button", name="Create the GitHub App").is_visible()


def test_an_organisation_is_chosen_by_its_name(page):
    page.get_by_label("For an organisation instead").fill("acme")
    page.get_by_role("button", name="Change").click()
    page.get_by_role("button", name="Create the GitHub App").click()
    assert page.inner_text("h1") == "Create GitHub App for acme"


def test_another_site_can_neither_send_the_form_nor_frame_the_page(own, page):
    seal = page.locator("input[name=seal]").get_attribute("value")
    page.goto("about:blank")
    page.set_content(
        f"<form method=post action='{own.base}/setup/keys'><input name=seal value='{seal}'>"
        "<input name=openai value=sk-0123456789><button>go</button></form>"
    )
    page.get_by_role("button").click()
    assert page.inner_text("h1") == "This page opens by its link only", "no cookie was sent"
    page.goto("about:blank")
    page.set_content(f"<iframe src='{own.base}/setup'></iframe>")
    assert page.frames[-1].url.startswith("chrome-error://")


def test_scripts_see_no_cookie(page):
    assert len(page.context.cookies()) == 1
    assert page.evaluate("document.cookie") == ""
