"""The Delta tables: made on first use, appended to once per batch, partitions replaced in one commit."""

import fcntl
import json
import os
import shutil
import threading
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, PostCommitHookProperties, Schema, Transaction, write_deltalake
from deltalake.exceptions import DeltaError
from deltalake.transaction import AddAction, RemoveAction

from pipeline import warehouse
from pipeline.data_files import DataFile, write_parts
from pipeline.remote import Remote
from pipeline.settings import PodiumError, settings
from pipeline.storage import Folder, store
from pipeline.tables import PARTITIONS, SCHEMAS

SMALL_FILES = 64  # a file per batch: read together until there are this many, then made one
HIVE = {"event_date": "date", "event_hour": "smallint"}
KEEP_LOG = PostCommitHookProperties(create_checkpoint=True, cleanup_expired_logs=False)


_held = threading.local()


@contextmanager
def writer_lock() -> Iterator[None]:
    """One writer at a time, over lake and published files; waits `lock_timeout_s`, then names the holder.

    Whoever holds it may take it again: refresh holds it over landing, rolling up and publishing. Nobody else writes
    meanwhile, so each table is opened once.
    """
    if getattr(_held, "is_mine", False):
        yield
        return
    settings().home.mkdir(parents=True, exist_ok=True)
    with (settings().home / "writer.lock").open("a+") as handle:
        _wait_for(handle.fileno(), time.monotonic() + settings().lock_timeout_s, handle.name)
        handle.seek(0)
        handle.truncate()
        handle.write(f"{os.getpid()}\n")
        handle.flush()
        _empty_work()
        _held.is_mine, _held.tables = True, {}
        try:
            yield
        finally:
            _held.is_mine, _held.tables = False, {}


def _empty_work() -> None:
    """What a killed run left behind: raw logs and spilled rows, nobody's any more."""
    settings().work.mkdir(mode=0o700, exist_ok=True)
    for left in settings().work.iterdir():
        shutil.rmtree(left)


def _wait_for(descriptor: int, deadline: float, name: str) -> None:
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                holder = Path(name).read_text(encoding="ascii").strip() or "unknown"
                raise PodiumError(
                    f"another Podium process (pid {holder}) is writing; wait for it, or raise PODIUM_LOCK_TIMEOUT_S"
                ) from None
            time.sleep(0.05)


def folder(name: str) -> Path:
    """Where a table's files are read on this machine: `request_log`, `scores`, `batches`, `rollups/usage_hourly`."""
    return store().written(name)


def landing_table(source: str) -> str:
    """The table that a source's rows land in: scores have their own."""
    return source if source == "scores" else "request_log"


def exists(name: str) -> bool:
    """Whether the table has been made."""
    where = store()
    return where.address(name) in _opened() or where.exists(name)


def drop(name: str) -> None:
    """Remove a table whole."""
    where = store()
    _opened().pop(where.address(name), None)
    where.drop(name)


def _opened() -> dict[str, DeltaTable]:
    """Address -> table, of those that the holder of the writer lock has opened since."""
    return getattr(_held, "tables", {})


def table(name: str, schema: pa.Schema | None = None) -> DeltaTable:
    """The Delta table, made empty if it is not there yet; who holds the writer lock gets the same one every time."""
    where = store()
    if known := _opened().get(where.address(name)):
        return known
    found = _open(where, name, schema)
    if getattr(_held, "is_mine", False):
        _held.tables[where.address(name)] = found
    return found


def _open(where: Folder | Remote, name: str, schema: pa.Schema | None) -> DeltaTable:
    if not where.exists(name):
        where.prepare(name)
        with where.told():
            made = DeltaTable.create(
                where.address(name),
                schema=schema or SCHEMAS[name],
                partition_by=PARTITIONS.get(name, ["event_date"]),
                mode="ignore",
                configuration={"delta.checkpointInterval": "20", "delta.logRetentionDuration": "interval 30 days"},
                storage_options=where.options,
            )
        where.sync_log(made)
    where.refuse_broken_log(name)
    with where.told():
        found = DeltaTable(where.address(name), storage_options=where.options)
    where.recognise(name, str(found.metadata().id))
    return found


def grown(name: str) -> DeltaTable:
    """The Delta table for writing: with the columns its schema learnt since it was made, unknown to older rows."""
    made = table(name)
    held = {field.name for field in made.schema().fields}
    learnt = [field for field in Schema.from_arrow(SCHEMAS[name]).fields if field.name not in held]
    if learnt:
        with _committing():
            made.alter.add_columns(learnt, post_commithook_properties=KEEP_LOG)
            made.update_incremental()
        store().sync_log(made)
    return made


