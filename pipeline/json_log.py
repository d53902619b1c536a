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
from pipeline.settings import SQL, PodiumError


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
    file = json_files.inspect(begin(con, path, workdir, name))
    select = _file(name, "read").read_text(encoding="utf-8")
    unreadable = load(con, file, workdir / "sifted.jsonl", f"{name}.read", select, keys, lenient)
    return stage(con, workdir, name, unreadable)


def begin(con: duckdb.DuckDBPyConnection, path: Path, workdir: Path, name: str) -> Path:
    """Make the schema `name`; returns the file under a name of ours, as DuckDB takes [ or * in one for a pattern."""
    con.execute("set preserve_insertion_order = true")  # a row's place in the file is its rowid
    con.execute(f"create schema {name}")
    delivered = workdir / "delivered"
    delivered.symlink_to(path.resolve())
    return delivered


def stage(con: duckdb.DuckDBPyConnection, workdir: Path, name: str, unreadable: pa.Table) -> Reading:
    """What <name>.read holds as contract Parquet and rejects; `unreadable` are those that it could not take up."""
    _prepare(con, name)
    refused = con.table(f"{name}.rejects").order("source_row").limit(sifting.MOST + 1)
    rejects = pa.concat_tables([unreadable, refused.to_arrow_table().cast(REJECT_SCHEMA)])
    staged = workdir / "staged.parquet"
    rows = _file(name, "rows").read_text(encoding="utf-8")
    con.execute(f"copy (\n{rows}\n) to $path (format parquet, compression snappy)", {"path": str(staged)})
    sound = pq.read_metadata(staged).num_rows
    sifting.refuse_hopeless(rejects, sound)
    return Reading(staged if sound else None, rejects, rows_in=sound + len(rejects))


def _file(name: str, step: str) -> Path:
    return SQL / "sources" / name / f"{step}.sql"


def load(
    con: duckdb.DuckDBPyConnection,
    file: JsonFile,
    target: Path,
    table: str,
    select: str,
    keys: Sequence[str],
    lenient: frozenset[str] = frozenset(),
) -> pa.Table:
    """Fill `table`; returns the records that could not be read. One bad record makes DuckDB refuse the file: then
    every record is looked at alone, and the sound ones, written to `target`, take the same way."""
    nothing = f"select count(*) from {table} where coalesce({', '.join(keys)}) is null"
    if _read_json(con, file, table, select, is_sifted=False) and not con.execute(nothing).fetchall()[0][0]:
        return no_rejects()
    target.touch()
    sifted = JsonFile(target, "uncompressed", "newline_delimited")
    _read_json(con, sifted, table, select, is_sifted=True)
    read = con.table(table)
    sieve = sifting.sift(json_files.records(file), dict(zip(read.columns, read.types, strict=True)), lenient, target)
    if not _read_json(con, sifted, table, select, is_sifted=True):
        raise FileRejected(
            "corrupt", "its records look sound one by one, but can not be read together; please report it"
        )
    return sieve.rejects()


def _read_json(con: duckdb.DuckDBPyConnection, file: JsonFile, table: str, select: str, *, is_sifted: bool) -> bool:
    """Whether DuckDB could read every record. Its message quotes the record, so it goes nowhere."""
    params = {"path": str(file.path), "format": file.format, "compression": file.compression, "is_sifted": is_sifted}
    try:
        con.execute(f"create or replace table {table} as\n{select}", params)
    except (duckdb.InvalidInputException, duckdb.ConversionException):
        return False
    except duckdb.Error as error:
        raise PodiumError(f"{table}: {error}") from error
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
