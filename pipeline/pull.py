"""A gateway's table, pulled from PostgreSQL into the inbox: rows not delivered yet, as the CSV that COPY writes.

What to pull is sql/pull/<source>.sql. Rows appear late and out of order, so each pull looks back, and groups of rows
(a minute's, at most GROUP) that look as they did the last time are left out: where nothing new came, nothing is
delivered. The watermark moves only once a file is durable in the inbox; after a crash in between, rows come twice and
count once.
"""

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from pipeline import inbox, watermark
from pipeline.settings import SQL, PodiumError, settings
from pipeline.watermark import Watermark

if TYPE_CHECKING:
    from psycopg import Cursor

PAGE, GROUP, FILE = 50_000, 10_000, 200_000  # rows
LARGEST_GROUP = 64 << 20  # bytes
MINUTE = len("2026-11-22 08:40")

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Pulled:
    """What one pull did: rows read, rows delivered, and in how many files."""

    rows_read: int
    rows_new: int
    files: int


@dataclass(frozen=True)
class Group:
    """Rows of one minute, in order, as COPY wrote them; `key` is the minute and the group's number in it."""

    key: str
    rows: list[bytes]

    @property
    def digest(self) -> str:
        """What tells whether a row appeared, went or changed."""
        return blake2b(b"".join(self.rows), digest_size=16).hexdigest()

    @property
    def size(self) -> int:
        """Bytes, before they are packed."""
        return sum(map(len, self.rows))

    @property
    def last_start(self) -> datetime | None:
        """Start of the last row; None where it is no instant (infinity)."""
        try:
            return datetime.fromisoformat(self.rows[-1].partition(b",")[0].decode())
        except ValueError:
            return None


def names() -> list[str]:
    """The sources that can be pulled."""
    return sorted(file.stem for file in (SQL / "pull").glob("*.sql"))


def pull(
    source: str, dsn: str | None = None, since: datetime | None = None, progress: Progress | None = None
) -> Pulled:
    """Deliver what is new in the database; `since` (UTC, naive) begins there instead of at the watermark.

    The database is `dsn`, else PODIUM_LITELLM_DSN, else what libpq's PG* variables say. Safe to kill, safe to repeat.
    """
    if source not in names():
        raise PodiumError(f"'{source}' can not be pulled; what can: {', '.join(names())}")
    try:
        from pipeline import postgres
    except ImportError:
        raise PodiumError("psycopg is missing; run: pip install 'podium[postgres]'") from None
    known = settings().litellm_dsn
    asked = dsn if dsn is not None else known.get_secret_value() if known else ""
    with postgres.snapshot(asked, settings().litellm_timeout_s) as cursor:
        now, database = _place(cursor)
        with watermark.held(source, database) as mark:
            return _Pull(cursor, source, mark, now, since, progress).run()


def pull_configured(progress: Progress | None = None) -> str:
    """Pull from PODIUM_LITELLM_DSN, if set; returns what went wrong, for what is there is refreshed all the same."""
    if settings().litellm_dsn:
        try:
            pull("litellm_spendlogs", progress=progress)
        except PodiumError as error:
            return f"nothing was pulled: {error}"
    return ""


def _place(cursor: "Cursor") -> tuple[datetime, str]:
    """The database's clock (UTC, naive), and which database it is."""
    asked = (
        "select now() at time zone 'utc', current_database(), current_schema(), oid::text "
        "from pg_database where datname = current_database()"
    )
    ((now, *names),) = cursor.execute(asked).fetchall()
    return now, "/".join(map(str, (cursor.connection.info.host, cursor.connection.info.port, *names)))


