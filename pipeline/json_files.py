"""JSON logs as gateways deliver them: lines, arrays or documents, plain or packed, with broken records in between."""

import json
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import orjson
import pyarrow as pa

from pipeline.request_log import REJECT_SCHEMA, FileRejected
from pipeline.settings import settings

MIB = 1 << 20
HEAD = 1 << 16
LONGEST_RECORD = 64 * MIB
UNPACKED_RATIO = 16  # a packed log may unpack to this many times `max_file_mib`
MAGIC = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd"}
BOM = b"\xef\xbb\xbf"
DECODER = json.JSONDecoder()


@dataclass(frozen=True)
class JsonFile:
    """A log whose packing is sound: what DuckDB must know to read it."""

    path: Path
    compression: str  # uncompressed, gzip, zstd
    format: str  # newline_delimited, array, unstructured


@dataclass(frozen=True)
class Record:
    """One record of a log: its line or element from 1, and its object or why there is none."""

    row: int
    value: dict | None = None
    reason: str = ""
    detail: str = ""


def inspect(path: Path) -> JsonFile:
    """Packing by its magic bytes, checked to the end; format by its first bytes."""
    compression = _compression(path)
    if compression != "uncompressed":
        _check_packing(path, compression)
    with _open(path, compression) as stream:
        head = stream.read(HEAD)
        while head and not head.strip() and (more := stream.read(HEAD)):
            head = more
    if not head.removeprefix(BOM).strip():
        raise FileRejected("empty_file")
    return JsonFile(path, compression, _format(head.removeprefix(BOM).lstrip()))


def _compression(path: Path) -> str:
    with path.open("rb") as handle:
        head = handle.read(4)
    return next((name for magic, name in MAGIC.items() if head.startswith(magic)), "uncompressed")


def _open(path: Path, compression: str) -> pa.NativeFile:
    file = pa.OSFile(str(path))
    return file if compression == "uncompressed" else pa.CompressedInputStream(file, compression)


def _check_packing(path: Path, compression: str) -> None:
    """Unpack to the end: DuckDB compares no checksum, and reads a cut zstd file as if it were whole."""
    limit, size, chunk = settings().max_file_mib * MIB * UNPACKED_RATIO, 0, bytearray(MIB)
    try:
        with _open(path, compression) as stream:
            while count := stream.readinto(chunk):
                size += count
                if size > limit:
                    raise FileRejected("too_large", f"unpacks to more than {limit // MIB:,} MiB")
    except OSError as error:
        is_cut = "Truncated" in str(error)
        raise FileRejected("truncated" if is_cut else "corrupt", f"the {compression} stream is damaged") from None


def _format(head: bytes) -> str:
    if head.startswith(b"["):
        return "array"
    lines = head.split(b"\n")
    is_one_line = len(lines) == 1
    if is_one_line or any(line[:1] == b"{" and isinstance(_parsed(line), dict) for line in lines):
        return "newline_delimited"
    if head.startswith(b"{"):
        return "unstructured"
    raise FileRejected("corrupt", "the file holds no JSON object")


def _parsed(text: bytes) -> object:
    """The JSON value; NaN and Infinity pass (Python's json writes them). Raises ValueError."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        pass
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return ValueError


def records(file: JsonFile) -> Iterator[Record]:
    """Every record, one at a time in bounded memory; raises FileRejected where the rest can not be read."""
    with _open(file.path, file.compression) as stream:
        if file.format == "newline_delimited":
            yield from _lines(stream)
        else:
            yield from _documents(stream)
