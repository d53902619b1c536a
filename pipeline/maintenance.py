"""Upkeep of the lake: compare every file with its sha256, compact closed days, drop what nobody reads any more."""

import json
import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pyarrow as pa
from deltalake import DeltaTable, Transaction

from pipeline import inbox, lake, rollups, warehouse
from pipeline.data_files import DataFile, sync_folder
from pipeline.settings import PodiumError, settings
from pipeline.storage import store

Step = Callable[[str], None]
DEAD_AFTER = timedelta(days=1)  # a copy into the inbox that went no further
CLOSED_AFTER = timedelta(days=2)
KEEP_HOURS = 168  # a reader of an older version finishes within a week
SMALL_FILES = 20
ROWS_PER_FILE = 1_000_000
SCRUBBED_AT_ONCE = 8


@dataclass(frozen=True)
class Upkeep:
    """What one run did, in files."""

    scrubbed: int
    compacted: int
    vacuumed: int
    archive_removed: int
    half_copies_removed: int
    skipped: str = ""


def maintain(now: datetime, step: Step = lambda _: None) -> Upkeep:
    """Scrub, compact, vacuum, age the archive; safe to kill and to repeat. Raises PodiumError if a file is damaged."""
    with lake.writer_lock():
        step("Comparing data files with their sha256")
        scrubbed = scrub()
        # A batch killed before its acknowledgement finds its files again by name: compact only when none waits.
        waiting = len(inbox.waiting())
        step("Compacting closed days")
        compacted = 0 if waiting else compact(now)
        step("Removing what no version needs")
        vacuumed = vacuum()
        aged = inbox.archived(now - timedelta(days=settings().keep_archive_days))
        halves = inbox.half_copies(now - DEAD_AFTER)
        for file in aged + halves:
            file.unlink()
    skipped = f"nothing was compacted: {waiting} files wait in the inbox; run: podium refresh" if waiting else ""
    return Upkeep(scrubbed, compacted, vacuumed, len(aged), len(halves), skipped)


def tables() -> list[str]:
    """The Delta tables there are."""
    names = ["request_log", "scores", "quarantine", "batches", *(f"rollups/{file.stem}" for file in rollups.files())]
    return [name for name in names if lake.exists(name)]


def scrub() -> int:
    """Hash every live data file; one seen for the first time is remembered, one that changed or is gone is an error."""
    expected, found, damaged = expected_hashes(), {}, []
    stored, places = store(), [f"{name}/{file.path}" for name, file in _live_files()]
    with ThreadPoolExecutor(SCRUBBED_AT_ONCE) as pool:
        for place, digest in zip(places, pool.map(stored.digest, places), strict=True):
            found[place] = digest
            stored.distrust(place, expected.get(place, digest))
            if digest is None or digest != expected.get(place, digest):
                damaged.append(place)
    if damaged:
        raise PodiumError(
            f"{len(damaged)} data files under {stored} are damaged or gone, first of all {damaged[0]}. "
            "Restore them from a backup; until then the last published version keeps serving"
        )
    _remember({place: digest for place, digest in found.items() if digest})
    return len(found)


def expected_hashes() -> dict[str, str]:
    """`table/path` to sha256: as landing acknowledged it, or as remembered here for compacted and derived files."""
    landed = lake.rows(lake.table("batches"), "source", "data_files").to_pylist() if lake.exists("batches") else []
    acknowledged = {
        f"{lake.landing_table(row['source'])}/{path}": digest
        for row in landed
        for path, digest in json.loads(row["data_files"]).items()
    }
    return _remembered() | acknowledged


def _live_files() -> Iterator[tuple[str, DataFile]]:
    for name in tables():
        yield from ((name, file) for file in lake.data_files(lake.table(name)))


def _memory() -> Path:
    return settings().lake / "checksums.json"


def _remembered() -> dict[str, str]:
    return json.loads(_memory().read_text(encoding="utf-8")) if _memory().exists() else {}


def _remember(hashes: dict[str, str]) -> None:
    if not settings().lake.is_dir():
        return
    temporary = _memory().with_suffix(".tmp")
    with temporary.open("w", encoding="utf-8") as handle:
        json.dump(hashes, handle, indent=0, sort_keys=True)
        handle.flush()
        os.fsync(handle.fileno())
    temporary.rename(_memory())
    sync_folder(settings().lake)


def compact(now: datetime) -> int:
    """One file per closed partition, and one of many small ones; returns how many files became fewer."""
    before = sum(1 for _ in _live_files())
    for name in tables():
        made = lake.table(name)
        if made.metadata().partition_columns:
            _compact_days(name, made, (now - CLOSED_AFTER).date().isoformat())
        elif len(made.file_uris()) > SMALL_FILES:
            lake.compact_small(made)
    return before - sum(1 for _ in _live_files())


def _compact_days(name: str, made: DeltaTable, before: str) -> None:
    partitions: dict[tuple[str, ...], list[DataFile]] = defaultdict(list)
    for file in lake.data_files(made):
        partitions[tuple(file.partition.values())].append(file)
    days: dict[str, list[list[DataFile]]] = defaultdict(list)
    for _, files in sorted(partitions.items()):
        day = files[0].partition["event_date"]
        if day < before and len(files) > 1 + sum(file.rows for file in files) // ROWS_PER_FILE:
            days[day].append(files)
    for day, crowded in sorted(days.items()):
        _rewrite(name, made, day, crowded)


def _rewrite(name: str, made: DeltaTable, day: str, crowded: list[list[DataFile]]) -> None:
    """Commit one day's crowded partitions again in few files, their sha256 remembered before anybody sees them."""
    fresh = [file for files in crowded for file in lake.write_frames(name, _frames(name, made, files), "compacted")]
    _remember(_remembered() | {f"{name}/{file.path}": file.sha256 for file in fresh})
    removed = [file for files in crowded for file in files]
    lake.commit_files(made, fresh, Transaction(f"compact:{day}", made.version() + 1), removed=removed)


def _frames(name: str, made: DeltaTable, files: list[DataFile]) -> Iterator[pl.DataFrame]:
    """One partition's rows in order of time, in chunks of a file each."""
    schema = pa.schema(made.schema().to_arrow())
    order = next(name for name in ("start_time", "scored_at", "hour") if name in schema.names)
    with TemporaryDirectory(prefix="podium-") as work, warehouse.connect(macros=False) as con:
        con.execute("set temp_directory = $work", {"work": work})
        lake.view(con, "crowded", lake.paths(made, files), schema)
        rows = con.sql(f"from crowded order by {order}")
        for chunk in rows.to_arrow_reader(ROWS_PER_FILE):
            yield pl.DataFrame(pl.from_arrow(chunk))


def vacuum() -> int:
    """Remove files no version of the last week needs, staging files of killed writers, and log entries past keeping."""
    removed = 0
    for name in tables():
        made = lake.table(name)
        with store().told():
            removed += len(made.vacuum(retention_hours=KEEP_HOURS, dry_run=False, full=True))
            made.update_incremental()
            made.create_checkpoint()
            made.cleanup_metadata()
        store().sync_log(made)
    return removed + store().sweep()