@contextmanager
def _committing() -> Iterator[None]:
    """After a commit that failed every table is opened again: it may have failed because another one was faster."""
    try:
        with store().told():
            yield
    except BaseException:
        _opened().clear()
        raise


def transaction_version(made: DeltaTable, app_id: str) -> int | None:
    """The number of the last transaction under this name; None if there was none."""
    with store().told():
        return made.transaction_version(app_id)


def history(made: DeltaTable) -> list[dict[str, Any]]:
    """What each commit says of itself, the newest first, as far back as the log reaches."""
    with store().told():
        return made.history()


def write_frames(name: str, frames: Iterable[pl.DataFrame], prefix: str) -> list[DataFile]:
    """Write rows into a table's folder as Parquet, not yet visible to any reader; names begin with `prefix`."""
    files = write_parts(store().written(name), PARTITIONS.get(name, ["event_date"]), frames, prefix)
    store().upload(name, files)
    return files


def commit_files(
    made: DeltaTable,
    files: Sequence[DataFile],
    transaction: Transaction,
    removed: Sequence[DataFile] = (),
    told: dict[str, str] | None = None,
) -> int:
    """Make new files visible, and old ones invisible, in one durable commit; returns the table's version.

    The table's history keeps what is `told` of the commit.
    """
    now = int(time.time() * 1000)
    adds = [
        AddAction(
            path=file.path,
            size=file.size_bytes,
            partition_values=file.partition,
            modification_time=now,
            data_change=True,
            stats=json.dumps({"numRecords": file.rows}),
        )
        for file in files
    ]
    removes = [
        RemoveAction(path=file.path, data_change=True, deletion_timestamp=now, partition_values=dict(file.partition))
        for file in removed
    ]
    with _committing():
        made.create_write_transaction(
            adds + removes,
            mode="append",
            schema=made.schema(),
            partition_by=made.metadata().partition_columns,
            commit_properties=CommitProperties(app_transactions=[transaction], custom_metadata=told),
            post_commithook_properties=KEEP_LOG,
        )
        made.update_incremental()
    store().sync_log(made)
    return made.version()


def append_rows(made: DeltaTable, rows: pa.Table | pa.RecordBatchReader, transaction: Transaction) -> None:
    """Append a small table in one durable commit that carries the transaction."""
    before = {file.path for file in data_files(made)}
    with _committing():
        write_deltalake(
            made,
            rows,
            mode="append",
            commit_properties=CommitProperties(app_transactions=[transaction]),
            post_commithook_properties=KEEP_LOG,
        )
        made.update_incremental()
    secure_new(made, before)
    if len(data_files(made)) > SMALL_FILES:
        compact_small(made)


def compact_small(made: DeltaTable) -> None:
    """Make one file of a small table's many, in one durable commit."""
    before = {file.path for file in data_files(made)}
    with _committing():
        made.optimize.compact(post_commithook_properties=KEEP_LOG)
        made.update_incremental()
    secure_new(made, before)


def secure_new(made: DeltaTable, before: set[str]) -> None:
    """Make durable what delta-rs wrote itself: the files that were not there before, and the log."""
    store().secured(made, [file for file in data_files(made) if file.path not in before])
    store().sync_log(made)


def rows(made: DeltaTable, *columns: str) -> pa.Table:
    """Every row of a small table (batches, quarantine), in these columns (all, if none are named)."""
    schema = pa.schema(made.schema().to_arrow())
    files = paths(made)
    wanted = pa.schema([schema.field(name) for name in columns or schema.names])
    with warehouse.cursor() as con:
        con.execute("set TimeZone = 'UTC'")
        view(con, "small", files, wanted, temp=True)
        return con.sql("from small").to_arrow_table().cast(wanted)


def data_files(made: DeltaTable) -> list[DataFile]:
    """The exact files of this version, from the log; never a glob. sha256 is left empty."""
    keys = made.metadata().partition_columns
    return [
        DataFile(
            path=row["path"],
            rows=row["num_records"],
            size_bytes=row["size_bytes"],
            partition={key: str(row["partition"][key]) for key in keys},
            sha256="",
        )
        for row in pa.table(made.get_add_actions()).to_pylist()
    ]


