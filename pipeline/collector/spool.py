"""The collector's files in the inbox: segments of JSON lines, each line safe on disk before it is acknowledged.

A segment is `.collected-<time>-<id>.jsonl.part` while it grows, so that landing does not see it, and loses the dot and
`.part` when it is full or old enough. Writing on in one file, rather than finishing one per acknowledgement, keeps both
the acknowledgement and the number of files small: LiteLLM forgets what it logs while it waits for an answer.
"""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from pipeline.data_files import sync_folder
from pipeline.settings import PodiumError, settings

GROWING = ".collected-*.jsonl.part"
LOCK_PATIENCE_S = 5.0  # landing holds the lock for a moment when it completes segments


class Segment:
    """One growing file; `size` is what of it is safe on disk."""

    def __init__(self, source: str) -> None:
        folder = settings().inbox / source
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
        self.path = folder / f".collected-{stamp}-{uuid4().hex[:8]}.jsonl.part"
        self.size = 0
        self.opened_at = time.monotonic()
        self.descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        sync_folder(folder)

    def append(self, chunks: list[bytes]) -> None:
        """Write whole lines and fsync. On an OSError nothing of them may be acknowledged: finish the segment."""
        for chunk in chunks:
            left = memoryview(chunk)
            while left:
                left = left[os.write(self.descriptor, left) :]
        os.fsync(self.descriptor)
        self.size += sum(map(len, chunks))

    def finish(self) -> None:
        """Cut off what was not acknowledged, and show the file to landing."""
        try:
            os.ftruncate(self.descriptor, self.size)
            os.fsync(self.descriptor)
        finally:
            os.close(self.descriptor)
        _show(self.path, self.size)


def _show(growing: Path, size: int) -> Path | None:
    """Give a finished segment its final name; an empty one goes."""
    if not size:
        growing.unlink()
        return None
    final = growing.with_name(growing.name.removeprefix(".").removesuffix(".part"))
    growing.rename(final)
    sync_folder(final.parent)
    return final


@contextmanager
def only_one() -> Iterator[None]:
    """Be the one collector of this PODIUM_HOME, and complete what one that was killed left behind."""
    settings().home.mkdir(parents=True, exist_ok=True)
    with (settings().home / "collect.lock").open("a") as lock:
        deadline = time.monotonic() + LOCK_PATIENCE_S
        while not _taken(lock.fileno()):
            if time.monotonic() > deadline:
                raise PodiumError(f"podium collect is running already for {settings().home}; end it with Ctrl-C first")
            time.sleep(0.05)
        _complete()
        yield


def rescue() -> list[Path]:
    """Complete the segments of a collector that was killed and not started again; leaves a living one's alone."""
    if not _growing():
        return []
    with (settings().home / "collect.lock").open("a") as lock:
        return _complete() if _taken(lock.fileno()) else []


def _taken(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _growing() -> list[Path]:
    return sorted(settings().inbox.glob(f"*/{GROWING}"))


def _complete() -> list[Path]:
    """Show every segment left growing, up to its last whole record.

    All that was acknowledged lies before that: it was on disk, in order. What comes after was never acknowledged, so
    its sender sends it again; whole records among it may stay, for landing counts an attempt once.
    """
    return [shown for growing in _growing() if (shown := _cut_and_show(growing))]


def _cut_and_show(growing: Path) -> Path | None:
    with growing.open("r+b") as segment:
        size = 0
        for line in segment:
            if not _is_whole(line):
                break
            size += len(line)
        segment.truncate(size)
        os.fsync(segment.fileno())
    return _show(growing, size)


def _is_whole(line: bytes) -> bool:
    """Whether a line was written to its end: a power cut may leave its place filled with anything."""
    try:
        json.loads(line)
    except ValueError:
        return False
    except RecursionError:  # orjson, which let it in, goes deeper
        pass
    return line.endswith(b"\n")
