"""The way from literal rows to a published file, step by step, at instants the test chooses: no clock."""

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline import inbox, lake, landing, publish, rollups
from pipeline.one_file import Landed
from pipeline.publish import Published
from pipeline.request_log import log_schema
from pipeline.settings import settings
from tests import rows

RECEIVED = rows.NOON + timedelta(days=8)
AS_OF = rows.NOON + timedelta(days=8)

# Rankings of months, of a model's two providers, of people with five requests, of five people or sessions: a few rows
# do not fill them.
OF_MORE_TRAFFIC = {
    f"rankings.{name}"
    for name in (
        "appearances",
        "arrivals",
        "cohorts",
        "endpoints",
        "moves",
        "multi_homing",
        "session_cost",
        "substitution",
        "user_parts",
    )
}


@contextmanager
def at_home(folder: Path) -> Iterator[Path]:
    """An empty PODIUM_HOME in this folder, with a key file of its own, for fixtures that several tests read."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PODIUM_HOME", str(folder / "home"))
        patch.setenv("PODIUM_KEY_FILE", str(folder / "pseudonym.key"))
        settings.cache_clear()
        yield folder / "home"
        settings.cache_clear()


def copy_home(made: Path) -> None:
    """PODIUM_HOME becomes a copy of a home that another fixture filled, for a test that goes on from there."""
    shutil.copytree(made, settings().home, dirs_exist_ok=True)
    shutil.copy2(made.with_name("pseudonym.key"), settings().pseudonym_key)


def land(*files: Path, source: str = "simulator", at: datetime = RECEIVED) -> list[Landed]:
    """Deliver each file and land it, in this order."""
    landed = []
    for file in files:
        inbox.deliver([file], source)
        landed += landing.land_inbox(received_at=at)
    return landed


def land_rows(folder: Path, *attempts: dict[str, Any], at: datetime = RECEIVED) -> Landed:
    """Land one canonical Parquet file of these rows."""
    file = folder / f"rows-{len(list(folder.glob('rows-*')))}.parquet"
    (landed,) = land(rows.write(file, *attempts), at=at)
    return landed


def roll_up(hours: Iterable[datetime] | None = None) -> list[datetime]:
    """Recompute what landing left dirty."""
    with lake.writer_lock():
        return rollups.refresh(hours)


def publish_now(*, whole: bool = False, as_of: datetime = AS_OF) -> Published:
    """Roll up and publish as of a fixed instant."""
    with lake.writer_lock():
        rollups.refresh()
        return publish.publish(as_of, whole=whole)


def rows_kept() -> int:
    """How many rows the lake holds of all that landed: attempts and scores."""
    return sum(lake.rows(lake.table(name)).num_rows for name in ("request_log", "scores") if lake.exists(name))


def log() -> list[dict[str, Any]]:
    """Every row of the request log."""
    made = lake.table("request_log")
    with duckdb.connect() as con:
        con.execute("set TimeZone = 'UTC'")
        lake.view(con, "log", lake.paths(made), log_schema())
        return _dicts(con.execute("from log order by attempt_id, source_file, source_row"))


def rollup(name: str, days: Iterable[str] = ("2026-11-01", "2026-11-02", "2026-11-03")) -> list[dict[str, Any]]:
    """Every row of one rollup in the lake for these days."""
    with duckdb.connect() as con:
        lake.view_of_dates(con, "rolled", f"rollups/{name}", set(days))
        return _dicts(con.execute("from rolled order by all"))


def asked(published: Published | Path, sql: str, **params: object) -> list[tuple[Any, ...]]:
    """Rows of a published file."""
    with duckdb.connect(str(_file(published)), read_only=True) as con:
        return con.execute(sql, params or None).fetchall()


def contents(published: Published | Path, schemas: tuple[str, ...] = ("rollups", "rankings")) -> dict[str, str]:
    """table -> row count and content hash, whatever the order of its rows."""
    with duckdb.connect(str(_file(published)), read_only=True) as con:
        names = con.execute(
            "select schema_name || '.' || table_name from duckdb_tables() where list_contains($schemas, schema_name)",
            {"schemas": list(schemas)},
        ).fetchall()
        return {name: _hashed(con, name) for (name,) in sorted(names)}


def _file(published: Published | Path) -> Path:
    return published if isinstance(published, Path) else published.path


def _hashed(con: duckdb.DuckDBPyConnection, table: str) -> str:
    text = f"select count(*) || ' rows, ' || coalesce(sum(hash(cast(each as varchar))), 0) from {table} as each"
    (digest,) = con.execute(text).fetchone() or ("",)
    return digest


def _dicts(rows_of: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    names = [column[0] for column in rows_of.description or []]
    return [dict(zip(names, row, strict=True)) for row in rows_of.fetchall()]
