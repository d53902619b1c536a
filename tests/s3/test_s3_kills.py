"""kill -9 at any moment of fetching from a bucket and landing in a lake in it: every object's row, once."""

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline import fetch, inbox, lake, maintenance, refresh
from tests import steps
from tests.crash import worker
from tests.crash.writers import WELCOME, Writers, kills
from tests.s3.conftest import Store
from tests.s3.test_fetch import call

pytestmark = pytest.mark.crash


@pytest.fixture
def fetchers(home: Path, lake_uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Writers]:
    """What is to be killed; the settings are this process's too."""
    (tmp_path / "tmp").mkdir()
    told = WELCOME | {"TMPDIR": str(tmp_path / "tmp")}
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    steps.settings.cache_clear()
    made = Writers(home, told | {name: os.environ[name] for name in ("PODIUM_HOME", "PODIUM_KEY_FILE")}, role="fetch")
    yield made
    made.close()


def grow(store: Store, number: int) -> None:
    """Two more objects, in folders of two days."""
    for day in (21, 22):
        store.put(f"logs/litellm/2026-11-{day}/call-{number}-{day}.json", call(100 * number + day))


def check_what_is_there(home: Path, objects: int) -> None:
    """After one clean fetch and refresh every object is in the log and counted once, and no file is damaged."""
    fetch.fetch(today=worker.TODAY)
    refresh.refresh(worker.AS_OF)
    ids = [row["request_id"] for row in steps.log()]
    assert len(set(ids)) == len(ids) == objects
    batches = lake.rows(lake.table("batches")).to_pylist()
    assert len({row["delivery"] for row in batches}) == len(batches)
    assert sum(row["rows_landed"] for row in batches) == objects
    assert inbox.waiting() == []
    counted = steps.asked(home / "published" / "current.duckdb", worker.FIGURES)
    assert counted == [(objects, objects, 15 * objects, 100 * objects)]
    assert maintenance.scrub() > 0


@pytest.mark.nightly
def test_kills_at_random_moments_of_a_lake_in_a_bucket_lose_and_double_nothing(home, store, fetchers):
    chance = random.Random(4)
    grow(store, 0)
    one_round = fetchers.seconds_for_rounds(1)
    asked = kills(20)
    for number in range(1, asked + 1):
        grow(store, number)
        fetchers.kill_after(chance.uniform(0, one_round))
    check_what_is_there(home, 2 * (asked + 1))
    print(f"{dict(fetchers.hit)}, {worker.acknowledged(home)} rounds")
