"""One batch: judged, named, priced, and handed over as the request log's rows, chunk by chunk."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
from deltalake import DeltaTable

from pipeline import catalog, lake, prices, warehouse
from pipeline.data_files import DataFile
from pipeline.inbox import Delivery
from pipeline.request_log import ENUMS, REJECT_SCHEMA, Reading, log_schema, staged_schema
from pipeline.settings import SQL, settings
from pipeline.tables import QUARANTINE

FOLDER = SQL / "landing"
HOUR = timedelta(hours=1)
ROWS_PER_CHUNK = 100_000
MOST_CHUNKS_PER_HOUR = 3  # on average; each is a file of its own


@contextmanager
def workspace(work: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """An in-memory database for one batch; what does not fit spills into `work`."""
    con = warehouse.connect()
    con.execute("set temp_directory = $work", {"work": str(work / "spill")})
    # Parquet statistics leave NaN out, so DuckDB 2.0 folds isnan() to false from them: judge the values themselves.
    con.execute("set disabled_optimizers = 'statistics_propagation'")
    con.execute("set enable_external_file_cache = false")  # every file is read a few times, then never again
    con.execute("create schema landing")
    try:
        yield con
    finally:
        con.close()


def in_order(con: duckdb.DuckDBPyConnection, reading: Reading, work: Path) -> Reading:
    """The reading with its hours one after the other: a file that mixes them is sorted once, on disk."""
    _stage(con, reading)
    hours = _arrived(con)
    if sum(hours.values()) <= MOST_CHUNKS_PER_HOUR * len(hours):
        return reading
    path = work / "in-order.parquet"
    con.execute(f"copy (select * exclude (place) from landing.staged order by start_time) to '{path}' (format parquet)")
    ordered = replace(reading, parquet=path)
    _stage(con, ordered)
    return ordered


def _arrived(con: duckdb.DuckDBPyConnection) -> dict[datetime, int]:
    """The hours (UTC) of the staged rows, and how many chunks each is scattered over."""
    found = con.execute(_text("arrived"), {"rows_per_chunk": ROWS_PER_CHUNK}).fetchall()
    return {hour.replace(tzinfo=UTC): chunks for hour, chunks in found}


def _stage(con: duckdb.DuckDBPyConnection, reading: Reading) -> None:
    lake.view(con, "landing.staged", [str(reading.parquet)] if reading.parquet else [], staged_schema(), place=True)


def judge(con: duckdb.DuckDBPyConnection, delivery: Delivery, reading: Reading) -> dict[str, int]:
    """Find the refused rows, those the source could not read and those that break the contract: reason -> how many."""
    _run(con, "refused", received_at=delivery.received_at, **_limits())
    return tally(con, reading)


def tally(con: duckdb.DuckDBPyConnection, reading: Reading) -> dict[str, int]:
    """Put what the source could not read beside landing.refused: reason -> how many of both."""
    con.register("rejects", reading.rejects)
    con.execute("insert into landing.refused by name from rejects")
    return dict(con.execute("select reason, count(*) from landing.refused group by reason order by reason").fetchall())


def refused(con: duckdb.DuckDBPyConnection, told: dict[str, object]) -> pa.RecordBatchReader:
    """The refused rows as the quarantine holds them, chunk by chunk; `told` are the delivery's own columns."""
    columns = ", ".join(REJECT_SCHEMA.names)
    rows = con.sql(f"select {columns} from landing.refused order by source_row, reason").to_arrow_reader(ROWS_PER_CHUNK)
    return pa.RecordBatchReader.from_batches(QUARANTINE, (_stamped(chunk, told) for chunk in rows))


def _stamped(chunk: pa.RecordBatch, told: dict[str, object]) -> pa.RecordBatch:
    columns = {name: chunk[name] for name in chunk.schema.names}
    columns |= {
        name: pa.repeat(pa.scalar(value, QUARANTINE.field(name).type), len(chunk)) for name, value in told.items()
    }
    return pa.RecordBatch.from_pydict({name: columns[name] for name in QUARANTINE.names}, QUARANTINE)


