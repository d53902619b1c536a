"""A table's export to contract Parquet: CSV or Parquet become view main.delivered, all text; then one way for both.

The steps are the files sql/sources/<name>/*.sql, as in json_log.py; `read.sql` reads main.delivered.
"""

from collections.abc import Collection, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
from duckdb.sqltypes import VARCHAR

from pipeline import csv_files, parquet_files, staging
from pipeline.csv_files import LONGEST_RECORD, CsvFile
from pipeline.request_log import FileRejected, Reading, no_rejects

PLACE = "podium_source_row"
SCALAR = (
    pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal, pa.types.is_boolean, pa.types.is_timestamp,
    pa.types.is_null,
)  # fmt: skip


def read(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    workdir: Path,
    name: str,
    needed: Sequence[str],
    optional: Sequence[str],
) -> Reading:
    """A CSV (plain, gzip or zstd) or Parquet export of one table as contract Parquet and rejects.

    Raises FileRejected where one of the columns `needed` is absent. `optional` ones may be; others are never read.
    """
    delivered = staging.begin(con, path, workdir, name)
    with delivered.open("rb") as file:
        is_parquet = file.read(len(parquet_files.MAGIC)) == parquet_files.MAGIC
    load = load_parquet if is_parquet else load_csv
    select = staging.step(name, "read").read_text(encoding="utf-8")
    unreadable = load(con, delivered, workdir, name, select, needed, [*needed, *optional])
    return staging.stage(con, workdir, name, unreadable)


def load_csv(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    workdir: Path,
    name: str,
    select: str,
    needed: Sequence[str],
    known: Sequence[str],
    delimiter: str = ",",
) -> pa.Table:
    """Fill <name>.read; returns the records that could not be read. One bad record makes DuckDB refuse the file: then
    every record is looked at alone, and the sound ones, written to a file of ours, take the same way. So too where
    rows and lines are not equally many: a field may hold line ends, and DuckDB 2.0 was seen to lose rows silently
    (strict_mode given together with CRLF line ends)."""
    file = csv_files.inspect(path, delimiter)
    _check_header(file.header, needed, known)
    names = [column if column in known else f"ignored_{place}" for place, column in enumerate(file.header)]
    _deliver(con, _csv(con, file, names, is_sifted=False), known, present=names)
    if staging.take_up(con, workdir, name, select, is_sifted=False) and _count(con, name) == file.lines:
        return no_rejects()
    target = workdir / "sifted.csv"
    sieve = csv_files.sift(file, target)
    sifted = CsvFile(target, "uncompressed", file.header, r"\n", sieve.kept, delimiter)
    _deliver(con, _csv(con, sifted, [PLACE, *names], is_sifted=True), known, present=[PLACE, *names])
    if not staging.take_up(con, workdir, name, select, is_sifted=True) or _count(con, name) != sieve.kept:
        raise FileRejected("corrupt", "its rows look sound one by one, but can not be read together; please report it")
    return sieve.rejects()


def _check_header(header: Sequence[str], needed: Sequence[str], known: Sequence[str]) -> None:
    for column in needed:
        if column not in header:
            raise FileRejected("schema_missing_column", f"column {column} is missing; export it with (header) too")
    for column in known:
        if header.count(column) > 1:
            raise FileRejected("schema_type", f"column {column} is there twice")


def _csv(
    con: duckdb.DuckDBPyConnection, file: CsvFile, names: Sequence[str], *, is_sifted: bool
) -> duckdb.DuckDBPyRelation:
    return con.read_csv(
        str(file.path),
        columns=dict.fromkeys(names, "VARCHAR"),
        header=not is_sifted,
        compression=csv_files.codec(file.compression),  # pyright: ignore[reportArgumentType]
        delimiter=file.delimiter,
        quotechar='"',
        escapechar='"',
        lineterminator=file.newline,  # pyright: ignore[reportArgumentType]
        na_values="",
        auto_detect=False,
        null_padding=False,
        max_line_size=2 * LONGEST_RECORD,
        buffer_size=2 * LONGEST_RECORD,
    )


def load_parquet(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    workdir: Path,
    name: str,
    select: str,
    needed: Sequence[str],
    known: Sequence[str],
) -> pa.Table:
    """Make <name>.read; a file with a page that can not be read is refused whole."""
    _, columns = parquet_files.inspect(path)
    _check_header(list(columns), needed, known)
    for column in set(columns) & set(known):
        if not (parquet_files.is_text(columns[column]) or parquet_files.is_any(columns[column], SCALAR)):
            raise FileRejected("schema_type", f"column {column} is {columns[column]}; text or a number is expected")
    _deliver(con, con.from_parquet(str(path)), known, present=columns.keys() - {PLACE})
    try:
        is_read = staging.take_up(con, workdir, name, select, is_sifted=False)
    except duckdb.Error:
        if parquet_files.can_be_read(con, path):
            raise
        is_read = False
    if not is_read:
        raise FileRejected("corrupt", "a data page can not be read; deliver the file again")
    return no_rejects()


def _deliver(
    con: duckdb.DuckDBPyConnection, table: duckdb.DuckDBPyRelation, known: Sequence[str], present: Collection[str]
) -> None:
    """View main.delivered: every known column as text, NULL where the file has none."""
    nothing = duckdb.ConstantExpression(None)
    columns = [
        (duckdb.ColumnExpression(column) if column in present else nothing).cast(VARCHAR).alias(column)
        for column in (PLACE, *known)
    ]
    table.select(*columns).create_view("delivered", replace=True)


def _count(con: duckdb.DuckDBPyConnection, name: str) -> int:
    return con.table(f"{name}.read").count("*").fetchall()[0][0]
