"""The copy that people open and hand on: the published tables without those about single people."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

WITHHELD = "Not in current.duckdb"  # what the comment of such a table says, from the header of its file


@contextmanager
def attached(con: duckdb.DuckDBPyConnection, file: Path, options: str, name: str = "podium") -> Iterator[None]:
    """A file of tables as the connection's own database, until the block ends; after an error the connection is lost.

    Detached and attached again it is read from the disk again.
    """
    con.execute(f"attach {_quoted(file)} as {name} ({options})")
    con.execute(f"use {name}")
    yield
    con.execute("use memory")
    con.execute(f"detach {name}")


def copy(con: duckdb.DuckDBPyConnection, file: Path, target: Path, storage: str) -> None:
    """Every other table of a published file, with its comments, in a new file: nothing of the rest is in its bytes."""
    written = f"storage_version '{storage}', recovery_mode 'no_wal_writes'"
    with attached(con, file, "read_only"), attached(con, target, written, "shared"):
        con.execute("copy from database podium to shared (schema)")
        for table, is_withheld in _tables(con):
            con.execute(
                f"drop table shared.{table}" if is_withheld else f"insert into shared.{table} from podium.{table}"
            )
        con.execute("checkpoint shared")


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _tables(con: duckdb.DuckDBPyConnection) -> list[tuple[str, bool]]:
    """(schema.table, whether its comment says that it stays behind)."""
    told = "select schema_name || '.' || table_name, contains(coalesce(comment, ''), $mark) from duckdb_tables()"
    return con.execute(f"{told} where database_name = 'shared'", {"mark": WITHHELD}).fetchall()
