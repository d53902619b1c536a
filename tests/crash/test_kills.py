"""kill -9 at any moment of landing, rolling up and publishing: nothing lost, nothing twice, nothing torn seen."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline import audit, inbox, lake, refresh, warehouse
from pipeline.settings import PROJECT
from tests import steps
from tests.crash import worker
from tests.rows import write

pytestmark = pytest.mark.crash
RANDOM_KILLS = 50
PER_FILE = (worker.REQUESTS, worker.ROWS, worker.TOKENS, worker.MICRO_USD)


class Writers:
    """A warm process that forks a writer whenever one is asked for."""

    def __init__(self, home: Path, environment: dict[str, str]) -> None:
        self.home = home
        self.process = start("serve", environment)

    def fork(self, order: str = "") -> int:
        """Start a writer; it goes on until it dies, before the call it is ordered to. Returns its pid."""
        self.process.stdin.write(f"{order}\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def end_of(self) -> int:
        """Wait for the writer's end; returns the signal that ended it."""
        return os.WTERMSIG(int(self.process.stdout.readline()))

    def kill_after(self, delay: float) -> int:
        """A writer, killed in the middle of whatever it does by then; returns how many files it finished."""
        before = worker.acknowledged(self.home)
        pid = self.fork()
        time.sleep(delay)
        os.kill(pid, signal.SIGKILL)
        assert self.end_of() == signal.SIGKILL
        return worker.acknowledged(self.home) - before


def start(role: str, environment: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.crash.worker", role],
        cwd=PROJECT,
        env=os.environ | environment | {"PYTHONPATH": str(PROJECT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def environment(home, tmp_path, monkeypatch) -> dict[str, str]:
    """The settings of the processes: rows of any age are welcome, so that the clock decides nothing."""
    (tmp_path / "tmp").mkdir()
    told = {"PODIUM_TOO_LATE_DAYS": "100000", "PODIUM_FUTURE_TOLERANCE_S": "1e10", "TMPDIR": str(tmp_path / "tmp")}
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    steps.settings.cache_clear()
    return told | {"PODIUM_HOME": str(home), "PODIUM_KEY_FILE": os.environ["PODIUM_KEY_FILE"]}


@pytest.fixture
def writers(home, environment) -> Iterator[Writers]:
    made = Writers(home, environment)
    yield made
    made.process.stdin.close()
    made.process.stdout.close()
    made.process.wait(30)


@pytest.fixture
def reader(home, environment) -> Iterator[subprocess.Popen[str]]:
    watching = start("watch", environment)
    yield watching
    (home / "stop").touch()
    watching.communicate(timeout=60)


def seconds_for_files(writers: Writers, files: int, order: str = "") -> float:
    """How long this machine takes for the first files, now."""
    began = time.monotonic()
    pid = writers.fork(order)
    while worker.acknowledged(writers.home) < files:
        time.sleep(0.01)
    os.kill(pid, signal.SIGKILL)
    assert writers.end_of() == signal.SIGKILL
    return time.monotonic() - began


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
    with warehouse.connect(current, read_only=True) as con:
        assert audit.blocking_failures(con) == {}
    disturbed = steps.contents(current)
    with steps.at_home(tmp_path / "undisturbed"):
        for number in range(files):
            inbox.deliver([write(tmp_path / "again" / f"{number}.parquet", *worker.rows_of(number))], "simulator")
        refresh.refresh(worker.AS_OF)
        assert steps.contents(tmp_path / "undisturbed" / "home" / "published" / "current.duckdb") == disturbed


def test_fifty_kills_at_random_moments_lose_and_double_nothing(home, tmp_path, writers, reader):
    chance = random.Random(2)
    one_file = seconds_for_files(writers, 2) / 2
    for _ in range(RANDOM_KILLS):
        delay = chance.uniform(0, one_file)
        finished = writers.kill_after(delay)
        one_file = delay / finished if finished else one_file * 1.05  # as busy as the machine is by now
    assert check_what_was_seen(home, reader) > 5
    check_what_is_there(home, tmp_path)


def test_a_kill_before_each_call_that_makes_something_durable_is_made_good(home, tmp_path, writers, reader):
    seconds_for_files(writers, 3)
    seconds_for_files(writers, 5, "note")  # from the fourth version on each drops an older one
    calls = set((home / "calls").read_text().splitlines())
    calls -= {call for call in calls if call.startswith("unlink landing.py")}  # its temporary folder
    assert {"rename publish.py podium-N.duckdb", "rename data_files.py CURRENT"} <= calls
    for call in sorted(calls):
        writers.fork(call)
        assert writers.end_of() == signal.SIGKILL
    check_what_was_seen(home, reader)
    check_what_is_there(home, tmp_path)
