"""Upkeep: files become fewer and rows stay the same, damage is found, a waiting file keeps compaction away."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline import inbox, lake, landing, maintenance, refresh
from pipeline.settings import PodiumError
from tests.rows import NOON, attempt, write

LATER = NOON + timedelta(days=10)


@pytest.fixture
def crowded(home: Path, tmp_path: Path) -> Path:
    """One hour of the log in three files, rolled up and published."""
    for number in (1, 2, 3):
        inbox.deliver([write(tmp_path / f"log-{number}.parquet", attempt(number))], "simulator")
        landing.land_inbox(received_at=LATER)
    refresh.refresh(LATER)
    return home


def log_ids() -> list[str]:
    return sorted(lake.rows(lake.table("request_log")).column("attempt_id").to_pylist())


def test_a_closed_hour_becomes_one_file_with_the_same_rows(crowded: Path) -> None:
    before = log_ids()
    assert len(lake.data_files(lake.table("request_log"))) == 3
    assert maintenance.maintain(LATER).compacted == 2
    (file,) = lake.data_files(lake.table("request_log"))
    assert file.rows == 3
    assert log_ids() == before
    assert maintenance.maintain(LATER).compacted == 0


def test_after_compaction_the_next_refresh_and_scrub_still_work(crowded: Path, tmp_path: Path) -> None:
    maintenance.maintain(LATER)
    inbox.deliver([write(tmp_path / "again.parquet", attempt(1), attempt(4))], "simulator")
    done = refresh.refresh(LATER + timedelta(hours=1))
    assert (done.landed[0].rows_landed, done.landed[0].rows_duplicate) == (1, 1)
    assert done.published.rows == 4
    assert maintenance.scrub() > 0


def test_the_running_day_is_left_alone(crowded: Path) -> None:
    assert maintenance.maintain(NOON + timedelta(days=1)).compacted == 0


def test_nothing_is_compacted_while_a_file_waits(crowded: Path, tmp_path: Path) -> None:
    inbox.deliver([write(tmp_path / "waits.parquet", attempt(9))], "simulator")
    done = maintenance.maintain(LATER)
    assert done.compacted == 0
    assert "podium refresh" in done.skipped


@pytest.mark.parametrize("table", ["request_log", "rollups/usage_hourly"])
def test_one_flipped_bit_is_found_and_named(crowded: Path, table: str) -> None:
    maintenance.maintain(LATER)
    file = lake.data_files(lake.table(table))[0]
    path = lake.folder(table) / file.path
    damaged = bytearray(path.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    path.write_bytes(damaged)
    with pytest.raises(PodiumError, match=table):
        maintenance.maintain(LATER)


def test_a_flipped_bit_is_found_before_any_upkeep(crowded: Path) -> None:
    path = lake.folder("request_log") / lake.data_files(lake.table("request_log"))[0].path
    path.write_bytes(path.read_bytes()[:-1] + b"\0")
    with pytest.raises(PodiumError, match="backup"):
        maintenance.maintain(LATER)


def test_orphans_and_staging_files_go_and_live_files_stay(crowded: Path) -> None:
    staged = lake.folder("request_log") / "_delta_log" / "00000000000000000009.json#1"
    orphan = lake.folder("request_log") / "orphan.parquet"
    for path in (staged, orphan):
        path.write_bytes(b"left by a killed writer")
        os.utime(path, (0, 0))
    live = {file.path for file in lake.data_files(lake.table("request_log"))}
    assert maintenance.vacuum() >= 2
    assert not staged.exists()
    assert not orphan.exists()
    assert all((lake.folder("request_log") / path).exists() for path in live)


def test_many_deliveries_become_few_files_and_every_batch_is_still_known(home: Path, tmp_path: Path) -> None:
    for number in range(maintenance.SMALL_FILES + 1):
        inbox.deliver([write(tmp_path / f"log-{number}.parquet", attempt(number))], "simulator")
    landing.land_inbox(received_at=LATER)
    before = sorted(lake.rows(lake.table("batches")).column("batch_id").to_pylist())
    maintenance.maintain(LATER)
    assert len(lake.table("batches").file_uris()) == 1
    assert sorted(lake.rows(lake.table("batches")).column("batch_id").to_pylist()) == before
    inbox.deliver([tmp_path / "log-0.parquet"], "simulator")
    (again,) = landing.land_inbox(received_at=LATER)
    assert again.status == "duplicate"
