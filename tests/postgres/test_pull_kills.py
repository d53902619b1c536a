"""kill -9 at any moment of pulling from a real PostgreSQL, landing and publishing: every row of the table, once."""

import os
import random
import signal
from collections.abc import Iterator
from datetime import datetime, timedelta

import psycopg
import pytest

from pipeline import inbox, lake, pull, refresh
from pipeline.settings import settings
from tests import steps
from tests.crash import worker
from tests.crash.writers import WELCOME, Writers, kills

pytestmark = pytest.mark.crash
FIRST = datetime(2026, 11, 22, 8)  # noqa: DTZ001 (the table's times are UTC without saying so)
INSERT = """
insert into "LiteLLM_SpendLogs"
    (request_id, call_type, "startTime", "endTime", model, status, spend, prompt_tokens, completion_tokens, metadata)
values (%s, 'acompletion', %s, %s, 'gpt-4o', 'success', 0.5, 100, 10, '{}')
"""


@pytest.fixture
def pullers(home, dsn, tmp_path, monkeypatch) -> Iterator[Writers]:
    """What is to be killed; the settings are this process's too."""
    (tmp_path / "tmp").mkdir()
    told = WELCOME | {"TMPDIR": str(tmp_path / "tmp"), "PODIUM_LITELLM_DSN": dsn}
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    ours = {"PODIUM_HOME": str(home), "PODIUM_KEY_FILE": os.environ["PODIUM_KEY_FILE"]}
    made = Writers(home, told | ours, role="pull")
    yield made
    made.close()


def grow(database: psycopg.Connection, number: int) -> None:
    """Five more rows, minutes after those before; one of them late, among those that were pulled already."""
    for place in range(5):
        start = FIRST + timedelta(minutes=3 * number + place) - timedelta(minutes=30 if place == 4 else 0)
        database.execute(INSERT, (f"call-{number}-{place}", start, start + timedelta(seconds=2)))


def check_what_is_there(database: psycopg.Connection, home) -> int:
    """After one clean pull and refresh every row is in the log and counted once; returns how many there are."""
    pull.pull("litellm_spendlogs")
    refresh.refresh(worker.AS_OF)
    wanted = sorted(name for (name,) in database.execute('select request_id from "LiteLLM_SpendLogs"').fetchall())
    assert sorted(row["request_id"] for row in steps.log()) == wanted
    batches = lake.rows(lake.table("batches")).to_pylist()
    assert len({row["delivery"] for row in batches}) == len(batches)
    for row in batches:
        assert row["rows_in"] == row["rows_landed"] + row["rows_duplicate"] + row["rows_quarantined"]
    assert sum(row["rows_landed"] for row in batches) == len(wanted)
    assert inbox.waiting() == []
    counted = steps.asked(home / "published" / "current.duckdb", worker.FIGURES)
    assert counted == [(len(wanted), len(wanted), 110 * len(wanted), 500_000 * len(wanted))]
    return len(wanted)


def test_kills_at_random_moments_of_a_pull_lose_and_double_nothing(home, database, pullers):
    chance = random.Random(3)
    grow(database, 0)
    one_round = pullers.seconds_for_rounds(2) / 2
    for number in range(1, kills(3) + 1):
        grow(database, number)
        delay = chance.uniform(0, one_round)
        finished = pullers.kill_after(delay)
        one_round = delay / finished if finished else one_round * 1.05
    rows = check_what_is_there(database, home)
    print(f"{dict(pullers.hit)}, {worker.acknowledged(home)} rounds, {rows} rows")


@pytest.mark.nightly
def test_a_kill_before_each_call_that_makes_a_pull_durable_is_made_good(home, database, pullers):
    grow(database, 0)
    pullers.seconds_for_rounds(1)
    grow(database, 1)
    calls = {call for call in pullers.calls_of_rounds(1) if {"pull.py", "inbox.py", "data_files.py"} & {*call.split()}}
    assert {"rename inbox.py", "rename data_files.py"} <= {" ".join(call.split()[:2]) for call in calls}
    for number, call in enumerate(sorted(calls), start=2):
        grow(database, number)
        pullers.fork(call)
        assert pullers.end_of() == signal.SIGKILL
    check_what_is_there(database, home)
