"""The copy that people open and hand on: the published tables without those about single people."""

from pathlib import Path

import duckdb

from pipeline import warehouse

WITHHELD = "Not in current.duckdb"  # what the comment of such a table says, from the header of its file


def copy(file: Path, target: Path, storage: str) -> None:
    """Every other table of a published file, with its comments, in a new file: nothing of the rest is in its bytes."""
    con = warehouse.connect(macros=False)
    try:
        con.execute(f"attach {_quoted(file)} as podium (read_only)")
        con.execute(f"attach {_quoted(target)} as shared (storage_version '{storage}')")
        con.execute("copy from database podium to shared (schema)")
        for table, is_withheld in _tables(con):
            con.execute(
                f"drop table shared.{table}" if is_withheld else f"insert into shared.{table} from podium.{table}"
            )
        con.execute("checkpoint shared")
    finally:
        con.close()


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _tables(con: duckdb.DuckDBPyConnection) -> list[tuple[str, bool]]:
    """(schema.table, whether its comment says that it stays behind)."""
    told = "select schema_name || '.' || table_name, contains(coalesce(comment, ''), $mark) from duckdb_tables()"
    return con.execute(f"{told} where database_name = 'shared'", {"mark": WITHHELD}).fetchall()
