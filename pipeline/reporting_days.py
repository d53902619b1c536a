"""Which hours of the lake belong to which day of the reporting timezone; the lake itself knows only UTC."""

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta

import duckdb
import pyarrow as pa

from pipeline import lake, warehouse, zones
from pipeline.settings import SQL, settings

FOLDER = SQL / "days"
CALENDAR = pa.schema([("event_date", pa.date32()), ("starts_at", pa.timestamp("us")), ("ends_at", pa.timestamp("us"))])
BEFORE, AFTER = timedelta(days=2), timedelta(days=9)  # room for another zone's days, and for all of the running week


def tell(
    con: duckdb.DuckDBPyConnection, logged: Collection[str], changed: Collection[str], as_of: datetime
) -> set[str]:
    """lake.calendar, and which of its days and hours (lake.copied_dates, lake.local_hours) changed UTC days touch.

    Returns the UTC days (YYYY-MM-DD) those hours are in.
    """
    known = [date.fromisoformat(each) for each in {*logged, *changed}] + [as_of.astimezone(UTC).date()]
    rows = list(zones.days(settings().reporting_timezone, min(known) - BEFORE, max(known) + AFTER))
    con.register("calendar_rows", pa.table([pa.array(column) for column in zip(*rows, strict=True)], schema=CALENDAR))
    con.execute("create or replace table lake.calendar as from calendar_rows")
    con.execute(
        "create or replace table lake.changed_dates as select unnest($dates) :: date as utc_date",
        {"dates": list(changed)},
    )
    for name in ("copied_dates", "local_hours"):
        warehouse.create_table(con, f"lake.{name}", FOLDER / f"{name}.sql")
    return {day for (day,) in con.execute("select distinct hour :: date :: varchar from lake.local_hours").fetchall()}


def view_rollup(con: duckdb.DuckDBPyConnection, name: str, utc_dates: Collection[str]) -> None:
    """lake.<rollup>: its rows of the copied days, whose event_date is the day of the reporting timezone."""
    lake.view_of_dates(con, f"lake.utc_{name}", f"rollups/{name}", utc_dates)
    con.execute(
        f"create or replace view lake.{name} as select logged.* replace (days.event_date as event_date) "
        f"from lake.utc_{name} as logged inner join lake.local_hours as days on logged.hour = days.hour"
    )


def tell_utc(con: duckdb.DuckDBPyConnection, dates: Collection[str]) -> None:
    """lake.local_hours as it is in UTC, for what compares UTC days whatever the reporting timezone."""
    warehouse.create_table(con, "lake.local_hours", FOLDER / "utc_hours.sql", dates=list(dates))
