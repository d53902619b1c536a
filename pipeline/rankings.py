"""Rankings, and every comment a reader finds in the published file, from the .sql files themselves."""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import duckdb

from pipeline import statistics, warehouse
from pipeline.settings import SQL

NAMED = "schema_name || '.' || table_name as named"
HERE = "where database_name = current_database() and list_contains($tables, named)"
TABLES = f"select {NAMED}, comment from duckdb_tables() {HERE}"
COLUMNS = f"select {NAMED}, column_name, comment from duckdb_columns() {HERE}"


def files() -> list[Path]:
    """The rankings in the order they read each other; one file is one table, asset and (where ranked) board."""
    return warehouse.in_order(list((SQL / "rankings").glob("*.sql")), "rankings")


def build(con: duckdb.DuckDBPyConnection, only: Path | None = None, *, refill: bool = False) -> None:
    """Make `rankings.*` anew from `rollups.*`, `reference.*` and `meta.publication` of the same file.

    To `refill` tables of the very same SQL keeps their comments, a thousand statements that cost as much as the rows.
    """
    wanted = [only] if only else files()
    with statistics.taught(con):
        for file in wanted:
            (warehouse.refill_table if refill else warehouse.create_table)(con, f"rankings.{file.stem}", file)
    describe(con, {f"rankings.{file.stem}": file for file in wanted})


def describe(con: duckdb.DuckDBPyConnection, tables: Mapping[str, Path | str]) -> None:
    """Comment tables (with their file's header, or in these words) and their columns, so that `describe` tells both.

    What a comment says already is left as it is: only what differs costs a statement.
    """
    headers = {table: warehouse.header(of) if isinstance(of, Path) else of for table, of in tables.items()}
    own = {table: _own_meanings(of) for table, of in tables.items() if isinstance(of, Path)}
    for table, held in con.execute(TABLES, {"tables": list(tables)}).fetchall():
        _comment(con, f"table {table}", held, headers[table] or None)
    for table, name, held in con.execute(COLUMNS, {"tables": list(tables)}).fetchall():
        wanted = own.get(table, {}).get(name) or _meanings().get(name)
        _comment(con, f'column {table}."{name}"', held, wanted)


def _comment(con: duckdb.DuckDBPyConnection, what: str, held: str | None, wanted: str | None) -> None:
    if held != wanted:
        quoted = "null" if wanted is None else "'" + wanted.replace("'", "''") + "'"
        con.execute(f"comment on {what} is {quoted}")


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
