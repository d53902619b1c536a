"""Homes for tests: an empty one, and one that the real pipeline has filled with the demo's traffic."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline import demo, landing, refresh
from pipeline.settings import settings

DEMO_AS_OF = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)  # a Wednesday
DEMO_REQUESTS = 20_000


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty PODIUM_HOME with a key file of its own."""
    yield from _as_home(tmp_path / "home", monkeypatch)


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published PODIUM_HOME: 20,000 simulated requests over four complete weeks, and the LiteLLM sample.

    Shared by the whole session: read it, never write to it. `demo_here` makes it the home of one test.
    """
    folder = tmp_path_factory.mktemp("demo") / "home"
    with pytest.MonkeyPatch.context() as patch:
        for _ in _as_home(folder, patch):
            demo.deliver(demo.recipe(DEMO_AS_OF, DEMO_REQUESTS, seed=7))
            landing.land_inbox(received_at=DEMO_AS_OF)
            refresh.refresh(DEMO_AS_OF)
    return folder


@pytest.fixture
def demo_here(demo_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """`demo_home`, being PODIUM_HOME for this test."""
    yield from _as_home(demo_home, monkeypatch)


def _as_home(folder: Path, patch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder.mkdir(exist_ok=True)
    patch.setenv("PODIUM_HOME", str(folder))
    patch.setenv("PODIUM_KEY_FILE", str(folder.parent / "pseudonym.key"))
    settings.cache_clear()
    yield folder
    settings.cache_clear()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests last: Playwright's event loop runs on in this thread, and Dagster can not start one beside it."""
    items.sort(key=lambda item: "browser" in item.path.parts)
