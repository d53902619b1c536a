"""A full disk stops the run with a sentence: nothing is refused for it or half there, and the next run goes on.

A limit on the size of files (RLIMIT_FSIZE) stands in for the disk, from any one step of the way on.
"""

import resource
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline import (
    acknowledged,
    data_files,
    faults,
    inbox,
    lake,
    landing,
    one_file,
    parquet_files,
    publish,
    rollups,
    staging,
)
from tests import every_log, steps
from tests.every_log import AS_OF, RECEIVED
from tests.rows import attempt, write
from tests.test_cli import podium

STEPS = (
    (staging, "keep"),
    (data_files, "_write_part"),
    (one_file, "_append_quarantine"),
    (lake, "commit_files"),
    (acknowledged.Batches, "_acknowledge"),
    (rollups, "refresh"),
    (publish, "publish"),
)
SMALL = 64  # bytes


@contextmanager
def full(size: int = SMALL) -> Iterator[None]:
    """No file may grow beyond this many bytes."""
    before, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (before, most))


def fills_up(step: Callable[..., Any]) -> Callable[..., Any]:
    """The same step, on a full disk."""

    def filled(*told: Any, **named: Any) -> Any:
        with full():
            return step(*told, **named)

    return filled


def run() -> Path:
    with faults.told():
        landing.land_inbox(received_at=RECEIVED)
        return steps.publish_now(as_of=AS_OF).path


def told() -> list[tuple[str, str, int, int]]:
    """Every acknowledgement."""
    columns = ("source_file", "status", "rows_landed", "rows_quarantined")
    return [tuple(row.values()) for row in lake.rows(lake.table("batches"), *columns).to_pylist()]


def test_wherever_room_runs_out_the_run_stops_and_a_later_one_lands_everything_once(home, tmp_path, monkeypatch):
    steps.land(write(tmp_path / "a.parquet", attempt(1)), at=RECEIVED)
    kept = run()
    (tmp_path / "b.jsonl").write_bytes(every_log.short("litellm.jsonl") + b"no JSON\n")
    inbox.deliver([tmp_path / "b.jsonl"], "litellm")
    for place, name in STEPS:
        with monkeypatch.context() as patch:
            patch.setattr(place, name, fills_up(getattr(place, name)))
            with pytest.raises(faults.NoRoom, match=r"^no room to write: .*make room, then run it again$"):
                run()
        assert {status for _, status, *_ in told()} == {"landed"}
        assert len(told()) + len(inbox.waiting()) == 2
        current = publish.current()
        assert current
        assert current.path == kept
    published = run()
    assert sorted(told()) == [("a.parquet", "landed", 1, 0), ("b.jsonl", "landed", 12, 1)]
    assert len(steps.log()) == 13
    assert lake.rows(lake.table("quarantine")).num_rows == 1
    assert steps.asked(published, "select sum(row_count) from rollups.usage_hourly") == [(13,)]


def test_the_command_says_it_in_a_sentence(home, tmp_path, monkeypatch, capsys):
    file = write(tmp_path / "a.parquet", attempt(1))
    with full():
        assert podium("land", str(file), "--source", "simulator", monkeypatch=monkeypatch) == 1
    said = capsys.readouterr().err
    assert "Error: no room to write: File too large" in said
    assert "Traceback" not in said
    assert inbox.waiting() == []


@pytest.mark.parametrize(
    "message",
    [
        'IO Error: Could not write file "podium-2.duckdb.tmp": No space left on device',
        'IO Error: Async write failed for range [offset=27, size=983093]: {"exception_type":"IO","exception_message":'
        '"Could not write file \\"x.parquet\\": Disk quota exceeded","errno":"122"}',
    ],
)
def test_duckdb_saying_that_the_disk_is_full_is_understood(message):
    assert faults.is_no_room(duckdb.IOException(message))


def test_a_record_that_speaks_of_a_full_disk_does_not_stop_the_run():
    quoted = "Conversion Error: Could not convert string 'x: No space left on device"
    assert not faults.is_machines(duckdb.ConversionException(quoted))
    assert not faults.is_machines(ValueError("No space left on device (os error 28)"))


def test_a_sound_file_is_found_sound_amid_another_question(tmp_path):
    sound = write(tmp_path / "a.parquet", attempt(1))
    broken = tmp_path / "b.parquet"
    broken.write_bytes(sound.read_bytes()[:4] + bytes(400) + sound.read_bytes()[404:])
    with duckdb.connect() as con:
        rows = con.sql("from range(1000000)").to_arrow_reader(1000)
        rows.read_next_batch()
        assert parquet_files.can_be_read(con, sound)
        assert not parquet_files.can_be_read(con, broken)


def test_a_full_disk_that_sqlite_finds_is_one(home):
    assert faults.is_no_room(sqlite3.OperationalError("database or disk is full"))
    assert not faults.is_no_room(sqlite3.OperationalError("no such table: database or disk is full"))
