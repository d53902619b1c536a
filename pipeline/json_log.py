"""A JSON log read with explicit columns: all of it by DuckDB, or record by record where one is broken."""

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from pipeline import json_files, sifting, staging
from pipeline.json_files import JsonFile
from pipeline.request_log import FileRejected, Reading, no_rejects


def read(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    workdir: Path,
    name: str,
    keys: Sequence[str],
    lenient: frozenset[str] = frozenset(),
    stride: int = 1,
) -> Reading:
    """JSON lines, an array, or objects (plain, gzip or zstd) as contract Parquet and rejects; see staging.stage.

    A record with none of the columns `keys` is looked at alone: what is no object, DuckDB reads as nothing but NULL.
    A `lenient` column of a wrong type becomes null instead of costing the row.
    """
    file = json_files.inspect(staging.begin(con, path, workdir, name))
    select = staging.step(name, "read").read_text(encoding="utf-8")
    return staging.stage(con, workdir, name, load(con, file, workdir, name, select, keys, lenient), stride)


def load(
    con: duckdb.DuckDBPyConnection,
    file: JsonFile,
    workdir: Path,
    name: str,
    select: str,
    keys: Sequence[str],
    lenient: frozenset[str] = frozenset(),
) -> pa.Table:
    """Make <name>.read; returns the records that could not be read. One bad record makes DuckDB refuse the file: then
    every record is looked at alone, and the sound ones take the same way."""
    nothing = f"select count(*) from {name}.read where coalesce({', '.join(keys)}) is null"
    if _read_json(con, file, workdir, name, select, is_sifted=False) and not con.execute(nothing).fetchall()[0][0]:
        return no_rejects()
    target = workdir / "sifted.jsonl"
    target.touch()
    sifted = JsonFile(target, "uncompressed", "newline_delimited")
    _read_json(con, sifted, workdir, name, select, is_sifted=True)
    read = con.table(f"{name}.read")
    types = {column: type_ for column, type_ in zip(read.columns, read.types, strict=True) if column != "source_row"}
    sieve = sifting.sift(json_files.records(file), types, lenient, target)
    if not _read_json(con, sifted, workdir, name, select, is_sifted=True):
        raise FileRejected(
            "corrupt", "its records look sound one by one, but can not be read together; please report it"
        )
    return sieve.rejects()


def _read_json(
    con: duckdb.DuckDBPyConnection, file: JsonFile, workdir: Path, name: str, select: str, *, is_sifted: bool
) -> bool:
    told = {"path": str(file.path), "format": file.format, "compression": file.compression}
    return staging.take_up(con, workdir, name, select, is_sifted=is_sifted, **told)
