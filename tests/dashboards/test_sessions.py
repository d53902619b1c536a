"""Many visitors at once on a real server, and what its settings keep a run from doing."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks import pages, sessions
from tests.benchmarks.served import serving
from tests.dashboards.pages import DASHBOARDS


def test_visitors_of_all_pages_at_once_meet_no_error(demo_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "THINKS_S", 0.1)
    with serving(demo_home) as server:
        paths = pages.paths(server.address, asyncio.run(sessions.page_names(server)))
        found = asyncio.run(sessions.crowd(server, list(paths.values()), 2 * len(paths)))
    assert found["errors"] == 0
    assert found["clicks"] == 2 * len(paths) * sessions.CLICKS


def test_a_visitor_of_a_page_that_is_not_there_meets_an_error(demo_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "THINKS_S", 0.1)
    with serving(demo_home) as server:
        found = asyncio.run(sessions.crowd(server, ["/", "/nowhere"], 2))
    assert found["errors"] > 0


def test_a_click_reaches_the_page(demo_home: Path) -> None:
    async def clicked() -> list[str]:
        async with sessions.Visit(server, "/?by=requests") as visitor:
            await visitor.run()
            addresses = []
            for _ in range(3):
                await visitor.click()
                addresses.append(visitor.path)
            return addresses

    with serving(demo_home) as server:
        assert asyncio.run(clicked()) == [
            "/?by=requests&period=12w",
            "/?by=requests&period=1mo",
            "/?by=requests&period=12w",
        ]


def test_the_server_does_not_collect_garbage_after_each_run() -> None:
    asked = "from streamlit import config; print(config.get_option('runner.postScriptGC'))"
    told = subprocess.run(
        [sys.executable, "-c", asked], cwd=DASHBOARDS, env=os.environ, capture_output=True, text=True, check=True
    )
    assert (told.stdout, told.stderr) == ("False\n", "")
