"""Rankings, and every comment a reader finds in the published file, from the .sql files themselves."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import duckdb

from pipeline import statistics, warehouse
from pipeline.settings import SQL


def files() -> list[Path]:
    """The rankings in the order they read each other; one file is one table, asset and (where ranked) board."""
    return warehouse.in_order(list((SQL / "rankings").glob("*.sql")), "rankings")


def build(con: duckdb.DuckDBPyConnection, only: Path | None = None) -> None:
    """Make `rankings.*` anew from `rollups.*`, `reference.*` and `meta.publication` of the same file."""
    with statistics.taught(con):
        for file in [only] if only else files():
            warehouse.create_table(con, f"rankings.{file.stem}", file)
            describe(con, f"rankings.{file.stem}", file)


def describe(con: duckdb.DuckDBPyConnection, table: str, file: Path | None = None, meaning: str = "") -> None:
    """Comment a table (its file's header, or `meaning`) and its columns, so that `describe` documents itself."""
    meanings = _meanings() | (_own_meanings(file) if file else {})
    columns = [name for name, *_ in con.execute(f"from {table} limit 0").description or []]
    with _one_commit(con):  # 1,000 columns, a commit each: 0.9 s of CPU, against 0.4 s in a commit a table (measured)
        if text := warehouse.header(file) if file else meaning:
            _comment(con, f"table {table}", text)
        for name in columns:
            if name in meanings:
                _comment(con, f'column {table}."{name}"', meanings[name])


@contextmanager
def _one_commit(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    con.begin()
    yield
    con.commit()


def _comment(con: duckdb.DuckDBPyConnection, what: str, text: str) -> None:
    quoted = text.replace("'", "''")
    con.execute(f"comment on {what} is '{quoted}'")


@cache
def _meanings() -> dict[str, str]:
    with (SQL / "columns.csv").open(encoding="utf-8", newline="") as handle:
        return {row["column_name"]: _worded(row) for row in csv.DictReader(handle)}


def _worded(row: dict[str, str]) -> str:
    return f"{row['meaning']} [{row['unit']}]" if row.get("unit") else row["meaning"]


def _own_meanings(file: Path) -> dict[str, str]:
    marked = [line for line in file.read_text(encoding="utf-8").splitlines() if line.startswith("-- column:")]
    parts = [line.removeprefix("-- column:").strip().partition(":") for line in marked]
    return {name.strip(): text.strip() for name, _, text in parts}