def _limits() -> dict[str, object]:
    knobs = {"future_tolerance_s": settings().future_tolerance_s, "too_late_days": settings().too_late_days}
    enums = ("operation_name", "error_type", "finish_reason", "cost_source")
    return {**knobs, **{name: list(ENUMS[name]) for name in enums}}


def _run(con: duckdb.DuckDBPyConnection, name: str, **params: object) -> None:
    warehouse.create_table(con, f"landing.{name}", FOLDER / f"{name}.sql", **params)


def _text(name: str) -> str:
    return (FOLDER / f"{name}.sql").read_text(encoding="utf-8")


def rows(
    con: duckdb.DuckDBPyConnection, delivery: Delivery, reading: Reading, log: DeltaTable
) -> Iterator[pl.DataFrame]:
    """The rows that land, in log_schema's columns.

    DuckDB works out only what landing adds; polars reads the rest of the staged file beside it and writes both, since
    taking every column through DuckDB's Arrow export cost as much again as the whole write (measured).
    """
    if reading.parquet is None:
        return
    _name_and_price(con)
    _find_repeats(con, log)
    con.execute("set preserve_insertion_order = true")
    told = {"batch_id": delivery.batch_id, "source_file": delivery.name, "ingested_at": delivery.received_at}
    staged = pl.scan_parquet(reading.parquet)
    for chunk in con.sql(_text("derived")).to_arrow_reader(ROWS_PER_CHUNK):
        derived = pl.from_arrow(chunk)
        if isinstance(derived, pl.DataFrame) and derived.height:
            yield _beside(staged, derived, told)


def _beside(staged: pl.LazyFrame, derived: pl.DataFrame, told: dict[str, object]) -> pl.DataFrame:
    place = derived["place"]
    first, last = int(place.min()), int(place.max())  # pyright: ignore[reportArgumentType]
    logged = [name for name in staged_schema().names if name in log_schema().names and name not in derived.columns]
    rows = staged.slice(first, last - first + 1).select(logged).collect()
    if rows.height != derived.height or not place.is_sorted():
        rows = rows[(place - first).cast(pl.UInt32)]
    stamp = [pl.lit(value).alias(name) for name, value in told.items()]
    return rows.hstack(derived.drop("place")).with_columns(stamp).select(log_schema().names)


def _find_repeats(con: duckdb.DuckDBPyConnection, log: DeltaTable) -> None:
    """landing.questioned: rows whose attempt_id is repeated in the batch or known to the log, if there are any."""
    held = lake.hour_files(log, _arrived(con))
    lake.view(con, "landing.logged", held, log_schema())
    for name in ("repeated", "known", "questioned", "passed_over"):
        _run(con, name)


def _name_and_price(con: duckdb.DuckDBPyConnection) -> None:
    """Resolve names and prices over the distinct pairs and half hours, so that rows need two equi-joins only."""
    _run(con, "pairs")
    con.register("names", catalog.model_names(con, con.table("landing.pairs").to_arrow_table()))
    con.execute("create table landing.names as from names")
    _run(con, "price_keys")
    con.register("prices", prices.resolve(con, con.table("landing.price_keys").to_arrow_table()))
    con.execute("create table landing.prices as from prices")


def dirty_hours(con: duckdb.DuckDBPyConnection, files: list[DataFile]) -> tuple[datetime, ...]:
    """The hours that rows landed in, and neighbours holding other attempts of the same failed requests."""
    touched = {lake.hour_of(file.partition) for file in files}
    edges = {hour + step for hour in touched for step in (-HOUR, HOUR)} - touched
    lake.view(con, "landing.neighbours", lake.hour_files(lake.table("request_log"), edges), log_schema())
    siblings = con.execute(_text("sibling_hours")).fetchall()
    return tuple(sorted(touched | {hour.replace(tzinfo=UTC) for (hour,) in siblings}))
