"""The published file: built beside the old one, audited, and swapped in whole, or not at all."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from hashlib import file_digest
from pathlib import Path

import duckdb

from pipeline import audit, contents, rankings, sharing, warehouse
from pipeline.data_files import sync_folder, write_whole
from pipeline.settings import PodiumError, settings

OPENS_FROM = "v1.0.0"  # any DuckDB from 1.1 on reads the file
# Nobody opens a file before it is whole, and what a killed run left is swept: it needs no write-ahead log.
WRITTEN = f"storage_version '{OPENS_FROM}', recovery_mode 'no_wal_writes'"


class AuditFailed(PodiumError):
    """Blocking checks found violations (`failed`: check -> how many): the last good version stays up."""

    def __init__(self, message: str, failed: dict[str, int] | None = None) -> None:
        super().__init__(message)
        self.failed = failed or {}


@dataclass(frozen=True)
class Published:
    """What CURRENT points to."""

    version: int
    file: str
    sha256: str
    rows: int
    as_of: str

    @property
    def path(self) -> Path:
        """The versioned file."""
        return settings().published / self.file


def current() -> Published | None:
    """The version readers see; None before the first."""
    pointer = settings().published / "CURRENT"
    return Published(**json.loads(pointer.read_text(encoding="utf-8"))) if pointer.exists() else None


def publish(as_of: datetime, *, whole: bool = False) -> Published:
    """Build, audit and swap in the next version as of an instant; call it with the writer lock held.

    Only days that changed since the last version are copied again, unless `whole`.
    Raises AuditFailed, and leaves the last good version serving, if a blocking check is violated.
    """
    folder = settings().published
    folder.mkdir(parents=True, exist_ok=True)
    _sweep(folder)
    last = current()
    number = last.version + 1 if last else 1
    building = folder / f"podium-{number}.duckdb.tmp"
    base = None if whole or last is None else last
    with _connected() as con:
        copied = _build(con, building, base, number, as_of)
        rows = _audit_file(con, building, number)
        published = _swap(building, Published(number, building.stem, "", rows, as_of.isoformat(timespec="seconds")))
        sharing.share(con, published.path, number, WRITTEN, copied)
    _collect_old(folder, number)
    return published


def _sweep(folder: Path) -> None:
    for pattern in ("*.tmp", "*.wal"):
        for stale in folder.glob(pattern):
            stale.unlink()


def _build(
    con: duckdb.DuckDBPyConnection, building: Path, base: Published | None, number: int, as_of: datetime
) -> set[date] | None:
    """Make the next version; returns the days that were copied again into a copy of the last one, None for all."""
    stale = contents.stale_dates(con, base.path) if base else None
    if base and stale is not None:
        shutil.copyfile(base.path, building)
    with warehouse.attached(con, building, WRITTEN):
        is_same_sql = contents.fill(con, stale, number, as_of)
        rankings.build(con, refill=is_same_sql)
        audit.record(con, as_of)
        copied = {day for (day,) in con.execute("select event_date from lake.copied_dates").fetchall()}
        con.execute("drop schema lake cascade")
        con.execute("checkpoint podium")
    return None if stale is None else copied


@contextmanager
def _connected() -> Iterator[duckdb.DuckDBPyConnection]:
    """One connection that knows the formulas, for building, auditing and copying: opening one costs 70 ms."""
    con = warehouse.connect()
    try:
        yield con
    finally:
        con.close()


def _audit_file(con: duckdb.DuckDBPyConnection, building: Path, number: int) -> int:
    """Audit that very file, reopened read-only, and say which checks it failed; returns the rows that landed."""
    with warehouse.attached(con, building, "read_only"):
        failed = audit.blocking_failures(con)
        [(rows,)] = con.execute("select coalesce(sum(row_count), 0) from meta.sources").fetchall()
    _tell_audit(number, failed)
    if failed:
        building.unlink()
        told = "; ".join(f"{check} ({count} violations)" for check, count in failed.items())
        raise AuditFailed(
            f"version {number} was not published: {told}. The last good version stays up. Each check is a file "
            "of that name in sql/checks; after mending the cause run: podium refresh --whole",
            failed,
        )
    return int(rows)


def _tell_audit(number: int, failed: dict[str, int]) -> None:
    """AUDIT beside CURRENT: the page shows a refused version together with the age of the one it shows."""
    told = {"version": number, "failed": failed, "at": datetime.now(UTC).isoformat(timespec="seconds")}
    write_whole(settings().published / "AUDIT", json.dumps(told))


def _swap(building: Path, told: Published) -> Published:
    with building.open("rb") as handle:
        os.fsync(handle.fileno())
        digest = file_digest(handle, "sha256").hexdigest()
    published = replace(told, sha256=digest)
    building.chmod(0o400)
    building.rename(published.path)
    sync_folder(building.parent)
    write_whole(building.parent / "CURRENT", json.dumps(published.__dict__))
    return published


def _collect_old(folder: Path, number: int) -> None:
    for file in folder.glob("podium-*.duckdb"):
        made = int(file.stem.removeprefix("podium-"))
        if made <= number - settings().keep_versions:
            file.unlink()
