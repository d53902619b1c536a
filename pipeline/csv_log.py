"""A CSV log with explicit columns: all of it read by DuckDB, or row by row where one row is broken."""

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from pipeline import json_files
from pipeline.json_files import BOM, LONGEST_RECORD, MIB, is_utf8
from pipeline.request_log import FileRejected, no_rejects
from pipeline.settings import PodiumError
from pipeline.sifting import Sieve

NOT_UTF8 = "the row is not valid UTF-8"
QUOTE = b'"'
CODECS = {"uncompressed": "none"}  # as DuckDB's read_csv calls it
MOST_LINES = 10_000  # of one row, whose texts may hold line ends


@dataclass(frozen=True)
class CsvFile:
    """A CSV log whose packing and header are sound."""

    path: Path
    compression: str
    delimiter: str
    header: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """One row of a log, from 1 below the header: its cells, or why there are none."""

    row: int
    cells: list[str] | None = None
    reason: str = ""
    detail: str = ""


def inspect(path: Path, delimiter: str) -> CsvFile:
    """Packing by its magic bytes, checked to the end; columns by the first line."""
    compression = json_files.packing(path)
    with json_files.opened(path, compression) as stream:
        line = json_files.lines(stream).readline(MIB)
    if not line.removeprefix(BOM).strip():
        raise FileRejected("empty_file")
    cells = _cells([line.removeprefix(BOM)], delimiter)
    if not isinstance(cells, list) or len(line) == MIB:
        raise FileRejected("corrupt", "the first line is no CSV header")
    header = tuple(cell.strip() for cell in cells)
    if not is_utf8("".join(header)):
        raise FileRejected("corrupt", "the first line is no CSV header")
    if len({cell.casefold() for cell in header}) < len(header):
        raise FileRejected("corrupt", "two columns of the CSV header have the same name")
    return CsvFile(path, compression, delimiter, header)


def load(
    con: duckdb.DuckDBPyConnection,
    file: CsvFile,
    target: Path,
    table: str,
    select: Callable[[bool], str],
    used: set[str],
) -> pa.Table:
    """Fill `table`; returns the rows that could not be read. One bad row makes DuckDB refuse the file: then every row
    is looked at alone, and the sound ones, cut down to the `used` columns, take the same way as a copy, `target`."""
    if _read(con, file, table, select(False)):
        return no_rejects()
    sieve = Sieve()
    with target.open("w", encoding="utf-8", newline="") as copy:
        writer = csv.writer(copy, delimiter=file.delimiter, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerow([*file.header, "podium_source_row"])
        for row in rows(file):
            if row.cells is None:
                sieve.refuse(row.row, row.reason, None, row.detail)
                continue
            slim = [cell if name in used else "" for name, cell in zip(file.header, row.cells, strict=True)]
            writer.writerow([*slim, row.row])
            sieve.kept += 1
    sound = CsvFile(target, "uncompressed", file.delimiter, file.header)
    if not _read(con, sound, table, select(True)):
        raise FileRejected("corrupt", "its rows look sound one by one, but can not be read together; please report it")
    return sieve.rejects()


def _read(con: duckdb.DuckDBPyConnection, file: CsvFile, table: str, select: str) -> bool:
    """Whether DuckDB could read every row. Its message quotes the row, so it goes nowhere."""
    params = {"path": str(file.path), "compression": CODECS.get(file.compression, file.compression)}
    try:
        con.execute(f"create or replace table {table} as\n{select}", params)
    except (duckdb.InvalidInputException, duckdb.ConversionException):
        return False
    except duckdb.Error as error:
        raise PodiumError(f"{table}: {error}") from error
    return True


def rows(file: CsvFile) -> Iterator[Row]:
    """Every row below the header, one at a time in bounded memory; empty lines are no rows.

    A text in quotes may go on over lines. Where its quotes are never closed, or close into another number of cells,
    only its first line is broken: reading goes on with the next.
    """
    with json_files.opened(file.path, file.compression) as stream:
        source = _Lines(json_files.lines(stream))
        source.next()  # the header
        row = 0
        while line := source.next():
            if line.strip(b"\r\n"):
                row += 1
                yield _row(row, line, source, file)


class _Lines:
    """Lines that can be put back."""

    def __init__(self, reader: object) -> None:
        self._reader, self._waiting = reader, list[bytes]()

    def next(self) -> bytes:
        """The next line, b"" at the end."""
        return self._waiting.pop() if self._waiting else self._reader.readline(LONGEST_RECORD)  # pyright: ignore[reportAttributeAccessIssue]

    def put_back(self, lines: Sequence[bytes]) -> None:
        """Give these lines once more."""
        self._waiting += reversed(lines)


def _row(row: int, line: bytes, source: _Lines, file: CsvFile) -> Row:
    taken, cells = [line], _cells([line], file.delimiter)
    quotes = line.count(QUOTE)
    while cells == "open" and len(taken) < MOST_LINES and (more := source.next()):
        taken.append(more)
        quotes += more.count(QUOTE)
        if more.count(QUOTE) and not quotes % 2:
            cells = _cells(taken, file.delimiter)
    if isinstance(cells, list) and len(cells) == len(file.header):
        return Row(row, cells) if is_utf8("".join(cells)) else Row(row, reason="bad_utf8", detail=NOT_UTF8)
    source.put_back(taken[1:])
    if isinstance(cells, list) and len(taken) == 1:
        return Row(row, reason="bad_csv", detail=f"{len(cells)} cells, where the header has {len(file.header)}")
    return Row(row, reason="bad_csv", detail="the quotes of a cell are not closed, or stand inside it")


def _cells(lines: Sequence[bytes], delimiter: str) -> list[str] | str:
    """The cells of one row; 'open' where its quotes are not closed yet, 'bad_csv' where it is none."""
    csv.field_size_limit(LONGEST_RECORD)
    try:
        texts = [line.decode(errors="surrogateescape") for line in lines]
        read = list(csv.reader(texts, delimiter=delimiter, strict=True))
    except csv.Error as error:
        return "open" if "unexpected end of data" in str(error) else "bad_csv"
    return read[0] if len(read) == 1 else "bad_csv"
