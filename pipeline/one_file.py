"""One delivered file to request log (or scores) and quarantine: read, judged, priced, appended, or refused whole."""

import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType

import duckdb
import polars as pl
import pyarrow as pa
from deltalake import Transaction

from pipeline import batch, faults, lake, parquet_files, refusals, scores, sources, warehouse
from pipeline.data_files import DataFile
from pipeline.inbox import Delivery
from pipeline.request_log import FileRejected, Reading
from pipeline.settings import PodiumError, settings

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
STEPS = {"request_log": batch, "scores": scores}  # what is done with a batch of each table


@dataclass(frozen=True)
class Landed:
    """What became of one delivery: the landing equation, and the hours it made dirty."""

    status: str
    rows_in: int | None = None
    rows_landed: int = 0
    rows_duplicate: int = 0
    rows_quarantined: int = 0
    reasons: dict[str, int] | None = None
    reason: str | None = None
    detail: str | None = None
    hours: tuple[datetime, ...] = ()
    data_files: tuple[DataFile, ...] = ()
    log_version: int | None = None
    name: str = ""
    bundled: int = 0


def land(delivery: Delivery) -> Landed:
    """Read, judge, price and append one file; safe to repeat after a crash at any point."""
    delivery = _as_first_judged(delivery)
    with tempfile.TemporaryDirectory(dir=settings().work) as work, batch.workspace(Path(work)) as con:
        try:
            return _land_readable(con, delivery, _read(con, delivery, Path(work)), Path(work))
        except FileRejected as refused:
            return Landed("quarantined", reason=refused.reason, detail=refused.detail[:200])


def rehearse(delivery: Delivery) -> Landed:
    """What landing one file would come to, without a trace; a fault of one file is told: it would fail."""
    with tempfile.TemporaryDirectory(dir=settings().work) as work, batch.workspace(Path(work)) as con:
        try:
            return _rehearsed(con, delivery, _read(con, delivery, Path(work)), Path(work))
        except FileRejected as refused:
            return Landed("quarantined", reason=refused.reason, detail=refused.detail[:200])
        except Exception as error:
            return replace(failed(delivery, error), status="would fail")


def _rehearsed(con: duckdb.DuckDBPyConnection, delivery: Delivery, reading: Reading, work: Path) -> Landed:
    steps = _steps(delivery)
    with _readable(con, reading):
        ordered = steps.in_order(con, reading, work)
        reasons = steps.judge(con, delivery, ordered)
        landing = steps.rows(con, delivery, ordered, lake.table(lake.landing_table(delivery.source)))
        return _counted(ordered, reasons, sum(frame.height for frame in landing))


def _read(con: duckdb.DuckDBPyConnection, delivery: Delivery, work: Path) -> Reading:
    _refuse_oversize(delivery.file)
    reading = sources.load(delivery.source).read(con, delivery.file, work)
    return refusals.narrowed(con, reading, delivery.replays, work) if delivery.replays else reading


def _counted(reading: Reading, reasons: dict[str, int], rows_landed: int) -> Landed:
    """The landing equation: what neither landed nor was refused was a duplicate."""
    rows_refused = sum(reasons.values())
    return Landed(
        "landed",
        rows_in=reading.rows_in,
        rows_landed=rows_landed,
        rows_duplicate=reading.rows_in - rows_landed - rows_refused,
        rows_quarantined=rows_refused,
        reasons=reasons,
    )


def _as_first_judged(delivery: Delivery) -> Delivery:
    """After a crash, the instant of the first try: rows must not grow too old, or stop lying ahead, in between."""
    for name in ("quarantine", lake.landing_table(delivery.source)):
        judged_at = lake.transaction_version(lake.table(name), delivery.batch_id)
        if judged_at is not None:
            return replace(delivery, received_at=EPOCH + timedelta(microseconds=judged_at))
    return delivery


