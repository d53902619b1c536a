"""JSON logs as gateways deliver them: lines, arrays or documents, plain or packed, with broken records in between."""

import codecs
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa

from pipeline.request_log import FileRejected
from pipeline.settings import settings

MIB = 1 << 20
HEAD = 1 << 16
LONGEST_RECORD = 64 * MIB
UNPACKED_RATIO = 16  # a packed log may unpack to this many times `max_file_mib`
MAGIC = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd"}
BOM = b"\xef\xbb\xbf"
DECODER = json.JSONDecoder()
HUGE = re.compile(rb"(?<![\d.])\d{19,}")  # an id written as a number must not be rounded: it would be another's
GAP = re.compile(r"[\s,\[\]]*")


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
    value: dict[str, Any] | None = None
    reason: str = ""
    detail: str = ""


def inspect(path: Path) -> JsonFile:
    """Packing by its magic bytes, checked to the end; format by its first bytes."""
    compression = packing(path)
    with unpacked(path, compression) as stream:
        head = stream.read(HEAD)
        while head and not head.strip() and (more := stream.read(HEAD)):
            head = more
    if not head.removeprefix(BOM).strip():
        raise FileRejected("empty_file")
    return JsonFile(path, compression, format_of(head.removeprefix(BOM).lstrip()))


def looks_like_json(path: Path) -> bool:
    """Whether the unpacked file begins as a JSON object or array does; CSV does not."""
    with unpacked(path, packing(path)) as stream:
        return stream.read(HEAD).removeprefix(BOM).lstrip().startswith((b"{", b"["))


def packing(path: Path) -> str:
    """uncompressed, gzip or zstd, by the file's first bytes; raises FileRejected if it can not be unpacked whole."""
    with path.open("rb") as handle:
        compression = compression_of(handle.read(4))
    if compression != "uncompressed":
        _check_packing(path, compression)
    return compression


def compression_of(head: bytes) -> str:
    """uncompressed, gzip or zstd, by a file's first four bytes."""
    return next((name for magic, name in MAGIC.items() if head.startswith(magic)), "uncompressed")


def unpacked(path: Path, compression: str) -> pa.NativeFile:
    """The file's content as a stream."""
    file = pa.OSFile(str(path))
    return file if compression == "uncompressed" else pa.CompressedInputStream(file, compression)


def _check_packing(path: Path, compression: str) -> None:
    """Unpack to the end: DuckDB compares no checksum, and reads a cut zstd file as if it were whole."""
    limit, size, chunk = settings().max_file_mib * MIB * UNPACKED_RATIO, 0, bytearray(MIB)
    try:
        with unpacked(path, compression) as stream:
            while count := stream.readinto(chunk):
                size += count
                if size > limit:
                    allowed = f"{UNPACKED_RATIO} times PODIUM_MAX_FILE_MIB"
                    raise FileRejected("too_large", f"unpacks to more than {limit // MIB:,} MiB, {allowed}")
    except OSError as error:
        if error.errno:  # the file itself could not be read
            raise
        is_cut = "Truncated" in str(error)
        raise FileRejected("truncated" if is_cut else "corrupt", f"the {compression} stream is damaged") from None


def format_of(head: bytes) -> str:
    """newline_delimited, array or unstructured, by how a log begins; raises FileRejected if it is no JSON at all."""
    if head.startswith(b"["):
        return "array"
    lines = head.rstrip().split(b"\n")
    if any(line.startswith(b"{") and _line(1, line).value is not None for line in lines):
        return "newline_delimited"
    if head.startswith(b"{"):
        goes_on = len(lines) > 1 and lines[0].rstrip().endswith((b"{", b"[", b",", b":"))
        return "unstructured" if goes_on else "newline_delimited"
    if _line(1, lines[0]).reason == "wrong_type":
        return "newline_delimited"
    raise FileRejected("corrupt", "the file holds no JSON object")


def records(file: JsonFile) -> Iterator[Record]:
    """Every record, one at a time in bounded memory; raises FileRejected where the rest can not be read."""
    with unpacked(file.path, file.compression) as stream:
        yield from _lines(stream) if file.format == "newline_delimited" else _documents(stream)


def _lines(stream: pa.NativeFile) -> Iterator[Record]:
    reader = io.BufferedReader(stream, MIB)  # pyright: ignore[reportArgumentType]
    row = 0
    while line := reader.readline(LONGEST_RECORD):
        row += 1
        if len(line) == LONGEST_RECORD and not line.endswith(b"\n"):
            while (rest := reader.readline(MIB)) and not rest.endswith(b"\n"):
                pass
            yield Record(row, reason="bad_json", detail=f"the line is longer than {LONGEST_RECORD // MIB} MiB")
        elif line.strip():
            yield _line(row, line.removeprefix(BOM))


def _line(row: int, line: bytes) -> Record:
    try:
        return _checked(row, parsed(line))
    except UnicodeDecodeError:
        return Record(row, reason="bad_utf8", detail="the line is not valid UTF-8")
    except (ValueError, RecursionError):
        return Record(row, reason="bad_json", detail="the line is not JSON")


def parsed(text: bytes) -> Any:
    """What a JSON text says, integers to their last digit; raises ValueError or RecursionError where it is none.

    orjson is faster, but makes floats of what 64 bits do not hold, and refuses NaN and Infinity, which Python's json
    writes.
    """
    if not HUGE.search(text):
        try:
            return orjson.loads(text)
        except orjson.JSONDecodeError:
            pass
    return json.loads(text.decode())


def _checked(row: int, value: object) -> Record:
    if isinstance(value, dict):
        return Record(row, value)
    return Record(row, reason="wrong_type", detail="expected a JSON object")


def _documents(stream: pa.NativeFile) -> Iterator[Record]:
    """Elements of an array, or objects one after the other, each over as many lines as it likes."""
    decode = codecs.getincrementaldecoder("utf-8-sig")("surrogateescape").decode
    text, row, depth, is_end = "", 0, 0, False
    while not is_end:
        chunk = stream.read(max(HEAD, len(text)))
        is_end = not chunk
        text, at = text + decode(chunk, is_end), 0
        while True:
            gap = GAP.match(text, at).group()  # pyright: ignore[reportOptionalMemberAccess]
            depth, at = depth + gap.count("[") - gap.count("]"), at + len(gap)
            try:
                value, end = DECODER.raw_decode(text, at)
            except (ValueError, RecursionError):
                break
            if end == len(text) and not is_end:  # 12 may be the start of 123
                break
            row += 1
            yield _element(row, value, text[at:end])
            at = end
        text = text[at:]
        if len(text) > LONGEST_RECORD:
            raise FileRejected("corrupt", f"element {row + 1} is not JSON, or longer than {LONGEST_RECORD // MIB} MiB")
    if text or depth:
        raise FileRejected("truncated" if _is_cut(text) else "corrupt", f"no JSON can be read after element {row}")


def _element(row: int, value: object, text: str) -> Record:
    if _is_utf8(text):
        return _checked(row, value)
    return Record(row, reason="bad_utf8", detail="the element is not valid UTF-8")


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_cut(text: str) -> bool:
    try:
        DECODER.raw_decode(text)
    except json.JSONDecodeError as error:
        return error.pos >= len(text) or error.msg.startswith("Unterminated")
    except RecursionError:
        return False
    return True
