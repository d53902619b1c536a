"""kill -9 at any moment of landing, rolling up and publishing: nothing lost, nothing twice, nothing torn seen."""

import json
import os
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline import audit, inbox, lake, publish, refresh, warehouse
from tests import steps
from tests.crash import worker
from tests.crash.writers import WELCOME, Writers, kills, start
from tests.rows import write

pytestmark = pytest.mark.crash
PER_FILE = (worker.REQUESTS, worker.ROWS, worker.TOKENS, worker.MICRO_USD)


@pytest.fixture
def environment(home, tmp_path, monkeypatch) -> dict[str, str]:
    """The settings of the processes: rows of any age are welcome, so that the clock decides nothing."""
    (tmp_path / "tmp").mkdir()
    told = WELCOME | {"TMPDIR": str(tmp_path / "tmp")}
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    steps.settings.cache_clear()
    return told | {"PODIUM_HOME": str(home), "PODIUM_KEY_FILE": os.environ["PODIUM_KEY_FILE"]}


@pytest.fixture
def writers(home, environment) -> Iterator[Writers]:
    made = Writers(home, environment)
    yield made
    made.close()


@pytest.fixture
def reader(home, environment) -> Iterator[subprocess.Popen[str]]:
    watching = start("watch", environment)
    yield watching
    (home / "stop").touch()
    watching.communicate(timeout=60)


def check_what_was_seen(home: Path, reader: subprocess.Popen[str]) -> int:
    """Every look was at one whole version, never an older one, with all that was safe; returns how many there were."""
    time.sleep(0.2)
    (home / "stop").touch()
    seen = [json.loads(line) for line in reader.communicate(timeout=60)[0].splitlines()]
    assert [look for look in seen if "fault" in look] == []
    versions = [look["version"] for look in seen]
    assert versions == sorted(versions)
    for look in seen:
        assert look["inside"] == look["version"]
        files = look["figures"][0] // worker.REQUESTS
        assert look["figures"] == [files * each for each in PER_FILE]
        assert files >= look["safe"]
    return len(seen)


def check_what_is_there(home: Path, tmp_path: Path) -> None:
    """After one clean refresh everything acknowledged is there once, and equals a home that nobody ever killed."""
    safe = worker.acknowledged(home)
    refresh.refresh(worker.AS_OF)
    log = steps.log()
    files = len(log) // worker.ROWS
    assert files in (safe, safe + 1)
    assert len({row["attempt_id"] for row in log}) == len(log) == files * worker.ROWS
    assert lake.rows(lake.table("quarantine")).num_rows == files * worker.REFUSED
    batches = lake.rows(lake.table("batches")).to_pylist()
    assert len({row["delivery"] for row in batches}) == len(batches)
    for row in batches:
        assert row["rows_in"] == row["rows_landed"] + row["rows_duplicate"] + row["rows_quarantined"]
    assert inbox.waiting() == []
    current = home / "published" / "current.duckdb"
    (figures,) = steps.asked(current, worker.FIGURES)
    assert figures == tuple(files * each for each in PER_FILE)
    newest = publish.current()
    assert newest is not None
    with warehouse.connect(newest.path, read_only=True) as con:
        assert audit.blocking_failures(con) == {}
    disturbed = steps.contents(current)
    with steps.at_home(tmp_path / "undisturbed"):
        for number in range(files):
            inbox.deliver([write(tmp_path / "again" / f"{number}.parquet", *worker.rows_of(number))], "simulator")
        refresh.refresh(worker.AS_OF)
        assert steps.contents(tmp_path / "undisturbed" / "home" / "published" / "current.duckdb") == disturbed


def test_kills_at_random_moments_lose_and_double_nothing(home, tmp_path, writers, reader):
    chance = random.Random(2)
    one_file = writers.seconds_for_rounds(2) / 2
    for _ in range(kills(20)):
        delay = chance.uniform(0, one_file)
        finished = writers.kill_after(delay)
        one_file = delay / finished if finished else one_file * 1.05  # as busy as the machine is by now
    looks = check_what_was_seen(home, reader)
    print(f"{dict(writers.hit)}, {worker.acknowledged(home)} files, {looks} looks")
    assert looks > 5
    check_what_is_there(home, tmp_path)


@pytest.mark.nightly
def test_a_kill_before_each_call_that_makes_something_durable_is_made_good(home, tmp_path, writers, reader):
    writers.seconds_for_rounds(3)
    calls = writers.calls_of_rounds(2)  # from the fourth version on each drops an older one
    assert {"rename publish.py podium-N.duckdb", "rename data_files.py CURRENT"} <= calls
    for call in sorted(calls):
        writers.fork(call)
        assert writers.end_of() == signal.SIGKILL
    check_what_was_seen(home, reader)
    check_what_is_there(home, tmp_path)
