"""The copy that people open and hand on: the published tables without those about single people."""

import json
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date
from hashlib import file_digest
from pathlib import Path

import duckdb

from pipeline import contents, warehouse
from pipeline.data_files import write_whole

WITHHELD = "Not in current.duckdb"  # what the comment of such a table says, from the header of its file


def share(file: Path, version: int, storage: str, copied: Collection[date] | None) -> None:
    """Put current.duckdb beside a new version: the copy of the version before with these days copied again (None: all).

    A copy that is not as it was left (somebody opened it for writing, or a run was killed) is made anew.
    """
    building, told = file.with_name("current.duckdb.tmp"), file.with_name("SHARED")
    if copied is None or not _holds(building, told, version - 1) or not _brought_up(building, file, copied, storage):
        building.unlink(missing_ok=True)
        copy(file, building, storage)
    digest = _digest(building)
    building.rename(file.with_name("current.duckdb"))
    write_whole(told, json.dumps({"version": version, "sha256": digest}))


def _holds(building: Path, told: Path, version: int) -> bool:
    """Whether `building` is now what was shared as this version, byte for byte."""
    shared = building.with_suffix("")
    if not (told.exists() and shared.exists()):
        return False
    shutil.copyfile(shared, building)
    return json.loads(told.read_text(encoding="utf-8")) == {"version": version, "sha256": _digest(building)}


def _digest(file: Path) -> str:
    with file.open("rb") as handle:
        return file_digest(handle, "sha256").hexdigest()


def copy(file: Path, target: Path, storage: str) -> None:
    """Every other table of a published file, with its comments, in a new file: nothing of the rest is in its bytes."""
    with _beside(file, target, storage) as con:
        con.execute("copy from database podium to shared (schema)")
        for table, comment in _tables(con, "shared").items():
            con.execute(
                f"drop table shared.{table}"
                if WITHHELD in comment
                else f"insert into shared.{table} from podium.{table}"
            )


def _brought_up(target: Path, file: Path, copied: Collection[date], storage: str) -> bool:
    """Whether the copy of an older version could be made one of this: only if its tables are the same ones."""
    with _beside(file, target, storage) as con:
        wanted = {table: comment for table, comment in _tables(con, "podium").items() if WITHHELD not in comment}
        if _tables(con, "shared") != wanted or _columns(con, "shared") != _columns(con, "podium", set(wanted)):
            return False
        con.execute("create schema lake")
        told = {"dates": list(copied)}
        con.execute("create table lake.copied_dates as select unnest($dates) :: date as event_date", told)
        con.execute(
            "create table lake.local_hours as select unnest(range(starts_at, ends_at, interval 1 hour)) as hour "
            "from podium.meta.days where event_date in (from lake.copied_dates)"
        )
        for table in wanted:
            schema, _, name = table.partition(".")
            changed = f"where {contents.is_stale(name)}" if schema == "rollups" else ""
            con.execute(f"delete from shared.{table} {changed}")
            con.execute(f"insert into shared.{table} from podium.{table} {changed}")
    return True


@contextmanager
def _beside(file: Path, target: Path, storage: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """A published file as `podium` and a file to write, whole on disk afterwards, as `shared`."""
    con = warehouse.connect(macros=False)
    try:
        con.execute(f"attach {_quoted(file)} as podium (read_only)")
        con.execute(f"attach {_quoted(target)} as shared (storage_version '{storage}')")
        yield con
        con.execute("checkpoint shared")
    finally:
        con.close()


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _tables(con: duckdb.DuckDBPyConnection, database: str) -> dict[str, str]:
    """schema.table -> its comment."""
    told = "select schema_name || '.' || table_name, coalesce(comment, '') from duckdb_tables()"
    return dict(con.execute(f"{told} where database_name = $name", {"name": database}).fetchall())


def _columns(con: duckdb.DuckDBPyConnection, database: str, of: set[str] | None = None) -> set[tuple[str, ...]]:
    """Every column (of these tables) in its place, with its type and comment."""
    told = (
        "select schema_name || '.' || table_name, column_index, column_name, data_type, comment from duckdb_columns()"
    )
    found = con.execute(f"{told} where database_name = $name", {"name": database}).fetchall()
    return {column for column in found if of is None or column[0] in of}
