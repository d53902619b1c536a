"""The published file: built beside the old one, audited, and swapped in whole, or not at all."""

import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import file_digest, sha256
from importlib.metadata import version as package_version
from pathlib import Path

import duckdb

from pipeline import audit, catalog, lake, rankings, reference, rollups, warehouse
from pipeline.settings import SQL, PodiumError, settings

SCHEMAS = ("rollups", "rankings", "reference", "meta")
OPENS_FROM = "v1.0.0"  # any DuckDB from 1.1 on reads the file


class AuditFailed(PodiumError):
    """A blocking check found violations: the last good version stays up."""


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


def fingerprint() -> str:
    """Changes when the shape of the copied rollups does: then the file is built whole."""
    digest = sha256(rollups.fingerprint().encode())
    for file in [*sorted((SQL / "daily").glob("*.sql")), *sorted((SQL / "meta").glob("*.sql"))]:
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:16]


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
    _build(building, base, number, as_of)
    _audit_file(building, number)
    return _swap(building, number, as_of)


def _sweep(folder: Path) -> None:
    for pattern in ("*.tmp", "*.wal"):
        for stale in folder.glob(pattern):
            stale.unlink()


def _build(building: Path, base: Published | None, number: int, as_of: datetime) -> None:
    since = _since(base)
    if base and since is not None:
        shutil.copyfile(base.path, building)
    with _attached(building) as con:
        for schema in (*SCHEMAS, "lake"):
            con.execute(f"create schema if not exists {schema}")
        _copy_rollups(con, since)
        _copy_reference(con)
        _describe_batches(con, number, as_of)
        rankings.build(con)
        audit.record(con, as_of)
        rankings.describe(con, "meta.checks")
        con.execute("drop schema lake cascade")
        con.execute("checkpoint podium")
    if Path(f"{building}.wal").exists():
        raise PodiumError(f"{building} did not checkpoint; run podium refresh again")


def _since(base: Published | None) -> int | None:
    """The batch sequence the base file holds; None if it can not be built upon."""
    if base is None or not base.path.exists():
        return None
    with duckdb.connect(str(base.path), read_only=True) as con:
        row = con.execute("select batch_sequence, fingerprint from meta.publication").fetchone()
    return row[0] if row and row[1] == fingerprint() else None