class _Pull:
    """One pull under way."""

    def __init__(
        self,
        cursor: "Cursor",
        source: str,
        mark: Watermark,
        now: datetime,
        since: datetime | None,
        progress: Progress | None,
    ) -> None:
        self.cursor, self.source, self.mark, self.now = cursor, source, mark, now
        self.lookback = timedelta(seconds=settings().litellm_lookback_s)
        oldest = now - timedelta(days=settings().too_late_days)
        self.since = (since or mark.since(oldest, self.lookback)).replace(second=0, microsecond=0)
        self.progress = progress or (lambda _done, _total: None)
        self.header, self.read, self.seen, self.reached = b"", 0, {}, None

    def run(self) -> Pulled:
        """Deliver file after file, and note each once it is durable."""
        files = rows = 0
        fresh = self._fresh()
        while group := next(fresh, None):
            rows += self._deliver(group, fresh)
            files += 1
            self._note()
        self._note()
        return Pulled(self.read, rows, files)

    def _note(self) -> None:
        moved = self.mark.advanced(self.reached, self.seen, self.lookback)
        if moved != self.mark:
            moved.save()
            self.mark = moved

    def _deliver(self, group: Group, more: Iterator[Group]) -> int:
        """One file of whole groups, about FILE rows or what landing takes if there are as many; returns its rows."""
        name = f"{self.source}-{group.key[:MINUTE].replace(' ', 'T').replace(':', '')}.csv.zst"
        with inbox.incoming(self.source, name) as part:
            return self._write(part, group, more)

    def _write(self, part: Path, group: Group, more: Iterator[Group]) -> int:
        count = size = 0
        with pa.OSFile(str(part), "wb") as file, pa.CompressedOutputStream(file, "zstd") as stream:
            stream.write(self.header)
            following: Group | None = group
            while following:
                stream.write(b"".join(following.rows))
                count, size = count + len(following.rows), size + following.size
                following = next(more, None) if count < FILE and size < _most() // 2 else None
        return count

    def _fresh(self) -> Iterator[Group]:
        """The groups that look otherwise than the last time; each counts as seen when the next one is asked for."""
        total = max(1, int((self.now - self.since).total_seconds() // 60))
        for group in _groups(self._rows()):
            start, digest = group.last_start, group.digest
            is_new = self.mark.digests.get(group.key) != digest
            self.seen[group.key] = digest
            if start:  # a clock that ran ahead must not take the watermark with it
                self.reached = min(start, self.now)
                self.progress(min(total, int((start - self.since).total_seconds() // 60)), total)
            if is_new:
                yield group
        self.progress(total, total)

    def _rows(self) -> Iterator[bytes]:
        """Every row from `since` on, in order of start and request_id, page by page of the same snapshot."""
        sql = (SQL / "pull" / f"{self.source}.sql").read_text(encoding="utf-8")
        after: tuple[str, str] = ("-infinity", "")
        count = PAGE
        while count == PAGE:
            params = {"since": self.since, "after_time": after[0], "after_id": after[1], "rows": PAGE}
            with self.cursor.copy(sql, params) as copy:  # pyright: ignore[reportArgumentType, reportCallIssue]
                page = map(bytes, copy)  # PostgreSQL sends a row at a time, the header first
                self.header = next(page, b"")
                count, row = 0, b""
                for row in page:
                    count += 1
                    yield row
            self.read += count
            after = _key(row) if count else after


def _key(row: bytes) -> tuple[str, str]:
    cells = next(csv.reader([row.decode()]))
    return cells[0], cells[1]


def _most() -> int:
    """Bytes that landing takes in one file; counted unpacked, so that a packed file is never refused."""
    return settings().max_file_mib << 20


def _groups(rows: Iterable[bytes]) -> Iterator[Group]:
    largest = min(LARGEST_GROUP, _most() // 4)
    for minute, same in groupby(rows, lambda row: row[:MINUTE].decode()):
        number, size, held = 0, 0, []
        for row in same:
            held.append(row)
            size += len(row)
            if len(held) == GROUP or size >= largest:
                yield Group(f"{minute}#{number}", held)
                number, size, held = number + 1, 0, []
        if held:
            yield Group(f"{minute}#{number}", held)
