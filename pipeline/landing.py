"""Inbox to request log (or scores) and quarantine: a batch lands once, a row counts once, nothing is lost."""

import json
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType

import duckdb
import polars as pl
import pyarrow as pa
from deltalake import Transaction

from pipeline import batch, bundling, faults, lake, parquet_files, privacy, refusals, scores, sources, tables, warehouse
from pipeline.collector import spool
from pipeline.data_files import DataFile
from pipeline.inbox import Delivery, archive, delivery_of, waiting
from pipeline.request_log import FileRejected, Reading
from pipeline.settings import PodiumError, settings

Progress = Callable[[str, int, int], None]
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


def land_inbox(progress: Progress | None = None, received_at: datetime | None = None) -> list[Landed]:
    """Land everything in the inbox, each file a batch of its own; a bad file never stops the next.

    Many small JSON logs are made a few bundles first (bundling.py): a file is then what lands, so that the equations of
    files and rows count a bundle once, with all its rows; `bundled` is how many files were delivered in its place.
    `received_at` (UTC) is the instant rows may not lie ahead of; now, unless a test says otherwise.
    """
    spool.rescue()
    if not waiting():
        return []
    landed = []
    with lake.writer_lock(), faults.told():
        mistakes = _mistakes({source for source, _ in waiting()})
        bundling.bundle([each for each in waiting() if each[0] not in mistakes], received_at or datetime.now(UTC))
        # What a killed replay began goes first: the same bytes at another source would count its rows once more.
        files = sorted(waiting(), key=lambda each: refusals.REQUEUED.match(each[1].name) is None)
        batches = Batches()
        for source, file in files:
            if source in mistakes:
                landed.append(Landed("failed", name=file.name, reason="mapping", detail=mistakes[source]))
            else:
                landed.append(_opened(batches, source, file, received_at or datetime.now(UTC)))
            if progress:
                progress(landed[-1].name, len(landed), len(files))
    return landed


def _mistakes(names: set[str]) -> dict[str, str]:
    """Sources whose mapping has a mistake, and which: their files wait, those of other sources land."""
    found = {}
    for name in names:
        try:
            sources.load(name)
        except PodiumError as mistake:
            found[name] = str(mistake)
    return found


def _opened(batches: "Batches", source: str, file: Path, received_at: datetime) -> Landed:
    """Land one file of the inbox; one that nobody may read, or that is gone by now, is told and stops no other."""
    try:
        delivery = delivery_of(source, file, received_at)
    except (PermissionError, FileNotFoundError) as error:
        return Landed("failed", name=file.name, reason="fault", detail=_place(error))
    return settled(batches, delivery)


def settled(batches: "Batches", delivery: Delivery) -> Landed:
    """Land and archive one file. What it alone can not bear is told and waits in the inbox: the next one lands."""
    bundled = bundling.originals_of(delivery)
    try:
        landed = batches.settle(delivery)
        archive(delivery)
    except Exception as error:
        return _failed(delivery, error)
    return replace(landed, name=delivery.name, bundled=bundled)


def _failed(delivery: Delivery, error: Exception) -> Landed:
    """What is told of one file's fault; raises the error again where every other file would meet it too."""
    if faults.is_machines(error) or (isinstance(error, PodiumError) and not isinstance(error, warehouse.SqlFailed)):
        raise error
    return Landed("failed", name=delivery.name, reason="fault", detail=_place(error))


def _place(error: Exception) -> str:
    """What kind of error it was and where; its message may quote a record, so it goes nowhere."""
    if isinstance(error, warehouse.SqlFailed):
        return f"{type(error.__cause__).__name__} in {error.file}"
    if isinstance(error, OSError):
        return f"{type(error).__name__}: {error.strerror}"
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {Path(last.filename).name}, line {last.lineno}"


