"""Group commit: requests that come while one fsync runs share the next, in one segment per source."""

import asyncio
import logging
import time
from asyncio import Future

from pipeline.collector.spool import Segment
from pipeline.settings import settings

MIB = 1 << 20
LOG = logging.getLogger("uvicorn.error")


class Journal:
    """One source's segment, and the requests that wait for it to be safe."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.segment: Segment | None = None
        self.waiting: list[tuple[bytes, Future[None]]] = []
        self.woken = asyncio.Event()
        self.is_closing = False
        self.worker = asyncio.create_task(self._work())

    async def store(self, lines: bytes) -> None:
        """Return once these lines are safe on disk; raises OSError if they are not."""
        done: Future[None] = asyncio.get_running_loop().create_future()
        self.waiting.append((lines, done))
        self.woken.set()
        await done

    async def close(self) -> None:
        """Make safe what waits, and show the segment to landing."""
        self.is_closing = True
        self.woken.set()
        await self.worker

    async def _work(self) -> None:
        while self.waiting or not self.is_closing:
            await self._sleep()
            if self.waiting:
                await self._commit(self._group())
            if self.segment and self._is_due(self.segment):
                await self._finish()
        await self._finish()

    async def _sleep(self) -> None:
        """Until there is something to write, or the segment grows old."""
        age = time.monotonic() - self.segment.opened_at if self.segment else 0.0
        try:
            async with asyncio.timeout(max(0.0, settings().collect_segment_s - age) if self.segment else None):
                await self.woken.wait()
        except TimeoutError:
            return
        self.woken.clear()

    def _group(self) -> list[tuple[bytes, Future[None]]]:
        """What is written next: all that waits, but no more than a segment holds."""
        size = count = 0
        for lines, _ in self.waiting:
            if count and size + len(lines) > settings().collect_segment_mib * MIB:
                break
            size, count = size + len(lines), count + 1
        group, self.waiting = self.waiting[:count], self.waiting[count:]
        if self.waiting:
            self.woken.set()
        return group

    async def _commit(self, group: list[tuple[bytes, Future[None]]]) -> None:
        try:
            await asyncio.to_thread(self._append, [lines for lines, _ in group])
        except Exception as error:
            LOG.error("nothing could be written to the inbox: %s", error)
            await self._finish()
            _settle(group, error)
        else:
            _settle(group, None)

    def _append(self, chunks: list[bytes]) -> None:
        if self.segment is None:
            self.segment = Segment(self.source)
        self.segment.append(chunks)

    def _is_due(self, segment: Segment) -> bool:
        is_old = time.monotonic() - segment.opened_at >= settings().collect_segment_s
        return is_old or segment.size >= settings().collect_segment_mib * MIB

    async def _finish(self) -> None:
        segment, self.segment = self.segment, None
        if segment:
            try:
                await asyncio.to_thread(segment.finish)
            except OSError as error:
                LOG.error("a segment stays unfinished until the collector starts again: %s", error.strerror)


def _settle(group: list[tuple[bytes, Future[None]]], error: Exception | None) -> None:
    for _, done in group:
        if done.cancelled():
            continue
        if error:
            done.set_exception(error)
        else:
            done.set_result(None)
