"""Finds a Chromium for the browser tests, or installs one: Debian's as root, else Playwright's, else says how."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome")  # as tests/browser/conftest.py looks for them
DEBIAN = ["apt-get", "install", "-y", "--no-install-recommends", "chromium", "fonts-liberation"]


def chromium() -> str | None:
    """The system's Chromium, if it has one."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def playwright_chromium() -> str | None:
    """The Chromium that Playwright has downloaded, if it has."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def install() -> None:
    """Try the ways in turn; the first that leads to a browser ends it."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        subprocess.run(["apt-get", "update"], check=False, stdin=subprocess.DEVNULL)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(DEBIAN, check=False, env=environment, stdin=subprocess.DEVNULL)
    if not chromium():
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


if __name__ == "__main__":
    if not (chromium() or playwright_chromium()):
        print("Installing Chromium for the browser tests (once) ...", flush=True)
        install()
        if not (chromium() or playwright_chromium()):
            sys.exit(
                "No Chromium could be installed. Install one yourself (Debian, Ubuntu: apt-get install chromium; "
                "else: .venv/bin/playwright install --with-deps chromium), then run this again. "
                "The other tests alone: .venv/bin/python -m pytest -m 'not browser'"
            )
