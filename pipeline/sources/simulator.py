"""Simulated traffic in the contract's own Parquet: checked against the contract's columns and taken as it is."""

from pathlib import Path

import duckdb
import pyarrow as pa

from pipeline import parquet_files
from pipeline.parquet_files import is_any, is_text
from pipeline.request_log import FileRejected, Reading, no_rejects, staged_schema

SOURCE = "simulator"
SUFFIX = "parquet"
STRAY = "from read_parquet($path, file_row_number = true) where source_row is distinct from file_row_number + 1"


def read(con: duckdb.DuckDBPyConnection, path: Path, workdir: Path) -> Reading:
    """The delivered file itself; its rows are landing's to judge. Further columns are ignored by landing."""
    metadata, columns = parquet_files.inspect(path)
    _check_columns(columns)
    delivered = workdir / "delivered.parquet"  # a name of ours: DuckDB would take [ or * in a path for a pattern
    delivered.symlink_to(path.resolve())
    _check_numbers(con, delivered)
    return Reading(delivered if metadata.num_rows else None, no_rejects(), metadata.num_rows)


def _check_columns(found: dict[str, pa.DataType]) -> None:
    for column in staged_schema():
        if column.name not in found:
            raise FileRejected("schema_missing_column", f"column {column.name} ({column.type}) is missing")
        if not _agrees(found[column.name], column.type):
            given = found[column.name]
            raise FileRejected("schema_type", f"column {column.name} is {given}, the contract says {column.type}")


def _check_numbers(con: duckdb.DuckDBPyConnection, delivered: Path) -> None:
    """source_row tells rows apart ever after, so it must be the row's own number."""
    try:
        (stray,) = con.execute(f"select count(*) {STRAY}", {"path": str(delivered)}).fetchone() or (0,)
    except duckdb.Error as error:
        if parquet_files.can_be_read(con, delivered):
            raise
        raise FileRejected("corrupt", "column source_row can not be read; deliver the file again") from error
    if stray:
        raise FileRejected("corrupt", f"source_row must count the rows from 1; {stray} rows have another number")


def _agrees(found: pa.DataType, wanted: pa.DataType) -> bool:
    """The same type; texts may be large or dictionary-encoded, which Parquet itself does not tell apart."""
    if pa.types.is_list(wanted):
        return is_any(found, (pa.types.is_list, pa.types.is_large_list)) and _agrees(
            found.value_type, wanted.value_type
        )
    if pa.types.is_string(wanted):
        return is_text(found)
    return (found.value_type if pa.types.is_dictionary(found) else found) == wanted
