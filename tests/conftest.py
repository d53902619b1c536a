"""Homes for tests: an empty one, and one that the real pipeline has filled with the demo's traffic."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import hypothesis
import pytest

from pipeline import demo, landing, refresh
from pipeline.settings import settings

DEMO_AS_OF = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)  # a Wednesday
DEMO_REQUESTS = 20_000

# The same examples every time, however busy the machine; others every time once PODIUM_TEST_EXAMPLES asks for more.
MORE_EXAMPLES = "PODIUM_TEST_EXAMPLES"
hypothesis.settings.register_profile(
    "podium", deadline=None, derandomize=MORE_EXAMPLES not in os.environ, database=None, print_blob=True
)
hypothesis.settings.load_profile("podium")


def examples(usual: int) -> int:
    """How many examples an expensive property is tried on: `usual`, or what PODIUM_TEST_EXAMPLES says."""
    return int(os.environ.get(MORE_EXAMPLES, usual))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty PODIUM_HOME with a key file of its own."""
    yield from _as_home(tmp_path / "home", monkeypatch)


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published PODIUM_HOME: 20,000 simulated requests over four complete weeks, and the LiteLLM sample.

    Shared by the whole run, the first worker that needs it makes it: read it, never write to it. `demo_here` makes it
    the home of one test.
    """
    run = tmp_path_factory.getbasetemp()
    run = run.parent if "PYTEST_XDIST_WORKER" in os.environ else run
    made = run / "demo_home"
    with (run / "demo_home.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            made.write_text(str(_demo_in(tmp_path_factory.mktemp("demo") / "home")), encoding="utf-8")
    return Path(made.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def demo_twin(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`demo_home` at a path of this process alone: the pages hold the other's file open, configured in their way."""
    twin = tmp_path_factory.mktemp("twin") / "home"
    shutil.copytree(demo_home, twin, copy_function=os.link)
    return twin


@pytest.fixture
def demo_here(demo_twin: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """`demo_home`, being PODIUM_HOME for this test."""
    yield from _as_home(demo_twin, monkeypatch)


def _demo_in(folder: Path) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        for _ in _as_home(folder, patch):
            demo.deliver(demo.recipe(DEMO_AS_OF, DEMO_REQUESTS, seed=7))
            landing.land_inbox(received_at=DEMO_AS_OF)
            refresh.refresh(DEMO_AS_OF)
    return folder


def _as_home(folder: Path, patch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder.mkdir(exist_ok=True)
    patch.setenv("PODIUM_HOME", str(folder))
    patch.setenv("PODIUM_KEY_FILE", str(folder.parent / "pseudonym.key"))
    settings.cache_clear()
    yield folder
    settings.cache_clear()