def files_of_batch(made: DeltaTable, batch_id: str) -> list[DataFile]:
    """The files one batch wrote: `write_files` begins their names with the batch."""
    mine = [file for file in data_files(made) if Path(file.path).name.startswith(batch_id[:32])]
    return store().secured(made, mine)


def paths(made: DeltaTable, files: Sequence[DataFile] | None = None) -> list[str]:
    """Absolute paths, on this machine, of these files of a table, or of all."""
    return store().copies(made, data_files(made) if files is None else files)


def mark(name: str) -> str:
    """Which table, and which version of it: a table made anew starts counting anew."""
    made = table(name)
    return f"{made.metadata().id}@{made.version()}"


def changed_dates(name: str, since: str) -> set[str] | None:
    """Days (YYYY-MM-DD) whose files differ from those at an earlier mark; None if that can not be told."""
    made = table(name)
    identity, _, version = since.partition("@")
    if identity != made.metadata().id:
        return None
    try:
        with store().told():
            then = DeltaTable(store().address(name), version=int(version), storage_options=store().options)
    except DeltaError:  # the log no longer reaches back so far
        return None
    held, now = ({(file.path, file.partition["event_date"]) for file in data_files(each)} for each in (then, made))
    return {date for _, date in held ^ now}


def all_dates(name: str) -> set[str]:
    """Every day (YYYY-MM-DD) the table has rows of."""
    return {file.partition["event_date"] for file in data_files(table(name))}


def hour_of(partition: dict[str, str]) -> datetime:
    """The UTC hour a file of the request log belongs to."""
    day = datetime.fromisoformat(partition["event_date"]).replace(tzinfo=UTC)
    return day + timedelta(hours=int(partition["event_hour"]))


def hour_files(made: DeltaTable, hours: Collection[datetime]) -> list[str]:
    """Absolute paths of the request log's files in these hours."""
    return paths(made, [file for file in data_files(made) if hour_of(file.partition) in hours]) if hours else []


def view(
    con: duckdb.DuckDBPyConnection,
    name: str,
    files: Sequence[str],
    schema: pa.Schema,
    *,
    place: bool = False,
    temp: bool = False,
) -> None:
    """A view over exactly these Parquet files in the schema's columns; an older file's missing ones are NULL.

    `place` adds the row's position in its file, from 0; a `temp` view is this connection's alone.
    """
    create = "create or replace temp" if temp else "create or replace"
    columns = ", ".join(schema.names)
    if not files:
        con.register("no_rows", schema.empty_table())
        con.execute(f"{create} table {name}_without_rows as from no_rows")
        con.execute(f"{create} view {name} as select *{', 0 as place' if place else ''} from {name}_without_rows")
        return
    listed = ", ".join(f"'{_quoted(path)}'" for path in files)
    options = "union_by_name = true"
    partitioned = [f"{key}: {kind}" for key, kind in HIVE.items() if key in schema.names]
    if partitioned:
        options += f", hive_partitioning = true, hive_types = {{{', '.join(partitioned)}}}"
    if place:
        options, columns = f"{options}, file_row_number = true", f"{columns}, file_row_number as place"
    read = f"read_parquet([{listed}], {options})"
    try:
        con.execute(f"{create} view {name} as select {columns} from {read}")
    except duckdb.BinderException:  # not one of the files has a column that the schema learnt since
        held = con.sql(f"from {read} limit 0").columns
        wanted = con.from_arrow(schema.empty_table())
        absent = [
            f"cast(null as {kind}) as {column}"
            for column, kind in zip(wanted.columns, wanted.types, strict=True)
            if column not in held
        ]
        con.execute(f"{create} view {name} as select {columns} from (select *, {', '.join(absent)} from {read})")


def view_of(con: duckdb.DuckDBPyConnection, view_name: str, name: str) -> None:
    """A view over every file of a table that is not partitioned."""
    made = table(name)
    view(con, view_name, paths(made), pa.schema(made.schema().to_arrow()))


def view_of_dates(con: duckdb.DuckDBPyConnection, view_name: str, name: str, dates: Collection[str]) -> None:
    """A view over a partitioned table's files of these days (YYYY-MM-DD)."""
    made = table(name)
    files = [file for file in data_files(made) if file.partition["event_date"] in dates]
    view(con, view_name, paths(made, files), SCHEMAS.get(name) or pa.schema(made.schema().to_arrow()))


def _quoted(path: Path | str) -> str:
    return str(path).replace("'", "''")
