"""What a published file holds besides its rankings: rollups by day, reference facts, and what it says of itself."""

import json
import re
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import version as package_version
from pathlib import Path

import duckdb

from pipeline import (
    catalog,
    lake,
    method,
    rankings,
    reconciliation,
    reporting_days,
    rollups,
    statistics,
    warehouse,
)
from pipeline.settings import SQL, settings

SCHEMAS = ("rollups", "rankings", "reference", "meta")


def fingerprint() -> str:
    """Changes when the shape of what is copied does, or its days, or who writes it: then the file is built whole."""
    told = rollups.fingerprint() + reconciliation.fingerprint() + settings().reporting_timezone
    told += duckdb.__version__ + package_version("podium") + statistics.GIVEN
    digest = sha256(told.encode())
    for file in [*sorted((SQL / "published").glob("*.sql")), *sorted((SQL / "meta").glob("*.sql"))]:
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def stale_dates(con: duckdb.DuckDBPyConnection, file: Path) -> set[str] | None:
    """UTC days (YYYY-MM-DD) to copy again into a copy of a published file; None if it must be built whole."""
    if not file.exists():
        return None
    with warehouse.attached(con, file, "read_only"):
        told = con.table("meta.publication").to_arrow_table().to_pylist()[0]
    if told["fingerprint"] != fingerprint():
        return None
    found = [lake.changed_dates(name, mark) for name, mark in json.loads(told["rollup_versions"]).items()]
    return None if None in found else {date for dates in found for date in dates or ()}


def _marks() -> dict[str, str]:
    """Table -> the version that is copied; the log's own too where a source is compared that no rollup holds."""
    names = [f"rollups/{file.stem}" for file in rollups.files()]
    return {name: lake.mark(name) for name in [*names, *["request_log"] * bool(reconciliation.reference_sources())]}


def fill(con: duckdb.DuckDBPyConnection, stale: set[str] | None, number: int, as_of: datetime) -> bool:
    """Schemas rollups, reference and meta; only the stale UTC days are copied again (None: all).

    Returns whether a copied file holds tables of the very same SQL, which need only be filled anew.
    """
    for schema in (*SCHEMAS, "lake"):
        con.execute(f"create schema if not exists {schema}")
    _copy_rollups(con, stale, as_of)
    facts = catalog.fingerprint()  # before they are read: who edits one meanwhile is heard by the next version
    _copy_reference(con, facts)
    _describe_batches(con, number, as_of, facts)
    return not method.tell(con)


def _copy_rollups(con: duckdb.DuckDBPyConnection, stale: set[str] | None, as_of: datetime) -> None:
    logged = lake.all_dates("request_log")
    changed = logged if stale is None else stale
    dates = reporting_days.tell(con, logged, changed, as_of)
    for rollup in rollups.files():
        reporting_days.view_rollup(con, rollup.stem, dates)
    lake.view_of_dates(con, "lake.request_log", "request_log", changed)
    reconciliation.prepare_standing(con, dates)
    published = warehouse.in_order(list((SQL / "published").glob("*.sql")), "rollups")
    for file in published:
        table = f"rollups.{file.stem}"
        if stale is None:
            warehouse.create_table(con, table, file)
        else:
            con.execute(f"delete from {table} where {is_stale(file.stem)}")
            con.execute(f"insert into {table} by name {file.read_text(encoding='utf-8')}")
    rankings.describe(con, {f"rollups.{file.stem}": file for file in published})


def is_stale(name: str) -> str:
    """The rows of a rollup that the copied days make anew; the end of its name tells its grain."""
    if name.endswith("_weekly"):
        return "week_start in (select date_trunc('week', event_date) from lake.copied_dates)"
    if name.endswith("_hourly"):
        return "hour in (select hour from lake.local_hours)"
    return "event_date in (from lake.copied_dates)"


def _copy_reference(con: duckdb.DuckDBPyConnection, facts: str) -> None:
    """reference.*, unless the copied file holds the same facts already."""
    if _held_reference(con) == facts:
        return
    for name, rows in catalog.reference_tables().items():
        con.register("reference_rows", rows)
        con.execute(f"create or replace table reference.{name} as from reference_rows")
    rankings.describe(con, {f"reference.{name}": meaning for name, meaning in catalog.MEANINGS.items()})


def _held_reference(con: duckdb.DuckDBPyConnection) -> str | None:
    known = con.execute("select 1 from duckdb_tables() where schema_name = 'meta' and table_name = 'publication'")
    if not known.fetchall():
        return None
    return con.execute("select reference_fingerprint from meta.publication").fetchall()[0][0]


def _describe_batches(con: duckdb.DuckDBPyConnection, number: int, as_of: datetime, facts: str) -> None:
    """meta.*: what was delivered, what was refused, and what this version is."""
    for name in ("batches", "quarantine"):
        lake.view_of(con, f"lake.{name}", name)
    for name in ("request_log", "scores"):
        size = sum(file.rows for file in lake.data_files(lake.table(name))) if lake.exists(name) else 0
        con.execute(f"create or replace table lake.{name}_size as select $rows as row_count", {"rows": size})
    told = {
        "version": number,
        "as_of": as_of.astimezone(UTC).replace(tzinfo=None),
        "podium_version": package_version("podium"),
        "sequence": rollups.latest_sequence(),
        "rollup_versions": json.dumps(_marks()),
        "fingerprint": fingerprint(),
        "reference_fingerprint": facts,
        "min_users": settings().min_users,
        "reporting_timezone": settings().reporting_timezone,
    }
    files = warehouse.in_order(list((SQL / "meta").glob("*.sql")), "meta")
    for file in files:
        wanted = {
            name: value for name, value in told.items() if re.search(rf"\${name}\b", file.read_text(encoding="utf-8"))
        }
        warehouse.create_table(con, f"meta.{file.stem}", file, **wanted)
    rankings.describe(con, {f"meta.{file.stem}": file for file in files})
