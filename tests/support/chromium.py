"""Debian's Chromium, driven by Playwright: nothing is fetched by it, and nothing but the desk is asked.

Run as a program, `python -m tests.support.chromium`, it installs Chromium where it is absent and we may, or says in one
sentence what to do.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

__all__ = ["ABSENT", "chromium", "found"]

ABSENT = (
    "Chromium is not installed, and the pages of the desk are tried in it: `apt-get install chromium` as root, or name"
    " one that is elsewhere in UPSTANDER_CHROMIUM."
)

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_INSTALL = (("apt-get", "update", "-q"), ("apt-get", "install", "-q", "-y", "--no-install-recommends", "chromium"))


def found() -> str | None:
    """Where Chromium is; None where it is absent."""
    said = os.environ.get("UPSTANDER_CHROMIUM")
    return next(filter(None, map(shutil.which, (said,) if said else _NAMES)), None)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser, for as long as this lasts. Raises `RuntimeError` where there is none.

    For no longer than a test needs it: as long as Playwright runs, Django takes this thread for one that may not ask
    a database.
    """
    path = found()
    if path is None:
        raise RuntimeError(ABSENT)
    # A sandbox cannot be made by root; what is shown here is our own.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*arguments, "--disable-gpu"])
        try:
            yield browser
        finally:
            browser.close()


def main() -> int:
    """Install it where it is absent; the exit status."""
    if found() is None and os.geteuid() == 0 and shutil.which("apt-get"):
        for command in _INSTALL:
            subprocess.run(command, check=False, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})
    if found() is None:
        sys.stderr.write(f"{ABSENT}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