@contextmanager
def _attached(file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    con = warehouse.connect(macros=False)
    try:
        con.execute(f"attach '{str(file).replace(chr(39), chr(39) * 2)}' as podium (storage_version '{OPENS_FROM}')")
        con.execute("use podium")
        warehouse.load_macros(con)
        yield con
    finally:
        con.close()


def _copy_rollups(con: duckdb.DuckDBPyConnection, since: int | None) -> None:
    """Replace the dirty days of every published rollup (all days, if there is nothing to build upon)."""
    dates = {hour.date().isoformat() for hour in rollups.dirty_hours(since)}
    for rollup in rollups.files():
        lake.view_of_dates(con, f"lake.{rollup.stem}", f"rollups/{rollup.stem}", dates)
    lake.view_of_dates(con, "lake.request_log", "request_log", dates)
    for file in sorted((SQL / "daily").glob("*.sql")):
        table = f"rollups.{file.stem}"
        if since is None:
            warehouse.create_table(con, table, file)
            rankings.describe(con, table, file)
        else:
            day = "cast(hour as date)" if file.stem.endswith("_hourly") else "event_date"
            con.execute(
                f"delete from {table} where list_contains($dates, cast({day} as varchar))", {"dates": list(dates)}
            )
            con.execute(f"insert into {table} by name {file.read_text(encoding='utf-8')}")


def _copy_reference(con: duckdb.DuckDBPyConnection) -> None:
    """reference.*, unless the copied file holds the same facts already."""
    if _held_reference(con) == reference.fingerprint():
        return
    for name, rows in catalog.reference_tables().items():
        con.register("reference_rows", rows)
        con.execute(f"create or replace table reference.{name} as from reference_rows")
        rankings.describe(con, f"reference.{name}", meaning=catalog.MEANINGS[name])


def _held_reference(con: duckdb.DuckDBPyConnection) -> str | None:
    known = con.execute("select 1 from duckdb_tables() where schema_name = 'meta' and table_name = 'publication'")
    if not known.fetchall():
        return None
    return con.execute("select reference_fingerprint from meta.publication").fetchall()[0][0]


def _describe_batches(con: duckdb.DuckDBPyConnection, number: int, as_of: datetime) -> None:
    """meta.*: what was delivered, what was refused, and what this version is."""
    for name in ("batches", "quarantine"):
        con.register(f"{name}_rows", lake.rows(lake.table(name)))
        con.execute(f"create or replace table lake.{name} as from {name}_rows")
    size = sum(file.rows for file in lake.data_files(lake.table("request_log")))
    con.execute("create or replace table lake.request_log_size as select $rows as row_count", {"rows": size})
    told = {
        "version": number,
        "as_of": as_of.astimezone(UTC).replace(tzinfo=None),
        "podium_version": package_version("podium"),
        "sequence": rollups.latest_sequence(),
        "fingerprint": fingerprint(),
        "reference_fingerprint": reference.fingerprint(),
    }
    for file in warehouse.in_order(list((SQL / "meta").glob("*.sql")), "meta"):
        wanted = {
            name: value for name, value in told.items() if re.search(rf"\${name}\b", file.read_text(encoding="utf-8"))
        }
        warehouse.create_table(con, f"meta.{file.stem}", file, **wanted)
        rankings.describe(con, f"meta.{file.stem}", file)


def _audit_file(building: Path, number: int) -> None:
    """Audit that very file, reopened read-only, and say which checks it failed."""
    with duckdb.connect(str(building), read_only=True) as con:
        warehouse.load_macros(con)
        failed = audit.blocking_failures(con)
    _tell_audit(number, failed)
    if failed:
        building.unlink()
        told = "; ".join(f"{check} ({count} violations)" for check, count in failed.items())
        raise AuditFailed(
            f"version {number} was not published: {told}. The last good version stays up. Each check is a file "
            "of that name in sql/checks; after mending the cause run: podium refresh --whole"
        )


def _tell_audit(number: int, failed: dict[str, int]) -> None:
    """AUDIT beside CURRENT: the page shows a refused version together with the age of the one it shows."""
    told = {"version": number, "failed": failed, "at": datetime.now(UTC).isoformat(timespec="seconds")}
    _write_whole(settings().published / "AUDIT", json.dumps(told))


def _swap(building: Path, number: int, as_of: datetime) -> Published:
    with building.open("rb") as handle:
        os.fsync(handle.fileno())
        digest = file_digest(handle, "sha256").hexdigest()
    with duckdb.connect(str(building), read_only=True) as con:
        (count,) = con.execute("select coalesce(sum(row_count), 0) from meta.sources").fetchone() or (0,)
    file = building.with_suffix("")
    building.chmod(0o444)
    building.rename(file)
    lake.sync_folder(file.parent)
    published = Published(number, file.name, digest, int(count), as_of.isoformat(timespec="seconds"))
    _write_whole(file.parent / "CURRENT", json.dumps(published.__dict__))
    _copy_for_people(file)
    _collect_old(file.parent, number)
    return published


def _write_whole(path: Path, text: str) -> None:
    temporary = path.with_suffix(".tmp")
    with temporary.open("w", encoding="utf-8") as handle:
        handle.write(text + "\n")
        handle.flush()
        os.fsync(handle.fileno())
    temporary.rename(path)
    lake.sync_folder(path.parent)


def _copy_for_people(file: Path) -> None:
    """current.duckdb is a copy: whoever opens it for writing by mistake can not block or change what is served."""
    temporary = file.with_name("current.duckdb.tmp")
    shutil.copyfile(file, temporary)
    temporary.rename(file.with_name("current.duckdb"))


def _collect_old(folder: Path, number: int) -> None:
    for file in folder.glob("podium-*.duckdb"):
        made = int(file.stem.removeprefix("podium-"))
        if made <= number - settings().keep_versions:
            file.unlink()