class Batches:
    """The acknowledgements: one row per delivered file, written last, fsynced."""

    def __init__(self) -> None:
        self.key_id = privacy.key_id()  # a key that can not be read is told before anything is written
        self.table = lake.table("batches")
        self.logs = [name for name in STEPS if lake.exists(name)]  # where a killed run may have begun a batch
        rows = refusals.acknowledged()
        origins = refusals.origins_of(rows)
        self.deliveries = {row["delivery"] for row in rows}
        self.refused = {(row["batch_id"], row["reason"]) for row in rows if row["status"] == "quarantined"}
        self.named: dict[str, str] = {}  # a file's sha256 -> the source whose batch has that name
        self.rows_in: dict[tuple[str, str], int] = {}  # of the whole file, though a replay is of its refused rows alone
        self.counted: dict[str, str] = {}  # a file's sha256 -> the source where it came to something
        for row in rows:
            self._note(row, refusals.content_of(row["batch_id"], origins))

    def _note(self, row: dict, content: str) -> None:
        if row["status"] in ("landed", "quarantined") and row["batch_id"] == content:
            self.named.setdefault(content, row["source"])
        if row["status"] == "landed":
            place = content, row["source"]
            self.rows_in[place] = max(row["rows_in"], self.rows_in.get(place, 0))
        if refusals.came_to_something(row):
            self.counted.setdefault(content, row["source"])

    def settle(self, delivery: Delivery) -> Landed:
        """Land a new file, or acknowledge a file delivered again as a duplicate; once either way.

        A file that came to nothing at one source, refused whole or in every row, lands at another; one that came to
        something is a duplicate everywhere.
        """
        if delivery.replays:
            return self._replay(delivery, delivery.replays)
        content, source = delivery.batch_id, _told_as(delivery)
        if content not in self.named:
            self._finish_elsewhere(delivery, source)
        if self.named.get(content, source) != source:
            delivery = replace(delivery, batch_id=refusals.own_id(content, source))
        if delivery.key in self.deliveries:
            return Landed("duplicate")  # acknowledged before a crash, only not archived yet
        rows = self.rows_in.get((content, self.counted.get(content, source)))
        landed = land(delivery) if rows is None else Landed("duplicate", rows_in=rows, rows_duplicate=rows)
        if (delivery.batch_id, landed.reason) in self.refused:  # judged anew, in case Podium has learnt to read it
            landed = replace(landed, status="duplicate")
        self._acknowledge(delivery, landed, content)
        return landed

    def _finish_elsewhere(self, delivery: Delivery, source: str) -> None:
        """Where a killed run had begun this file at another source, finish that batch there first."""
        for other in refusals.sources_of(delivery.batch_id, self.logs) - {source}:
            self.named[delivery.batch_id] = other
            for there in (replace(delivery, source=name) for name in sources.names() if not _mistakes({name})):
                if _told_as(there) == other:
                    self.settle(there)

    def _replay(self, delivery: Delivery, replays: refusals.Refused) -> Landed:
        """Judge again what is refused; where that changes nothing, nothing is written down either."""
        if delivery.key in self.deliveries:
            return Landed("duplicate")
        if self.counted.get(replays.content, replays.source) != replays.source:
            return Landed("unchanged")
        landed = land(delivery)
        if landed.status == "quarantined" and (not replays.is_whole or landed.reason == replays.reason):
            return replace(landed, status="unchanged")
        if landed.status != "unchanged":
            self._acknowledge(delivery, landed, replays.content)
        return landed

    def _acknowledge(self, delivery: Delivery, landed: Landed, content: str) -> None:
        row = {
            "batch_id": delivery.batch_id,
            "delivery": delivery.key,
            "sequence": self.table.version() + 1,
            "source": _told_as(delivery),
            "source_file": delivery.name,
            "received_at": delivery.received_at,
            "status": landed.status,
            "reason": landed.reason,
            "detail": landed.detail,
            "file_bytes": delivery.file.stat().st_size,
            "rows_in": landed.rows_in,
            "rows_landed": landed.rows_landed,
            "rows_duplicate": landed.rows_duplicate,
            "rows_quarantined": landed.rows_quarantined,
            "reasons": json.dumps(landed.reasons or {}, sort_keys=True),
            "hours": list(landed.hours),
            "data_files": json.dumps({file.path: file.sha256 for file in landed.data_files}),
            "log_version": landed.log_version,
            "pseudonym_key_id": self.key_id,
        }
        transaction = Transaction(f"delivery:{delivery.key}", 1)
        lake.append_rows(self.table, pa.Table.from_pylist([row], tables.BATCHES), transaction)
        self.deliveries.add(delivery.key)
        if landed.status == "quarantined":
            self.refused.add((delivery.batch_id, landed.reason))
        self._note(row, content)


def _told_as(delivery: Delivery) -> str:
    """What column `source` says of the delivery's rows."""
    return sources.load(delivery.source).SOURCE


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
            return replace(_failed(delivery, error), status="would fail")


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
        "source": _told_as(delivery),
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
    told = {"batch_id": delivery.batch_id, "source": _told_as(delivery)}
    return written, lake.commit_files(log, written, _transaction(delivery), told=told)
