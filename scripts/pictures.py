"""`make pictures`: pages as people see them, for docs/images. Needs Chromium."""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from scripts.browser import find
from solvet.bootstrap.setting_up import LocalSetup
from solvet.local.demo import room, scripted, staged
from solvet.local.providers.server import ScriptedProviders
from solvet.local.repositories import sample
from solvet.local.setting_up import serving

IMAGES = Path(__file__).parents[1] / "docs/images"
KINDS = {"wide": (1280, 2050), "phone": (390, 3000)}
"""A desktop's window and a phone, in CSS pixels; the heights are those of the pull request."""
SETUP = {"wide": (1000, 1040)}
LONGEST = 60_000
"""Milliseconds for one picture."""
GITHUB, STACK = "https://api.github.com", "https://a1b2c3.execute-api.eu-central-1.amazonaws.com"


def main() -> None:
    """Review the sample once and take its page, then the setup page, each in light and dark."""
    os.environ["LOG_LEVEL"] = "CRITICAL"
    path = find()
    if path is None:
        sys.exit("there is no Chromium: `make browser` installs it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        with _pull_request() as url:
            _take(browser, "pull-request", KINDS, lambda: url)
        with _setup() as setup, serving(setup.answer, 0) as base:
            webhook = f"{STACK}/webhook"
            link = partial(setup.link, base=base, webhook=webhook, organization="")
            _take(browser, "setup", SETUP, link)
        browser.close()


@contextmanager
def _pull_request() -> Iterator[str]:
    """Its page, once it was reviewed."""
    with (
        room() as folder,
        ScriptedProviders() as providers,
        staged(sample(folder), scripted(providers), port=0) as stage,
    ):
        stage.open_pull()
        if not stage.settle():
            sys.exit("the review did not end in time")
        yield stage.page


@contextmanager
def _setup() -> Iterator[LocalSetup]:
    """The setup of this machine, as a stack shows it; nobody presses anything."""
    with tempfile.TemporaryDirectory() as folder:
        place = "in this stack's Secrets Manager"
        yield LocalSetup(GITHUB, Path(folder) / "credentials.json", place)


def _take(
    browser: Browser, name: str, sizes: Mapping[str, tuple[int, int]], link: Callable[[], str]
) -> None:
    for kind, (width, height) in sizes.items():
        for theme in ("light", "dark"):
            to = IMAGES / f"{name}-{kind}-{theme}.png"
            context = browser.new_context(
                color_scheme=theme, viewport={"width": width, "height": height}
            )
            page = context.new_page()
            page.goto(link(), timeout=LONGEST)
            page.screenshot(path=to)
            context.close()
            print(to.relative_to(Path.cwd()) if to.is_relative_to(Path.cwd()) else to)


if __name__ == "__main__":
    main()
