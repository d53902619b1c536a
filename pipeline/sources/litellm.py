"""LiteLLM's StandardLoggingPayload, as its generic_api and s3_v2 loggers write it (checked with LiteLLM 1.106.2)."""

from pathlib import Path

import duckdb
import pyarrow as pa

from pipeline import json_files, sifting, warehouse
from pipeline.json_files import JsonFile
from pipeline.privacy import pseudonyms
from pipeline.request_log import FileRejected, Reading, no_rejects
from pipeline.settings import SQL, PodiumError

SOURCE = "litellm_slp"
FILES = SQL / "sources"
# `response` may also be text or a list (redacted logs): it then tells no finish reason, and the row stands.
LENIENT = {"response"}
EMPTY = "select count(*) from sources.litellm_read where coalesce(litellm_call_id, id, status, model) is null"


def read(con: duckdb.DuckDBPyConnection, path: Path, workdir: Path) -> Reading:
    """One file of payloads (JSON lines, an array, or objects; plain, gzip or zstd) as contract Parquet and rejects."""
    con.execute("set preserve_insertion_order = true")  # a row's place in the file is its rowid
    con.execute("create schema if not exists sources")
    delivered = workdir / "delivered"  # a name of ours: DuckDB would take [ or * in a path for a pattern
    delivered.symlink_to(path.resolve())
    unreadable = _load(con, json_files.inspect(delivered), workdir)
    warehouse.create_table(con, "sources.litellm_rejects", FILES / "litellm_rejects.sql")
    refused = (
        con.table("sources.litellm_rejects")
        .order("source_row")
        .limit(sifting.MOST + 1)
        .to_arrow_table()
        .cast(unreadable.schema)
    )
    rejects = pa.concat_tables([unreadable, refused])
    rows = con.table("sources.litellm_read").count("*").fetchall()[0][0]
    sifting.refuse_hopeless(rejects, rows - len(refused))
    _name_people(con)
    warehouse.create_view(con, "sources.litellm_judged", FILES / "litellm_judged.sql")
    parquet = workdir / "staged.parquet"
    staged = (FILES / "litellm.sql").read_text(encoding="utf-8")
    con.execute(f"copy (\n{staged}\n) to $path (format parquet, compression snappy)", {"path": str(parquet)})
    return Reading(parquet if rows > len(refused) else None, rejects, rows_in=rows + len(unreadable))


def _load(con: duckdb.DuckDBPyConnection, file: JsonFile, workdir: Path) -> pa.Table:
    """Fill sources.litellm_read; returns the records that could not be read. One bad record makes DuckDB refuse the
    file: then every record is looked at alone, and the sound ones take the same way."""
    if _read_json(con, file, is_sifted=False) and not con.execute(EMPTY).fetchall()[0][0]:
        return no_rejects()
    return _sift(con, file, workdir)


def _read_json(con: duckdb.DuckDBPyConnection, file: JsonFile, *, is_sifted: bool) -> bool:
    """Whether DuckDB could read every record. Its message quotes the record, so it goes nowhere."""
    params = {"path": str(file.path), "format": file.format, "compression": file.compression, "is_sifted": is_sifted}
    try:
        warehouse.create_table(con, "sources.litellm_read", FILES / "litellm_read.sql", **params)
    except PodiumError as error:
        if isinstance(error.__cause__, duckdb.InvalidInputException | duckdb.ConversionException):
            return False
        raise
    return True


def _sift(con: duckdb.DuckDBPyConnection, file: JsonFile, workdir: Path) -> pa.Table:
    target = workdir / "sifted.jsonl"
    target.touch()
    sifted = JsonFile(target, "uncompressed", "newline_delimited")
    _read_json(con, sifted, is_sifted=True)
    table = con.table("sources.litellm_read")
    sieve = sifting.sift(json_files.records(file), dict(zip(table.columns, table.types, strict=True)), LENIENT, target)
    if not _read_json(con, sifted, is_sifted=True):
        raise FileRejected(
            "corrupt", "its records look sound one by one, but can not be read together; please report it"
        )
    return sieve.rejects()


def _name_people(con: duckdb.DuckDBPyConnection) -> None:
    people = warehouse.run_file(con, FILES / "litellm_people.sql").fetchall()
    con.register("litellm_people", pseudonyms(name for (name,) in people))
    con.execute("create or replace table sources.litellm_pseudonyms as select raw, pseudonym from litellm_people")
