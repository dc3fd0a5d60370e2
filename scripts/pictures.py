"""`make pictures`: the sample pull request as people see it, for docs/images. Needs Chromium."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from solvet.local.demo import Stage, room, scripted, staged
from solvet.local.providers.server import ScriptedProviders
from solvet.local.repositories import sample

IMAGES = Path(__file__).parents[1] / "docs/images"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
WIDE, PHONE = 1280, 390
"""Widths in CSS pixels, of a desktop's window and of a phone."""
HEIGHTS = {WIDE: 2050, PHONE: 3000}
LONGEST = 60
"""Seconds for one picture."""


def main() -> None:
    """Review the sample once, and take its page four times."""
    os.environ["LOG_LEVEL"] = "CRITICAL"
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        sys.exit(f"none of {', '.join(BROWSERS)} is installed")
    with (
        room() as folder,
        ScriptedProviders() as providers,
        staged(sample(folder), scripted(providers), port=0) as stage,
    ):
        stage.open_pull()
        if not stage.settle():
            sys.exit("the review did not end in time")
        for width, kind in ((WIDE, "wide"), (PHONE, "phone")):
            for theme in ("light", "dark"):
                _take(browser, stage, theme, width, IMAGES / f"pull-request-{kind}-{theme}.png")


def _take(browser: str, stage: Stage, theme: str, width: int, to: Path) -> None:
    command = (
        *(browser, "--headless", "--no-sandbox", "--hide-scrollbars", "--disable-gpu"),
        *(f"--window-size={width},{HEIGHTS[width]}", f"--screenshot={to}"),
        f"{stage.page}?theme={theme}",
    )
    subprocess.run(command, check=True, capture_output=True, timeout=LONGEST)
    print(to.relative_to(Path.cwd()) if to.is_relative_to(Path.cwd()) else to)


if __name__ == "__main__":
    main()
