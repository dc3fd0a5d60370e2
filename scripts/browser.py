"""`make browser`: Chromium for the tests of pages, from the system's packages where it is missing.

Exit code: 0 it is there, 3 it is not and cannot be installed from here.
"""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome")
LONGEST = 600
"""Seconds for one step of the installation."""
MISSING = 3
_STEPS = (("apt-get", "update", "-q"), ("apt-get", "install", "-q", "-y", "chromium"))


def find() -> str | None:
    """Where it is: SOLVET_CHROMIUM, else the first on the path."""
    named = os.environ.get("SOLVET_CHROMIUM")
    return named or next(filter(None, map(shutil.which, NAMES)), None)


def install() -> None:
    """From Debian's packages, as root only; what fails has said why."""
    if shutil.which("apt-get") is None or not hasattr(os, "geteuid") or os.geteuid() != 0:
        return
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for step in _STEPS:
        try:
            subprocess.run(step, env=quiet, stdout=sys.stderr, timeout=LONGEST, check=True)
        except (OSError, subprocess.SubprocessError) as error:
            print(f"Chromium cannot be installed: {error}", file=sys.stderr)
            return


def main() -> int:
    """Say where it is, or that it is not."""
    if find() is None:
        install()
    found = find()
    print(found or f"none of {', '.join(NAMES)} is installed: please install Chromium")
    return 0 if found else MISSING


if __name__ == "__main__":
    sys.exit(main())
