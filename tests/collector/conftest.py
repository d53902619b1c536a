"""Collectors for tests: every one is killed at the end, whatever became of the test."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.collector.server import Collector


@pytest.fixture
def collector(home: Path) -> Iterator[Callable[..., Collector]]:
    """Starts a collector of this test's home, with settings."""
    started: list[Collector] = []

    def start(**settings: object) -> Collector:
        started.append(Collector(home, **settings))
        return started[-1]

    yield start
    for each in started:
        each.kill()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collector]:
    """One collector with a 1 MiB limit, a short memory and files that appear at once, for all tests of a module."""
    folder = tmp_path_factory.mktemp("shared")
    (folder / "otel.py").write_text("")  # a source by its name; nothing lands here
    each = Collector(
        folder / "home",
        sources=folder,
        max_body_mib=1, memory_mib=2, segment_s=0.05, body_timeout_s=0.5,
    )  # fmt: skip
    yield each
    each.kill()
