"""Everything that is kept of a log once it has landed, to look for what must not be there."""

from pathlib import Path

import duckdb
import polars as pl


def rows_of(file: Path) -> list[tuple]:
    """Every row of every table of a published file."""
    with duckdb.connect(str(file), read_only=True) as con:
        tables = con.execute("select schema_name || '.' || table_name from duckdb_tables()").fetchall()
        return [row for (name,) in tables for row in con.execute(f"from {name}").fetchall()]


def everything_stored(home: Path) -> str:
    """All of the lake and the published files, as bytes and unpacked. (The archive holds raw logs, as delivered.)"""
    parts = [str(rows_of(file)) for file in sorted((home / "published").glob("*.duckdb"))]
    for file in (file for folder in ("lake", "published") for file in (home / folder).rglob("*") if file.is_file()):
        parts.append(file.read_bytes().decode("utf-8", "replace"))
        if file.suffix == ".parquet":
            parts.append(str(pl.read_parquet(file, hive_partitioning=False).rows()))
    return "\n".join(parts)
