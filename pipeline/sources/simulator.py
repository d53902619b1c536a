"""Simulated traffic in the contract's own Parquet: checked against the contract's columns and taken as it is."""

from collections.abc import Callable, Iterable
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.request_log import FileRejected, Reading, no_rejects, staged_schema
from pipeline.settings import settings

SOURCE = "simulator"
SUFFIX = "parquet"
MAGIC = b"PAR1"
MIB = 1 << 20
MOST_ROWS = 200_000_000  # columns of one repeated value unpack far beyond their bytes


def read(con: duckdb.DuckDBPyConnection, path: Path, workdir: Path) -> Reading:
    """The delivered file itself; its rows are landing's to judge. Further columns are ignored by landing."""
    _check_size(path.stat().st_size)
    metadata = _footer(path)
    groups = (metadata.row_group(place) for place in range(metadata.num_row_groups))
    _check_size(sum(group.total_byte_size for group in groups))
    if metadata.num_rows > MOST_ROWS:
        raise FileRejected("too_large", f"{metadata.num_rows} rows, over {MOST_ROWS}; deliver it in parts")
    _check_columns(metadata.schema.to_arrow_schema())
    delivered = workdir / "delivered.parquet"  # a name of ours: DuckDB would take [ or * in a path for a pattern
    delivered.symlink_to(path.resolve())
    return Reading(delivered if metadata.num_rows else None, no_rejects(), metadata.num_rows)


def _footer(path: Path) -> pq.FileMetaData:
    with path.open("rb") as file:
        head = file.read(len(MAGIC))
    if not head:
        raise FileRejected("empty_file")
    if head != MAGIC:
        raise FileRejected("not_parquet", "the file does not begin as Parquet does")
    try:
        return pq.read_metadata(path)
    except (pa.ArrowException, OSError) as error:
        raise FileRejected("corrupt", "the Parquet footer can not be read; deliver the file again") from error


def _check_size(size: int) -> None:
    limit = settings().max_file_mib
    if size > limit * MIB:
        raise FileRejected("too_large", f"{size // MIB} MiB, over PODIUM_MAX_FILE_MIB = {limit}; deliver it in parts")


def _check_columns(found: pa.Schema) -> None:
    for column in staged_schema():
        if column.name not in found.names:
            raise FileRejected("schema_missing_column", f"column {column.name} ({column.type}) is missing")
        if not _agrees(found.field(column.name).type, column.type):
            given = found.field(column.name).type
            raise FileRejected("schema_type", f"column {column.name} is {given}, the contract says {column.type}")


def _agrees(found: pa.DataType, wanted: pa.DataType) -> bool:
    """The same type; texts may be large or dictionary-encoded, which Parquet itself does not tell apart."""
    if pa.types.is_list(wanted):
        return _is_any(found, (pa.types.is_list, pa.types.is_large_list)) and _agrees(
            found.value_type, wanted.value_type
        )
    if pa.types.is_dictionary(found):
        found = found.value_type
    if pa.types.is_string(wanted):
        return _is_any(found, (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view))
    return found == wanted


def _is_any(type_: pa.DataType, tests: Iterable[Callable[[pa.DataType], bool]]) -> bool:
    return any(test(type_) for test in tests)
