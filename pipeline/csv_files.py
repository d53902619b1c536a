"""CSV as databases write it: its header, and its records one by one where some of them are broken."""

import csv
import io
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyarrow as pa

from pipeline.json_files import BOM, HEAD, packing, unpacked
from pipeline.request_log import FileRejected
from pipeline.sifting import Sieve

MIB = 1 << 20
LONGEST_RECORD = 16 * MIB
FIELD = rb'(?:"(?:[^"]++|"")*+"|[^"%s\r\n]*+)'


@dataclass(frozen=True)
class CsvFile:
    """A log whose packing and header are sound."""

    path: Path
    compression: str  # uncompressed, gzip, zstd
    header: tuple[str, ...]
    newline: str  # as DuckDB spells it
    lines: int  # after the header
    delimiter: str = ","


def inspect(path: Path, delimiter: str = ",") -> CsvFile:
    """Packing by its magic bytes, checked to the end; the header from its first line."""
    compression = packing(path)
    with unpacked(path, compression) as stream:
        head = stream.read(HEAD)
    if not head.removeprefix(BOM).strip():
        raise FileRejected("empty_file")
    line, end, _ = head.removeprefix(BOM).partition(b"\n")
    newline = r"\r\n" if line.endswith(b"\r") else r"\n"
    try:
        header = next(csv.reader([line.decode().rstrip("\r")], delimiter=delimiter, strict=True))
    except (UnicodeDecodeError, csv.Error, StopIteration):
        header = []
    if not header or (not end and len(head) == HEAD):
        raise FileRejected("corrupt", "the file does not begin with a CSV header; export it with (format csv, header)")
    return CsvFile(path, compression, tuple(header), newline, _count_lines(path, compression) - 1, delimiter)


def codec(compression: str) -> str:
    """A packing as DuckDB's read_csv calls it."""
    return "none" if compression == "uncompressed" else compression


def _count_lines(path: Path, compression: str) -> int:
    count, last, chunk = 0, b"\n", bytearray(MIB)
    with unpacked(path, compression) as stream:
        while size := stream.readinto(chunk):
            count, last = count + chunk.count(b"\n", 0, size), chunk[size - 1 : size]
    return count + (last != b"\n")


def sift(file: CsvFile, target: Path) -> Sieve:
    """Write the sound records to `target` as they stand, each after its number; the others say what is wrong."""
    sieve, row = Sieve(), 0
    with target.open("wb") as sound:
        for record in _records(file):
            row += 1
            reason, detail = _fault(record, file)
            if reason:
                sieve.refuse(row, reason, None, detail)
            else:
                sound.write(b"%d%s%s\n" % (row, file.delimiter.encode(), record))
                sieve.kept += 1
    return sieve


def _records(file: CsvFile) -> Iterator[bytes]:
    """Every record but the header and blank lines, without its line end."""
    with unpacked(file.path, file.compression) as stream:
        lines = _Lines(stream)
        is_header = True
        while record := lines.take(_pattern(file)):
            if not is_header and record.strip():
                yield record.rstrip(b"\r\n")
            is_header = False


class _Lines:
    """Lines put together to records: a quoted field may hold line ends."""

    def __init__(self, stream: pa.NativeFile) -> None:
        self.reader = io.BufferedReader(stream, MIB)  # pyright: ignore[reportArgumentType]
        self.waiting: deque[bytes] = deque()

    def take(self, pattern: re.Pattern[bytes]) -> bytes:
        """The next record; where a stray quote swallows the lines after it, its own line alone."""
        lines = [self._line()]
        quotes, size = lines[0].count(b'"'), len(lines[0])
        while quotes % 2 and size < LONGEST_RECORD and (line := self._line()):
            lines.append(line)
            quotes, size = quotes + line.count(b'"'), size + len(line)
        record = b"".join(lines)
        if len(lines) > 1 and pattern.fullmatch(record.rstrip(b"\r\n")) is None:
            self.waiting.extendleft(reversed(lines[1:]))
            return lines[0]
        return record

    def _line(self) -> bytes:
        if self.waiting:
            return self.waiting.popleft()
        line = self.reader.readline(LONGEST_RECORD)
        rest = line
        while len(rest) == LONGEST_RECORD and not rest.endswith(b"\n"):
            rest = self.reader.readline(LONGEST_RECORD)
        return line


@cache
def _pattern(file: CsvFile) -> re.Pattern[bytes]:
    delimiter = re.escape(file.delimiter.encode())
    field = FIELD % delimiter
    return re.compile(field + (delimiter + field) * (len(file.header) - 1))


def _fault(record: bytes, file: CsvFile) -> tuple[str, str]:
    if len(record) >= LONGEST_RECORD:
        return "bad_csv", f"the row is longer than {LONGEST_RECORD // MIB} MiB"
    if _pattern(file).fullmatch(record) is None:
        return "bad_csv", f"the row has not {len(file.header)} fields as the header has, or its quotes do not match"
    try:
        record.decode()
    except UnicodeDecodeError:
        return "bad_utf8", "the row is not valid UTF-8"
    return "", ""
