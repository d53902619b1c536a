"""One JSON log to contract Parquet, the same way for every source: its steps are the files sql/sources/<name>/*.sql.

`read.sql` reads the file with explicit columns, `rejects.sql` names the records that can not become rows, `people.sql`
the texts to make pseudonyms of (they come back as table <name>.pseudonyms), and `rows.sql` selects the rows in the
contract's columns. Any other file is a view that these read. Each is <name>.<step>.
"""

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline import json_files, sifting, warehouse
from pipeline.json_files import JsonFile
from pipeline.privacy import pseudonyms
from pipeline.request_log import REJECT_SCHEMA, FileRejected, Reading, no_rejects
from pipeline.settings import SQL

PLACE = {True: "podium_source_row", False: "file_row_number + 1"}  # a sifted copy knows where its records stood
ROWS_PER_GROUP = 20_480  # DuckDB holds several groups while it writes in order: 330 MiB rather than 640 (measured)


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
    unreadable = _load(con, json_files.inspect(delivered), workdir, name, keys, lenient)
    _prepare(con, name)
    refused = con.table(f"{name}.rejects").order("source_row").limit(sifting.MOST + 1)
    rejects = pa.concat_tables([unreadable, refused.to_arrow_table().cast(REJECT_SCHEMA)])
    staged = workdir / "staged.parquet"
    rows = _file(name, "rows").read_text(encoding="utf-8")
    con.execute(
        f"copy (\n{rows}\n) to $path (format parquet, compression snappy, row_group_size {ROWS_PER_GROUP})",
        {"path": str(staged)},
    )
    sound = pq.read_metadata(staged).num_rows
    sifting.refuse_hopeless(rejects, sound)
    return Reading(staged if sound else None, rejects, rows_in=sound + len(rejects))


def _file(name: str, step: str) -> Path:
    return SQL / "sources" / name / f"{step}.sql"


def _load(
    con: duckdb.DuckDBPyConnection,
    file: JsonFile,
    workdir: Path,
    name: str,
    keys: Sequence[str],
    lenient: frozenset[str],
) -> pa.Table:
    """Make <name>.read; returns the records that could not be read. One bad record makes DuckDB refuse the file: then
    every record is looked at alone, and the sound ones take the same way."""
    nothing = f"select count(*) from {name}.read where coalesce({', '.join(keys)}) is null"
    if _read_json(con, file, workdir, name, is_sifted=False) and not con.execute(nothing).fetchall()[0][0]:
        return no_rejects()
    target = workdir / "sifted.jsonl"
    target.touch()
    sifted = JsonFile(target, "uncompressed", "newline_delimited")
    _read_json(con, sifted, workdir, name, is_sifted=True)
    read = con.table(f"{name}.read")
    types = {column: type_ for column, type_ in zip(read.columns, read.types, strict=True) if column != "source_row"}
    sieve = sifting.sift(json_files.records(file), types, lenient, target)
    if not _read_json(con, sifted, workdir, name, is_sifted=True):
        raise FileRejected(
            "corrupt", "its records look sound one by one, but can not be read together; please report it"
        )
    return sieve.rejects()


def _read_json(con: duckdb.DuckDBPyConnection, file: JsonFile, workdir: Path, name: str, *, is_sifted: bool) -> bool:
    """Whether DuckDB could read every record. Its message quotes the record, so it goes nowhere.

    What was read is kept as Parquet: in memory it would grow with the file, and a dictionary's words are judged once.
    """
    kept = workdir / "read.parquet"
    params = {"path": str(file.path), "format": file.format, "compression": file.compression}
    text = _file(name, "read").read_text(encoding="utf-8")
    try:
        con.execute(
            f"copy (\n{text}\n) to '{kept}' (format parquet, compression snappy, row_group_size {ROWS_PER_GROUP})",
            params,
        )
    except (duckdb.InvalidInputException, duckdb.ConversionException):
        return False
    columns = f"{PLACE[is_sifted]} as source_row, * exclude (podium_source_row, file_row_number)"
    con.execute(
        f"create or replace view {name}.read as select {columns} from read_parquet('{kept}', file_row_number = true)"
    )
    return True


def _prepare(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """Everything between <name>.read and the rows, each step after those it reads."""
    steps = [file for file in (SQL / "sources" / name).glob("*.sql") if file.stem not in ("read", "rows")]
    for file in warehouse.in_order(steps, name):
        if file.stem == "rejects":
            warehouse.create_table(con, f"{name}.rejects", file)
        elif file.stem == "people":
            people = pseudonyms(person for (person,) in warehouse.run_file(con, file).fetchall())
            con.register("people", people)
            con.execute(f"create table {name}.pseudonyms as select raw, pseudonym from people")
        else:
            warehouse.create_view(con, f"{name}.{file.stem}", file)
