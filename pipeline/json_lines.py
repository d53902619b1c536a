"""A small JSON log as JSON lines: the bytes of each record as they were delivered, or none where one is not sound."""

import re
from collections.abc import Iterator

import orjson
import pyarrow as pa

from pipeline import json_files
from pipeline.json_files import BOM, DECODER, HEAD, MIB

SPACE = re.compile(r"[ \t\r\n]*")


class Unsound(Exception):
    """Something in the file is no JSON object, or it unpacks to too much; what, landing tells."""


def lines_of(packed: bytes, most: int) -> list[bytes]:
    """Every record of a file (plain, gzip or zstd) that unpacks to at most `most` bytes, without its line end.

    Raises Unsound unless all of it can be read, in the one way that landing would read it.
    """
    try:
        content = _unpacked(packed, most).removeprefix(BOM)
        found = [_one_line(record) for record in _records(content)]
        if not found or not all(isinstance(orjson.loads(line), dict) for line in found):
            raise Unsound
    except (OSError, ValueError, RecursionError, json_files.FileRejected):
        raise Unsound from None
    return found


def _unpacked(packed: bytes, most: int) -> bytes:
    """The content; reading on to the end is what finds a damaged or cut stream out."""
    compression = json_files.compression_of(packed)
    content = bytearray()
    with pa.BufferReader(packed) as raw:
        stream = raw if compression == "uncompressed" else pa.CompressedInputStream(raw, compression)
        while chunk := stream.read(MIB):
            content += chunk
            if len(content) > most:
                raise Unsound
    return bytes(content)


def _records(content: bytes) -> Iterator[bytes]:
    format_ = json_files.format_of(content.lstrip()[:HEAD])
    if format_ == "newline_delimited":
        return (line for line in content.split(b"\n") if line.strip())
    if format_ == "array":
        if not all(isinstance(element, dict) for element in orjson.loads(content)):
            raise Unsound
        return _documents(content.decode(), json_files.GAP)
    return _documents(content.decode(), SPACE)


def _documents(text: str, gap: re.Pattern[str]) -> Iterator[bytes]:
    """Objects one after the other; Python's decoder only finds where each ends, so that its digits stay as they are."""
    at = 0
    while (at := _end_of(gap, text, at)) < len(text):
        _, end = DECODER.raw_decode(text, at)
        yield text[at:end].encode()
        at = end


def _end_of(gap: re.Pattern[str], text: str, at: int) -> int:
    found = gap.match(text, at)
    return found.end() if found else at


def _one_line(record: bytes) -> bytes:
    """JSON holds line breaks between its tokens only: a space means the same."""
    return record.replace(b"\r", b" ").replace(b"\n", b" ").strip(b" \t")
