"""From a log's read records to contract Parquet, the same way for every source: its steps are files of a folder."""

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline import sifting, warehouse
from pipeline.privacy import pseudonyms
from pipeline.request_log import REJECT_SCHEMA, Reading
from pipeline.settings import SQL


def step(name: str, file: str) -> Path:
    """One step of a source: sql/sources/<name>/<file>.sql."""
    return SQL / "sources" / name / f"{file}.sql"


def stage(con: duckdb.DuckDBPyConnection, workdir: Path, name: str, unreadable: pa.Table) -> Reading:
    """The rows of table <name>.read in the contract's columns; `unreadable` records are rejects already."""
    _prepare(con, name)
    refused = con.table(f"{name}.rejects").order("source_row").limit(sifting.MOST + 1)
    rejects = pa.concat_tables([unreadable, refused.to_arrow_table().cast(REJECT_SCHEMA)])
    staged = workdir / "staged.parquet"
    rows = step(name, "rows").read_text(encoding="utf-8")
    con.execute(f"copy (\n{rows}\n) to $path (format parquet, compression snappy)", {"path": str(staged)})
    sound = pq.read_metadata(staged).num_rows
    sifting.refuse_hopeless(rejects, sound)
    return Reading(staged if sound else None, rejects, rows_in=sound + len(rejects))


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