def _transaction(delivery: Delivery) -> Transaction:
    """The batch, numbered by the instant (µs) its rows were judged at."""
    return Transaction(delivery.batch_id, (delivery.received_at - EPOCH) // timedelta(microseconds=1))


def _land_readable(con: duckdb.DuckDBPyConnection, delivery: Delivery, reading: Reading, work: Path) -> Landed:
    with _readable(con, reading):
        return _land_reading(con, delivery, _steps(delivery).in_order(con, reading, work))


@contextmanager
def _readable(con: duckdb.DuckDBPyConnection, reading: Reading) -> Iterator[None]:
    """Raise FileRejected in place of what went wrong where the file's pages can not be read."""
    try:
        yield
    except (duckdb.Error, pa.ArrowException, pl.exceptions.PolarsError, PodiumError):
        if reading.parquet and not parquet_files.can_be_read(con, reading.parquet):
            raise FileRejected("corrupt", "a data page can not be read; deliver the file again") from None
        raise


def _steps(delivery: Delivery) -> ModuleType:
    return STEPS[lake.landing_table(delivery.source)]


def _refuse_oversize(file: Path) -> None:
    size, limit = file.stat().st_size, settings().max_file_mib * 2**20
    if size == 0:
        raise FileRejected("empty_file")
    if size > limit:
        raise FileRejected("too_large", f"{size:,} bytes; PODIUM_MAX_FILE_MIB allows {limit:,}")


def _land_reading(con: duckdb.DuckDBPyConnection, delivery: Delivery, reading: Reading) -> Landed:
    reasons = _steps(delivery).judge(con, delivery, reading)
    written = _write_rows(con, delivery, reading)  # first of all: a page that can not be read leaves no trace
    if delivery.replays and not delivery.replays.is_whole and written == [] and refusals.is_unchanged(con):
        return replace(_counted(reading, reasons, 0), status="unchanged")
    if reasons:
        _append_quarantine(con, delivery)
    files, version = _append_log(delivery, written)
    return replace(
        _counted(reading, reasons, sum(file.rows for file in files)),
        hours=_steps(delivery).dirty_hours(con, files),
        data_files=tuple(files),
        log_version=version,
    )


def _append_quarantine(con: duckdb.DuckDBPyConnection, delivery: Delivery) -> None:
    table = lake.table("quarantine")
    if lake.transaction_version(table, delivery.batch_id) is not None:
        return
    told: dict[str, object] = {
        "batch_id": delivery.batch_id,
        "source": told_as(delivery),
        "source_file": delivery.name,
        "received_at": delivery.received_at,
    }
    lake.append_rows(table, batch.refused(con, told), _transaction(delivery))


def _write_rows(con: duckdb.DuckDBPyConnection, delivery: Delivery, reading: Reading) -> list[DataFile] | None:
    """The rows that land, as files the log does not show yet; None where a crash came after it showed them."""
    name = lake.landing_table(delivery.source)
    log = lake.grown(name)
    if lake.transaction_version(log, delivery.batch_id) is not None:
        return None
    return lake.write_frames(name, _steps(delivery).rows(con, delivery, reading, log), delivery.batch_id)


def _append_log(delivery: Delivery, written: list[DataFile] | None) -> tuple[list[DataFile], int]:
    """The batch's data files and the version of its table that shows them."""
    log = lake.table(lake.landing_table(delivery.source))
    if written is None:
        return lake.files_of_batch(log, delivery.batch_id), log.version()
    told = {"batch_id": delivery.batch_id, "source": told_as(delivery)}
    return written, lake.commit_files(log, written, _transaction(delivery), told=told)


def failed(delivery: Delivery, error: Exception) -> Landed:
    """What is told of one file's fault; raises the error again where every other file would meet it too."""
    if faults.is_machines(error) or (isinstance(error, PodiumError) and not isinstance(error, warehouse.SqlFailed)):
        raise error
    return Landed("failed", name=delivery.name, reason="fault", detail=place_of(error))


def place_of(error: Exception) -> str:
    """What kind of error it was and where; its message may quote a record, so it goes nowhere."""
    if isinstance(error, warehouse.SqlFailed):
        return f"{type(error.__cause__).__name__} in {error.file}"
    if isinstance(error, OSError):
        return f"{type(error).__name__}: {error.strerror}"
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {Path(last.filename).name}, line {last.lineno}"


def told_as(delivery: Delivery) -> str:
    """What column `source` says of the delivery's rows."""
    return sources.load(delivery.source).SOURCE
