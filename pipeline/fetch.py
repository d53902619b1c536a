"""Logs in a bucket, fetched into the inbox: below PODIUM_INBOX_URI, a folder per source, each object once.

Gateways write an object per request, named at random, into a folder per day: an open day's folder is listed each time
and held against the record of what was fetched. A day closes PODIUM_INBOX_LOOKBACK_DAYS after its end and is never
listed again. The record moves only once objects are durable in the inbox; after a crash in between, objects come twice
and count once. Nothing in the bucket is changed.
"""

import re
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from pipeline import fetched, inbox, sources
from pipeline.bucket import Bucket, Object, Unreadable
from pipeline.fetched import Record
from pipeline.settings import PodiumError, settings

DAY = re.compile(r"[/=](\d{4})[-/](\d{2})[-/](\d{2})$")  # 2026-11-22, date=2026-11-22, 2026/11/22
MIB = 1 << 20
CHUNK, CHUNK_BYTES = 512, 256 * MIB  # fetched between two looks at the disk and two lines of the record

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Fetched:
    """What one fetch did: objects listed, objects delivered, their bytes, and what could not be read."""

    listed: int
    objects: int
    bytes: int
    fault: str = ""


@dataclass(frozen=True)
class Folder:
    """Objects that are listed and remembered together: a day's, or those beside the folders of days."""

    path: str
    source: str
    day: date | None
    objects: list[Object]


def fetch(
    since: date | None = None,
    *,
    skip_unreadable: bool = False,
    progress: Progress | None = None,
    today: date | None = None,
) -> Fetched:
    """Deliver what is new in the bucket; days from `since` on are fetched again, even closed ones.

    Objects that can not be read are told and tried again by the next fetch, with `skip_unreadable` never again. Safe to
    kill, safe to repeat.
    """
    uri = settings().inbox_uri
    if not uri:
        raise PodiumError("there is no bucket to fetch from; set PODIUM_INBOX_URI=s3://BUCKET/PREFIX")
    with fetched.held(uri) as record, ThreadPoolExecutor(settings().inbox_threads) as pool:
        return _Fetch(Bucket(uri), record, pool, today or datetime.now(UTC).date(), since, skip_unreadable).run(
            progress or (lambda _done, _total: None)
        )


def fetch_configured(progress: Progress | None = None) -> str:
    """Fetch from PODIUM_INBOX_URI, if set; returns what went wrong, for what is there is refreshed all the same."""
    if not settings().inbox_uri:
        return ""
    try:
        return fetch(progress=progress).fault
    except PodiumError as error:
        return f"fetching ended early: {error}"


def _day_of(folder: str) -> date | None:
    found = DAY.search(folder)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def _is_whole(found: Object) -> bool:
    """Names that the inbox takes for a copy under way are none of a log."""
    return not found.name.startswith(".") and not found.name.endswith(inbox.UNFINISHED)


def _chunks(objects: list[Object]) -> Iterator[list[Object]]:
    chunk: list[Object] = []
    size = 0
    for each in objects:
        if chunk and (len(chunk) == CHUNK or size + each.size > CHUNK_BYTES):
            yield chunk
            chunk, size = [], 0
        chunk.append(each)
        size += each.size
    if chunk:
        yield chunk


class _Fetch:
    """One fetch under way."""

    def __init__(
        self,
        bucket: Bucket,
        record: Record,
        pool: ThreadPoolExecutor,
        today: date,
        since: date | None,
        skip_unreadable: bool,
    ) -> None:
        self.bucket, self.record, self.pool, self.since, self.skip = bucket, record, pool, since, skip_unreadable
        self.oldest = today - timedelta(days=settings().too_late_days)
        self.last_closed = today - timedelta(days=settings().inbox_lookback_days + 1)
        self.listed = self.wanted = self.objects = self.bytes = 0
        self.unread: list[str] = []

    def run(self, progress: Progress) -> Fetched:
        """Folder after folder; each chunk is noted once it is durable."""
        self.record.forget(self.oldest)
        for folder in self._folders():
            again = self.since is not None and folder.day is not None and folder.day >= self.since
            seen = set() if again else self.record.seen(folder.path)
            new = [each for each in folder.objects if _is_whole(each) and each.digest not in seen]
            self.listed += len(folder.objects)
            self.wanted += len(new)
            before = len(self.unread)
            for chunk in _chunks(new):
                self._take(folder, chunk)
                progress(self.objects + len(self.unread), self.wanted)
            is_read = self.skip or len(self.unread) == before
            if folder.day and folder.day <= self.last_closed and is_read:
                self.record.close(folder.path, folder.day)
        return Fetched(self.listed, self.objects, self.bytes, self._fault())

    def _fault(self) -> str:
        if not self.unread:
            return ""
        told = f"{len(self.unread)} of {self.wanted} new objects were not fetched, first {self.unread[0]}; "
        return told + (
            "they are left out from now on"
            if self.skip
            else "the next fetch tries again; to leave them out: podium fetch --skip-unreadable"
        )

    def _folders(self) -> Iterator[Folder]:
        _, found = self.bucket.listed(self.bucket.root)
        known = {name: f"{self.bucket.root}/{name}" for name in sources.names()}
        if not set(known.values()) & set(found):
            raise PodiumError(
                f"{settings().inbox_uri} holds no folder named after a source ({', '.join(known)}); "
                "have the gateway write into one, or set PODIUM_INBOX_URI to the folder above it"
            )
        for source, root in known.items():
            if root in found:
                yield from self._below(source, root)

    def _below(self, source: str, path: str) -> Iterator[Folder]:
        day = _day_of(path)
        if day is None:
            objects, folders = self.bucket.listed(path)
            yield Folder(path, source, None, objects)
            for folder in folders:
                yield from self._below(source, folder)
        elif self._is_open(path, day):
            yield Folder(path, source, day, self.bucket.listed(path, whole=True)[0])

    def _is_open(self, path: str, day: date) -> bool:
        if day < self.oldest:
            return False
        return (self.since is not None and day >= self.since) or not self.record.is_closed(path)

    def _take(self, folder: Folder, chunk: list[Object]) -> None:
        """Deliver objects side by side, and note those that are durable, even if the fetch ends early."""
        free = shutil.disk_usage(settings().home).free - sum(each.size for each in chunk)
        if free < settings().collect_min_free_mib * MIB:
            raise PodiumError("the disk is almost full; make room on the disk of PODIUM_HOME, or run podium refresh")
        done: list[Object] = []
        reasons = self.pool.map(lambda one: self._deliver(folder.source, one), chunk)
        try:
            for each, reason in zip(chunk, reasons, strict=True):
                if reason:
                    self.unread.append(f"{each.shown}: {reason}")
                if not reason or self.skip:
                    done.append(each)
                self.objects += not reason
                self.bytes += 0 if reason else each.size
        finally:
            self.record.add(folder.path, [each.digest for each in done])

    def _deliver(self, source: str, wanted: Object) -> str:
        """One object, durable in the inbox under its own name; returns why it could not be read."""
        if wanted.size > settings().max_file_mib * MIB:
            return "it is larger than PODIUM_MAX_FILE_MIB"
        try:
            with inbox.incoming(source, inbox.short(wanted.name)) as part, part.open("wb") as file:
                file.writelines(self.bucket.blocks(wanted))
        except Unreadable as reason:
            return str(reason)
        return ""
