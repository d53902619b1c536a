"""The embedded engine: a few hours at a time, folded once, every rollup from those files alone."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import polars as pl
import pyarrow as pa
from deltalake import DeltaTable, Transaction

from pipeline import lake, names, reconciliation, scores, warehouse
from pipeline.data_files import DataFile
from pipeline.request_log import log_schema
from pipeline.settings import SQL, settings

ROWS_AT_ONCE = 5_000_000
ROWS_PER_CHUNK = 500_000
HOUR = timedelta(hours=1)
KNOWN = pa.schema([(name, pa.string()) for name in ("model_id", "provider_name", "known_model_id")])


def roll_up(log: DeltaTable, hours: Sequence[datetime], files: Sequence[Path], transaction: Transaction) -> None:
    """Recompute these rollups for these hours from this log, and replace exactly them, one commit a table."""
    held = lake.data_files(log)
    with _workspace() as con:
        for chunk in _chunks(sorted(hours), held):
            _fold(con, log, set(chunk), held)
            for file in files:
                _collect(con, file)
        for file in files:
            _replace(con, file.stem, hours, transaction)


@contextmanager
def _workspace() -> Iterator[duckdb.DuckDBPyConnection]:
    with TemporaryDirectory(dir=settings().work) as work:
        con = warehouse.connect()
        con.execute("set temp_directory = $work", {"work": work})
        con.execute("set parquet_metadata_cache = true")  # every rollup scans the same files: read footers once
        con.execute("create schema lake")
        con.execute("create schema fresh")
        reconciliation.tell_references(con)
        yield con
        con.close()


def _chunks(hours: list[datetime], held: list[DataFile]) -> Iterator[list[datetime]]:
    """Runs of hours of at most ROWS_AT_ONCE rows together, so that memory stays bounded; one empty run if no hour."""
    rows: dict[datetime, int] = {}
    for file in held:
        hour = lake.hour_of(file.partition)
        rows[hour] = rows.get(hour, 0) + file.rows
    chunk: list[datetime] = []
    for hour in hours:
        if chunk and sum(rows.get(each, 0) for each in [*chunk, hour]) > ROWS_AT_ONCE:
            yield chunk
            chunk = []
        chunk.append(hour)
    if chunk or not hours:
        yield chunk


def _fold(con: duckdb.DuckDBPyConnection, log: DeltaTable, hours: set[datetime], held: list[DataFile]) -> None:
    """Make lake.folded out of the hours' attempts; an hour on either side may hold a request's other rows.

    A view: five narrow scans of Parquet cost less than writing every column to memory once (measured, 3.4 : 3.9).
    """
    around = hours | {hour + step for hour in hours for step in (-HOUR, HOUR)}
    for name, wanted in (("attempts", hours), ("around", around)):
        files = [file for file in held if lake.hour_of(file.partition) in wanted]
        lake.view(con, f"lake.{name}_logged", lake.paths(log, files), log_schema())
        _view_of(con, name)
    _leave_out(con)
    _tell_names(con)
    warehouse.create_table(con, "lake.siblings", SQL / "fold" / "siblings.sql")
    scores.fold(con, hours)
    warehouse.create_view(con, "lake.folded", SQL / "fold" / "folded.sql")


def _leave_out(con: duckdb.DuckDBPyConnection) -> None:
    """lake.attempts and lake.around without the rows that do not count; those of the hours are lake.uncounted."""
    con.execute("create or replace view lake.traced as from lake.around")
    for name in ("superseded", "nested", "left_out"):
        warehouse.create_table(con, f"lake.{name}", SQL / "fold" / f"{name}.sql")
    warehouse.create_view(con, "lake.uncounted", SQL / "fold" / "uncounted.sql")
    if con.execute("select count(*) from lake.left_out").fetchone() != (0,):
        for name in ("attempts", "around"):
            _view_of(
                con, name, "where (batch_id, source_row) not in (select (batch_id, source_row) from lake.left_out)"
            )


def _view_of(con: duckdb.DuckDBPyConnection, name: str, where: str = "") -> None:
    hour = "cast(event_date as timestamp) + to_hours(event_hour) as hour"
    logged = f"(from lake.{name}_logged {reconciliation.counted()})"
    con.execute(f"create or replace view lake.{name} as select *, {hour} from {logged} {where}")


def _tell_names(con: duckdb.DuckDBPyConnection) -> None:
    """lake.known_by_now: names that landed as unknown and that an alias or the catalogue knows since."""
    unknown = warehouse.run_file(con, SQL / "fold" / "unknown.sql").fetchall()
    known = [dict(zip(KNOWN.names, row, strict=True)) for row in names.known_by_now(unknown)]
    con.register("known_rows", pa.Table.from_pylist(known, KNOWN))
    con.execute("create or replace table lake.known_by_now as from known_rows")


def _hour_table(hours: Collection[datetime]) -> pa.Table:
    return pa.table({"hour": pa.array([hour.replace(tzinfo=None) for hour in hours], pa.timestamp("us"))})


def _collect(con: duckdb.DuckDBPyConnection, file: Path) -> None:
    name = f"fresh.{file.stem}"
    text = file.read_text(encoding="utf-8")
    if con.execute(
        "select 1 from duckdb_tables() where schema_name = 'fresh' and table_name = $t", {"t": file.stem}
    ).fetchone():
        con.execute(f"insert into {name} {text}")
    else:
        con.execute(f"create table {name} as {text}")


def _replace(con: duckdb.DuckDBPyConnection, name: str, hours: Sequence[datetime], transaction: Transaction) -> None:
    """One commit: the days' old files go, new ones hold the fresh hours and the days' other hours as they were."""
    schema = con.sql(f"from fresh.{name} limit 0").to_arrow_table().schema
    table = lake.table(f"rollups/{name}", schema)
    dates = {hour.date().isoformat() for hour in hours}
    old = [file for file in lake.data_files(table) if file.partition["event_date"] in dates]
    lake.view(con, "lake.old", lake.paths(table, old), schema)
    con.register("dirty", _hour_table(hours))
    kept = "select * from lake.old where hour not in (select hour from dirty)"
    select = f"select * from (select * from fresh.{name} union all by name {kept}) order by event_date"
    chunks = con.sql(f"select {', '.join(schema.names)} from ({select})").to_arrow_reader(ROWS_PER_CHUNK)
    files = lake.write_frames(f"rollups/{name}", (pl.DataFrame(pl.from_arrow(chunk)) for chunk in chunks), "rollup")
    lake.commit_files(table, files, transaction, removed=old)
