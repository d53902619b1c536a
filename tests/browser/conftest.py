"""A real Chromium, and the app on a loopback port of its own."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from tests.dashboards.pages import DASHBOARDS, copied

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-color-profile=srgb",
    "--hide-scrollbars",
]
STARTS_WITHIN_S = 60
expect.set_options(timeout=30_000)
SETTLES_MS = 700


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium for one file of tests; PWDEBUG=1 shows its window and steps through.

    Playwright's event loop runs on in this thread until the block ends, and Dagster can not start one beside it.
    """
    with sync_playwright() as playwright, chromium(playwright) as started:
        yield started


def chromium(playwright: Playwright) -> Browser:
    """PODIUM_TEST_CHROMIUM, the system's Chromium or Chrome, or Playwright's own."""
    named = os.environ.get("PODIUM_TEST_CHROMIUM")
    found = named or next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    executable = found or playwright.chromium.executable_path
    if not Path(executable).exists():
        pytest.fail(
            f"no Chromium at {executable}: install one (Debian: apt-get install chromium), run"
            " `playwright install chromium`, or set PODIUM_TEST_CHROMIUM to an executable"
        )
    return playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)


@contextmanager
def serving(home: Path, log: Path) -> Iterator[str]:
    """The app over a home, until the block ends; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "dashboards/asgi.py", "--server.port", str(port)]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--server.address", "127.0.0.1"],
            cwd=DASHBOARDS.parent,
            env=os.environ | {"PODIUM_HOME": str(home)},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_for(port, process, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


def wait_for(port: int, process: subprocess.Popen, log: Path) -> None:
    """Until the server answers; its output if it does not."""
    if not answers(port, process):
        pytest.fail(f"the app did not start:\n{log.read_text(errors='replace')}")


def answers(port: int, process: subprocess.Popen) -> bool:
    """Whether a server that was just started answers in good time."""
    until = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        except OSError:
            time.sleep(0.2)
        else:
            return True
    return False


@pytest.fixture(scope="module")
def address(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the app over the demo answers."""
    with serving(demo_home, tmp_path_factory.mktemp("app") / "log") as here:
        yield here


@pytest.fixture
def own_home(demo_home: Path, tmp_path: Path) -> Path:
    """A copy of the demo's published version, for a test that changes it."""
    return copied(demo_home, tmp_path / "home")


def settle(page: Page) -> None:
    """Until the script has run and what it drew is painted."""
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for(timeout=30_000)
    expect(page.locator('[data-testid="stSkeleton"]')).to_have_count(0)
    page.wait_for_timeout(SETTLES_MS)
