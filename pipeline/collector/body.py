"""A request's body, read within its limits: size as sent and as unpacked, memory of all, and time."""

import asyncio
import zlib
from collections.abc import Iterator

from starlette.requests import ClientDisconnect, Request

from pipeline.collector.refusal import Refused
from pipeline.collector.room import MIB, Held, Room
from pipeline.settings import settings

GZIP = 31  # zlib's window bits for gzip alone
STEP = 1 << 18


async def read(request: Request, room: Room, held: Held) -> bytes:
    """The unpacked body; raises Refused where it is too large, too slow, damaged, or comes when there is no room."""
    length = request.headers.get("content-length", "0")
    if int(length) > settings().collect_max_body_mib * MIB:
        raise _too_large()
    packing = request.headers.get("content-encoding", "identity").lower()
    if packing not in ("identity", "gzip"):
        raise Refused(415, "this Content-Encoding is not known", "send gzip, or no Content-Encoding")
    try:
        async with asyncio.timeout(settings().collect_body_timeout_s):
            return await _read(request, room, held, Gunzip() if packing == "gzip" else None)
    except TimeoutError:
        close = {"Connection": "close"}
        raise Refused(408, "the body came too slowly", "send again (PODIUM_COLLECT_BODY_TIMEOUT_S)", close) from None
    except ClientDisconnect:
        raise Refused(400, "the body ended early", "send it again") from None


async def _read(request: Request, room: Room, held: Held, gunzip: "Gunzip | None") -> bytes:
    body, sent, limit = bytearray(), 0, settings().collect_max_body_mib * MIB
    async for chunk in request.stream():
        sent += len(chunk)
        for part in gunzip.unpacked(chunk) if gunzip else (chunk,):
            room.take(request, held, len(part))
            body += part
            if len(body) > limit:
                raise _too_large()
        if sent > limit:
            raise _too_large()
    if gunzip:
        gunzip.check_end()
    return bytes(body)


def _too_large() -> Refused:
    limit = settings().collect_max_body_mib
    return Refused(413, f"the body is over {limit} MiB", "send smaller batches (PODIUM_COLLECT_MAX_BODY_MIB)")


class Gunzip:
    """Unpacks gzip, member after member, a bounded step at a time: a bomb is noticed before it goes off."""

    def __init__(self) -> None:
        self.stream = zlib.decompressobj(GZIP)

    def unpacked(self, chunk: bytes) -> Iterator[bytes]:
        """What a chunk unpacks to, in steps."""
        while chunk:
            if self.stream.eof:
                self.stream = zlib.decompressobj(GZIP)
            try:
                part = self.stream.decompress(chunk, STEP)
            except zlib.error:
                raise _damaged() from None
            chunk = self.stream.unconsumed_tail or self.stream.unused_data
            yield part

    def check_end(self) -> None:
        """Raises Refused if the last member is cut."""
        if not self.stream.eof:
            raise _damaged()


def _damaged() -> Refused:
    return Refused(400, "the body is not whole gzip", "send it again")
