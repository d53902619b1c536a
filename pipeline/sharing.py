"""The copy that people open and hand on: the published tables without those about single people."""

import json
import shutil
from collections.abc import Collection
from datetime import date
from hashlib import file_digest
from pathlib import Path

import duckdb

from pipeline import contents, warehouse
from pipeline.data_files import write_whole
from pipeline.settings import settings

WITHHELD = "Not in current.duckdb"  # what the comment of such a table says, from the header of its file


def share(
    con: duckdb.DuckDBPyConnection, file: Path, version: int, options: str, copied: Collection[date] | None
) -> None:
    """Put current.duckdb beside a new version: the copy of the version before with these days copied again (None: all).

    A copy that is not as it was left (somebody opened it for writing, or a run was killed) is made anew, as is one in
    which counts were told of fewer users: a file keeps bytes of what was deleted.
    """
    building, told = file.with_name("current.duckdb.tmp"), file.with_name("SHARED")
    is_newer = copied is not None and _holds(building, told, version - 1)
    with warehouse.attached(con, file, "read_only"):
        if copied is None or not is_newer or not _brought_up(con, building, options, copied):
            building.unlink(missing_ok=True)
            copy(con, building, options)
    left = _left(building, version)
    building.rename(file.with_name("current.duckdb"))
    write_whole(told, left)


def _holds(building: Path, told: Path, version: int) -> bool:
    """Whether `building` is now what was shared as this version, byte for byte."""
    shared = building.with_suffix("")
    if not (told.exists() and shared.exists()):
        return False
    shutil.copyfile(shared, building)
    return told.read_text(encoding="utf-8").strip() == _left(building, version)


def _left(building: Path, version: int) -> str:
    with building.open("rb") as handle:
        digest = file_digest(handle, "sha256").hexdigest()
    return json.dumps({"version": version, "min_users": settings().min_users, "sha256": digest})


def copy(con: duckdb.DuckDBPyConnection, target: Path, options: str) -> None:
    """Every other table of `podium`, with its comments, in a new file: nothing of the rest is in its bytes."""
    with warehouse.attached(con, target, options, "shared"):
        con.execute("copy from database podium to shared (schema)")
        for table, comment in _tables(con, "shared").items():
            con.execute(
                f"drop table shared.{table}"
                if WITHHELD in comment
                else f"insert into shared.{table} from podium.{table}"
            )
        con.execute("checkpoint shared")


def _brought_up(con: duckdb.DuckDBPyConnection, target: Path, options: str, copied: Collection[date]) -> bool:
    """Whether the copy of an older version could be made one of this: only if its tables are the same ones."""
    with warehouse.attached(con, target, options, "shared"):
        wanted = {table: comment for table, comment in _tables(con, "podium").items() if WITHHELD not in comment}
        is_alike = _tables(con, "shared") == wanted and _columns(con, "shared") == _columns(con, "podium", set(wanted))
        if is_alike:
            _copy_days(con, list(wanted), copied)
    return is_alike


def _copy_days(con: duckdb.DuckDBPyConnection, tables: list[str], copied: Collection[date]) -> None:
    con.execute("create schema lake")
    told = {"dates": list(copied)}
    con.execute("create table lake.copied_dates as select unnest($dates) :: date as event_date", told)
    con.execute(
        "create table lake.local_hours as select unnest(range(starts_at, ends_at, interval 1 hour)) as hour "
        "from podium.meta.days where event_date in (from lake.copied_dates)"
    )
    for table in tables:
        schema, _, name = table.partition(".")
        changed = f"where {contents.is_stale(name)}" if schema == "rollups" else ""
        con.execute(f"delete from shared.{table} {changed}")
        con.execute(f"insert into shared.{table} from podium.{table} {changed}")
    con.execute("drop schema lake cascade")
    con.execute("checkpoint shared")


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
