"""How much the collector may take: bytes held in memory, backlog in the inbox, and free disk."""

import asyncio
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request

from pipeline.collector.refusal import NotNow
from pipeline.settings import settings

MIB = 1 << 20
MEASURE_EVERY_S = 1.0


@dataclass
class Held:
    """Bytes of one request in memory."""

    bytes: int = 0


class Room:
    """What is taken, and what is left; the disk is looked at once a second."""

    def __init__(self) -> None:
        self.held = 0
        self.backlog_bytes, self.backlog_files, self.free_bytes = _measured()
        self.measured_at = time.monotonic()

    async def measure(self) -> None:
        """Look at the disk again if the last look is old."""
        if time.monotonic() - self.measured_at >= MEASURE_EVERY_S:
            self.measured_at = time.monotonic()
            self.backlog_bytes, self.backlog_files, self.free_bytes = await asyncio.to_thread(_measured)

    def lacks(self) -> tuple[str, str] | None:
        """(reason, next step) while the disk has no room for more."""
        if self.free_bytes < settings().collect_min_free_mib * MIB:
            return "the disk is almost full", "make room on the disk of PODIUM_HOME (PODIUM_COLLECT_MIN_FREE_MIB)"
        if self.backlog_bytes >= settings().collect_max_backlog_mib * MIB:
            return "the inbox is full", "run podium refresh, or podium up (PODIUM_COLLECT_MAX_BACKLOG_MIB)"
        return None

    @contextmanager
    def hold(self) -> Iterator[Held]:
        """Count a request's bytes until it is answered."""
        held = Held()
        try:
            yield held
        finally:
            self.held -= held.bytes

    def take(self, request: Request, held: Held, more: int) -> None:
        """Count more bytes of a request; raises NotNow where memory has no room for them."""
        if self.held + more > settings().collect_memory_mib * MIB:
            raise NotNow(request, "too much is on its way at once", "send again later (PODIUM_COLLECT_MEMORY_MIB)")
        self.held += more
        held.bytes += more


def _measured() -> tuple[int, int, int]:
    """Bytes and files in the inbox, and free bytes on its disk."""
    sizes = list(_sizes(settings().inbox))
    return sum(sizes), len(sizes), shutil.disk_usage(settings().home).free


def _sizes(folder: Path) -> Iterator[int]:
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    yield from _sizes(Path(entry.path))
                else:
                    yield entry.stat(follow_symlinks=False).st_size
    except FileNotFoundError:  # landing archives files meanwhile
        return
