"""One JSON log to contract Parquet, the same way for every source: its steps are the files sql/sources/<name>/*.sql.

`read.sql` reads the file with explicit columns, `rejects.sql` names the records that can not become rows, `people.sql`
the texts to make pseudonyms of (they come back as table <name>.pseudonyms), and `rows.sql` selects the rows in the
contract's columns. Any other file is a view that these read. Each is <name>.<step>.
"""

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from pipeline import json_files, sifting, staging, warehouse
from pipeline.json_files import JsonFile
from pipeline.request_log import FileRejected, Reading, no_rejects
from pipeline.settings import PodiumError


def read(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    workdir: Path,
    name: str,
    keys: Sequence[str],
    lenient: frozenset[str] = frozenset(),
) -> Reading:
    """JSON lines, an array, or objects (plain, gzip or zstd) as contract Parquet and rejects.

    A record with none of the columns `keys` is looked at alone: what is no object, DuckDB reads as nothing but NULL.
    A `lenient` column of a wrong type becomes null instead of costing the row.
    """
    con.execute("set preserve_insertion_order = true")  # a row's place in the file is its rowid
    con.execute(f"create schema {name}")
    delivered = workdir / "delivered"  # a name of ours: DuckDB would take [ or * in a path for a pattern
    delivered.symlink_to(path.resolve())
    unreadable = _load(con, json_files.inspect(delivered), workdir / "sifted.jsonl", name, keys, lenient)
    return staging.stage(con, workdir, name, unreadable)


def _load(
    con: duckdb.DuckDBPyConnection,
    file: JsonFile,
    target: Path,
    name: str,
    keys: Sequence[str],
    lenient: frozenset[str],
) -> pa.Table:
    """Fill <name>.read; returns the records that could not be read. One bad record makes DuckDB refuse the file: then
    every record is looked at alone, and the sound ones, written to `target`, take the same way."""
    nothing = f"select count(*) from {name}.read where coalesce({', '.join(keys)}) is null"
    if _read_json(con, file, name, is_sifted=False) and not con.execute(nothing).fetchall()[0][0]:
        return no_rejects()
    target.touch()
    sifted = JsonFile(target, "uncompressed", "newline_delimited")
    _read_json(con, sifted, name, is_sifted=True)
    table = con.table(f"{name}.read")
    sieve = sifting.sift(json_files.records(file), dict(zip(table.columns, table.types, strict=True)), lenient, target)
    if not _read_json(con, sifted, name, is_sifted=True):
        raise FileRejected(
            "corrupt", "its records look sound one by one, but can not be read together; please report it"
        )
    return sieve.rejects()


def _read_json(con: duckdb.DuckDBPyConnection, file: JsonFile, name: str, *, is_sifted: bool) -> bool:
    """Whether DuckDB could read every record. Its message quotes the record, so it goes nowhere."""
    params = {"path": str(file.path), "format": file.format, "compression": file.compression, "is_sifted": is_sifted}
    try:
        warehouse.create_table(con, f"{name}.read", staging.step(name, "read"), **params)
    except PodiumError as error:
        if isinstance(error.__cause__, duckdb.InvalidInputException | duckdb.ConversionException):
            return False
        raise
    return True
