"""Visitors on a real server: many at once, each page following what is published, and no run that collects garbage."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.benchmarks import pages, sessions
from tests.benchmarks.served import Server, serving
from tests.dashboards.pages import DASHBOARDS


@pytest.fixture(scope="module")
def server(demo_home: Path) -> Iterator[Server]:
    """`podium serve` over the demo."""
    with serving(demo_home) as running:
        yield running


@pytest.fixture(scope="module")
def paths(server: Server) -> list[str]:
    """Every view of every page."""
    return list(pages.paths(server.address, asyncio.run(sessions.page_names(server))).values())


def test_visitors_of_all_pages_at_once_meet_no_error(
    server: Server, paths: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "THINKS_S", 0.1)
    found = asyncio.run(sessions.crowd(server, paths, 2 * len(paths)))
    assert found["errors"] == 0
    assert found["clicks"] == 2 * len(paths) * sessions.CLICKS


def test_a_visitor_of_a_page_that_is_not_there_meets_an_error(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "THINKS_S", 0.1)
    assert asyncio.run(sessions.crowd(server, ["/", "/nowhere"], 2))["errors"] == 1


def test_every_page_follows_what_is_published(server: Server, paths: list[str]) -> None:
    async def deaf() -> list[str]:
        found = []
        for path in paths:
            async with sessions.Visit(server, path) as visitor:
                await visitor.run()
                found += [] if visitor.follows else [path]
        return found

    assert asyncio.run(deaf()) == []


def test_a_click_reaches_the_page(server: Server) -> None:
    async def clicked() -> list[str]:
        async with sessions.Visit(server, "/?by=requests") as visitor:
            await visitor.run()
            found = []
            for _ in range(3):
                await visitor.click()
                found.append(visitor.path)
            return found

    months, weeks = "/?by=requests&period=1mo", "/?by=requests&period=12w"
    assert asyncio.run(clicked()) == [weeks, months, weeks]


def test_the_server_does_not_collect_garbage_after_each_run() -> None:
    asked = "from streamlit import config; print(config.get_option('runner.postScriptGC'))"
    told = subprocess.run(
        [sys.executable, "-c", asked], cwd=DASHBOARDS, env=os.environ, capture_output=True, text=True, check=True
    )
    assert (told.stdout, told.stderr) == ("False\n", "")
