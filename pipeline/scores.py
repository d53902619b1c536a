"""Scores by request id: one batch of them judged and handed over as rows, and all of them as the fold wants them."""

from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
from deltalake import DeltaTable

from pipeline import batch, lake, tables, warehouse
from pipeline.data_files import DataFile
from pipeline.inbox import Delivery
from pipeline.request_log import Reading
from pipeline.settings import SQL, settings

FOLDER = SQL / "scores"
LANDED = ("batch_id", "received_at", "event_date")  # what landing adds
STAGED = pa.schema([field for field in tables.SCORES if field.name not in LANDED])
DAY = timedelta(days=1)


def in_order(con: duckdb.DuckDBPyConnection, reading: Reading, work: Path) -> Reading:
    """The reading as it is: scores are few, and cut by day when they are written."""
    lake.view(con, "landing.staged", [str(reading.parquet)] if reading.parquet else [], STAGED, place=True)
    return reading


def judge(con: duckdb.DuckDBPyConnection, delivery: Delivery, reading: Reading) -> dict[str, int]:
    """Find the refused scores: reason -> how many."""
    limits = {"future_tolerance_s": settings().future_tolerance_s, "too_late_days": settings().too_late_days}
    _run(con, "refused", received_at=delivery.received_at, **limits)
    return batch.tally(con, reading)


def rows(
    con: duckdb.DuckDBPyConnection, delivery: Delivery, reading: Reading, held: DeltaTable
) -> Iterator[pl.DataFrame]:
    """The scores that land, in tables.SCORES' columns."""
    _run(con, "arrived", received_at=delivery.received_at)
    found = con.execute("select distinct event_date from landing.arrived").fetchall()
    lake.view_of_dates(con, "landing.held", "scores", {day.isoformat() for (day,) in found})
    told = {"batch_id": delivery.batch_id, "received_at": delivery.received_at}
    landing = con.sql((FOLDER / "rows.sql").read_text(encoding="utf-8"), params=told)
    for chunk in landing.to_arrow_reader(batch.ROWS_PER_CHUNK):
        yield pl.DataFrame(pl.from_arrow(chunk))


def dirty_hours(con: duckdb.DuckDBPyConnection, files: list[DataFile]) -> tuple[datetime, ...]:
    """The hours of the request log whose requests these files' scores count for."""
    reach = settings().score_days
    lake.view(con, "landing.scored", lake.paths(lake.table("scores"), files), tables.SCORES)
    scored = {date.fromisoformat(file.partition["event_date"]) for file in files}
    lake.view_of_dates(con, "landing.logged", "request_log", _around(scored, range(-reach, 2)))
    hours = con.execute((FOLDER / "hours.sql").read_text(encoding="utf-8"), {"score_days": reach})
    return tuple(sorted(hour.replace(tzinfo=UTC) for (hour,) in hours.fetchall()))


def fold(con: duckdb.DuckDBPyConnection, hours: Collection[datetime]) -> None:
    """Make lake.scored out of lake.attempts, which are of these hours, and the scores that count for them."""
    reach = settings().score_days
    if lake.exists("scores"):
        dates = _around({hour.date() for hour in hours}, range(-1, reach + 1))
        lake.view_of_dates(con, "lake.scores", "scores", dates)
    else:
        lake.view(con, "lake.scores", [], tables.SCORES)
    warehouse.create_table(con, "lake.scored", SQL / "fold" / "scored.sql", score_days=reach)


def _around(days: Collection[date], reach: range) -> set[str]:
    return {(day + step * DAY).isoformat() for day in days for step in reach}


def _run(con: duckdb.DuckDBPyConnection, name: str, **params: object) -> None:
    warehouse.create_table(con, f"landing.{name}", FOLDER / f"{name}.sql", **params)
