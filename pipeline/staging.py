"""From a log's read records to contract Parquet, the same way for every source: its steps are files of a folder.

Of sql/sources/<name>/*.sql, `read.sql` is what the reader of a format runs (json_log.py, table_log.py), `rejects.sql`
names the records that can not become rows, `people.sql` the texts to make pseudonyms of (they come back as table
<name>.pseudonyms), and `rows.sql` selects the rows in the contract's columns. Any other file is a step that these read.
Each is <name>.<step>.
"""

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline import sifting, warehouse
from pipeline.privacy import pseudonyms
from pipeline.request_log import REJECT_SCHEMA, Reading
from pipeline.settings import SQL

PLACE = {True: "cast(podium_source_row as bigint)", False: "file_row_number + 1"}
ROWS_PER_GROUP = 20_480  # DuckDB holds several groups while it writes in order: 330 MiB rather than 640 (measured)


def step(name: str, file: str) -> Path:
    """One step of a source: sql/sources/<name>/<file>.sql."""
    return SQL / "sources" / name / f"{file}.sql"


def begin(con: duckdb.DuckDBPyConnection, path: Path, workdir: Path, name: str) -> Path:
    """Make the schema `name`; returns the file under a name of ours, as DuckDB takes [ or * in one for a pattern."""
    con.execute("set preserve_insertion_order = true")  # a row's place in the file is told by its order
    con.execute(f"create schema {name}")
    delivered = workdir / "delivered"
    delivered.symlink_to(path.resolve())
    return delivered


def keep(con: duckdb.DuckDBPyConnection, select: str, file: Path, **params: object) -> None:
    """Write what a select finds to Parquet: in memory it would grow with the log, and here its repeated texts are
    judged once."""
    options = f"format parquet, compression snappy, row_group_size {ROWS_PER_GROUP}"
    con.execute(f"copy (\n{select}\n) to '{file}' ({options})", params or None)


def take_up(
    con: duckdb.DuckDBPyConnection, workdir: Path, name: str, select: str, *, is_sifted: bool, **params: object
) -> bool:
    """Make <name>.read out of a select over the log; whether DuckDB could read every record.

    Its message quotes the record, so it goes nowhere. source_row is the record's place, which only a sifted copy has to
    be asked for (podium_source_row).
    """
    kept = workdir / "read.parquet"
    try:
        keep(con, select, kept, **params)
    except (duckdb.InvalidInputException, duckdb.ConversionException):
        return False
    columns = f"{PLACE[is_sifted]} as source_row, * exclude (podium_source_row, file_row_number)"
    con.execute(
        f"create or replace view {name}.read as select {columns} from read_parquet('{kept}', file_row_number = true)"
    )
    return True


def stage(con: duckdb.DuckDBPyConnection, workdir: Path, name: str, unreadable: pa.Table, stride: int = 1) -> Reading:
    """The records of <name>.read as rows in the contract's columns; `unreadable` ones are rejects already.

    Where a record holds many rows, its own source_row is its number times `stride`, and rows.sql counts on from there.
    """
    _prepare(con, workdir, name)
    refused = con.table(f"{name}.rejects").order("source_row").limit(sifting.MOST + 1)
    places = pc.multiply(unreadable["source_row"], stride)  # pyright: ignore[reportAttributeAccessIssue]
    unreadable = unreadable.set_column(0, "source_row", places)
    rejects = pa.concat_tables([unreadable, refused.to_arrow_table().cast(REJECT_SCHEMA)])
    staged = workdir / "staged.parquet"
    keep(con, step(name, "rows").read_text(encoding="utf-8"), staged)
    sound = pq.read_metadata(staged).num_rows
    sifting.refuse_hopeless(rejects, sound, stride)
    return Reading(staged if sound else None, rejects, rows_in=sound + len(rejects))


def _prepare(con: duckdb.DuckDBPyConnection, workdir: Path, name: str) -> None:
    """Everything between <name>.read and the rows, each step after those it reads.

    What several read is worked out once, and its rows are numbered (`step_row`, from 0).
    """
    files = list((SQL / "sources" / name).glob("*.sql"))
    steps = [file for file in files if file.stem not in ("read", "rows")]
    for file in warehouse.in_order(steps, name):
        readers = sum(f"{name}.{file.stem}" in warehouse.dependencies(other) for other in files)
        if file.stem == "rejects":
            warehouse.create_table(con, f"{name}.rejects", file)
        elif file.stem == "people":
            people = pseudonyms(person for (person,) in warehouse.run_file(con, file).fetchall())
            con.register("people", people)
            con.execute(f"create table {name}.pseudonyms as select raw, pseudonym from people")
        elif readers > 1:
            kept = workdir / f"{file.stem}.parquet"
            keep(con, file.read_text(encoding="utf-8"), kept)
            columns = "* exclude (file_row_number), file_row_number as step_row"
            rows = f"read_parquet('{kept}', file_row_number = true)"
            con.execute(f"create view {name}.{file.stem} as select {columns} from {rows}")
        else:
            warehouse.create_view(con, f"{name}.{file.stem}", file)
