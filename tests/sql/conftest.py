"""A small world of published tables: literal rows in, one ranking out."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import duckdb
import pytest

from pipeline import statistics, warehouse
from pipeline.settings import SQL

TABLES = Path(__file__).parent / "rankings" / "world.sql"
Row = tuple[object, ...]


class World:
    """Published tables that a test fills and a ranking reads; as of Monday 2026-03-30 noon."""

    def __init__(self, con: duckdb.DuckDBPyConnection | None = None) -> None:
        self.con = con or _empty()

    def add(self, table: str, **columns: object) -> None:
        """One row; columns not named are unknown or zero (see world.sql)."""
        names, marks = ", ".join(columns), ", ".join(f"${name}" for name in columns)
        self.con.execute(f"insert into {table} ({names}) values ({marks})", columns)

    def usage(self, date: str, model: str, tokens: int | None = None, **columns: object) -> None:
        """A day of ordinary traffic: ten ok requests, attempts logged; no cost known unless told."""
        requests = columns.get("request_count", 10)
        usual = {
            "row_count": requests,
            "attempt_count": requests,
            "request_count": requests,
            "ok_count": requests,
            "input_tokens": tokens,
            "usage_due_count": requests,
            "usage_known_count": 0 if tokens is None else requests,
            "price_due_count": requests,
            "model_input_tokens": tokens,
            "model_output_tokens": columns.get("output_tokens"),
            "model_cache_read_tokens": columns.get("cache_read_input_tokens"),
            "model_cache_write_tokens": columns.get("cache_write_input_tokens"),
        }
        self.add("rollups.usage_daily", event_date=date, model_id=model, **usual | columns)

    def paid(self, date: str, model: str, tokens: int, usd: str, **columns: object) -> None:
        """A day of ordinary traffic whose cost is known."""
        priced = {"cost_usd": usd, "priced_tokens": tokens, "priced_cost_usd": usd}
        counts = dict.fromkeys(("priced_request_count", "priced_ok_count", "priced_outcome_count"), 10)
        self.usage(date, model, tokens, **priced | counts | columns)

    def log_began(self, instant: str) -> None:
        """The hour of the log's first row, where it is not its first day's midnight."""
        self.con.execute(f"create or replace view meta.sources as select timestamp '{instant}' as first_hour")

    def user(self, date: str, user: str | None, model: str, request_count: int = 1) -> None:
        """A day of one user's requests to one model."""
        self.add(
            "rollups.user_activity_daily",
            event_date=date,
            user_id=user,
            model_id=model,
            request_count=request_count,
        )

    def hides_nobody(self) -> None:
        """Counts of one person are told, too, for tests whose sums a reader does in the head."""
        self.con.execute("update meta.publication set min_users = 1")

    def read(self, ranking: str, columns: str, where: str = "true") -> list[Row]:
        """The rows of rankings.<ranking>, sorted by the columns asked for."""
        with statistics.taught(self.con):
            for file in _needed_by(f"rankings.{ranking}"):
                warehouse.create_table(self.con, f"rankings.{file.stem}", file)
        return self.con.execute(f"select {columns} from rankings.{ranking} where {where} order by all").fetchall()


def _empty() -> duckdb.DuckDBPyConnection:
    con = warehouse.connect()
    con.execute(TABLES.read_text(encoding="utf-8"))
    con.execute("insert into meta.publication default values")
    warehouse.create_view(con, "rollups.latency_weekly", SQL / "published" / "latency_weekly.sql")
    return con


@pytest.fixture(scope="session")
def empty_world() -> Iterator[duckdb.DuckDBPyConnection]:
    """The tables of an empty world, made once: a test's own rows and tables are rolled back."""
    con = _empty()
    yield con
    con.close()


@cache
def _needed_by(table: str) -> tuple[Path, ...]:
    """The files behind a ranking, its own last."""
    schema, _, name = table.partition(".")
    if schema != "rankings":
        return ()
    file = SQL / "rankings" / f"{name}.sql"
    before = [needed for source in sorted(warehouse.dependencies(file)) for needed in _needed_by(source)]
    return (*dict.fromkeys(before), file)


@pytest.fixture
def world(empty_world: duckdb.DuckDBPyConnection) -> Iterator[World]:
    """An empty world."""
    empty_world.begin()
    yield World(empty_world)
    empty_world.rollback()
