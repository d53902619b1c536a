"""Parquet as it is delivered: its footer, its size once unpacked, and whether every page of it can be read."""

from collections.abc import Callable, Iterable
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline import faults
from pipeline.json_files import UNPACKED_RATIO
from pipeline.request_log import FileRejected
from pipeline.settings import settings

MAGIC = b"PAR1"
MIB = 1 << 20
ROW_BYTES = 512  # of one row of the contract in memory, whatever of it is NULL
VALUE_BYTES = {"BOOLEAN": 1, "INT32": 4, "FLOAT": 4, "INT96": 12, "BYTE_ARRAY": 16}  # others take 8


def inspect(path: Path) -> tuple[pq.FileMetaData, dict[str, pa.DataType]]:
    """The footer and the columns' types; raises FileRejected where it is no Parquet, or too large to unpack."""
    _check_size(path.stat().st_size)
    metadata, columns = _footer(path)
    groups = (metadata.row_group(place) for place in range(metadata.num_row_groups))
    _check_size(sum(group.total_byte_size for group in groups))
    _check_unpacked(metadata)
    return metadata, columns


def _footer(path: Path) -> tuple[pq.FileMetaData, dict[str, pa.DataType]]:
    with path.open("rb") as file:
        head = file.read(len(MAGIC))
    if not head:
        raise FileRejected("empty_file")
    if head != MAGIC:
        raise FileRejected("not_parquet", "the file does not begin as Parquet does")
    try:
        metadata = pq.read_metadata(path)
        schema = metadata.schema.to_arrow_schema()
        columns = dict(zip(schema.names, schema.types, strict=True))
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        if faults.is_machines(error):
            raise
        raise FileRejected("corrupt", "the Parquet footer can not be read; deliver the file again") from error
    return metadata, columns


def _check_size(size: int) -> None:
    limit = settings().max_file_mib
    if size > limit * MIB:
        raise FileRejected("too_large", f"{size // MIB} MiB, over PODIUM_MAX_FILE_MIB = {limit}; deliver it in parts")


def _check_unpacked(metadata: pq.FileMetaData) -> None:
    """Refuse a bomb by its footer: a column of one repeated value unpacks far beyond the size that it tells."""
    groups = [metadata.row_group(place) for place in range(metadata.num_row_groups)]
    chunks = (group.column(place) for group in groups for place in range(group.num_columns))
    values = sum(chunk.num_values * VALUE_BYTES.get(chunk.physical_type, 8) for chunk in chunks)
    mib = max(values, metadata.num_rows * ROW_BYTES) // MIB
    if mib > settings().max_file_mib * UNPACKED_RATIO:
        raise FileRejected(
            "too_large",
            f"{metadata.num_rows:,} rows unpack to {mib:,} MiB; deliver them in parts, or set PODIUM_MAX_FILE_MIB to "
            f"{-(-mib // UNPACKED_RATIO):,}",
        )


def can_be_read(con: duckdb.DuckDBPyConnection, file: Path) -> bool:
    """Whether every page decodes, for every reader: tells a broken file from a full disk or a fault of ours.

    A cursor asks: `con` itself may have failed amid a result, and then takes no other question.
    """
    hashed = "select max(hash(columns(*))) from read_parquet($file)"
    try:
        con.cursor().execute(hashed, {"file": str(file)}).fetchall()
        with pq.ParquetFile(file) as parquet:
            for rows in parquet.iter_batches():
                rows.validate(full=True)
    except (duckdb.OutOfMemoryException, pa.ArrowMemoryError):
        return True
    except (duckdb.Error, pa.ArrowException, OSError) as error:
        return faults.is_machines(error)
    return True


def is_text(found: pa.DataType) -> bool:
    """Text, large or dictionary-encoded too: Parquet itself does not tell them apart."""
    if pa.types.is_dictionary(found):
        found = found.value_type
    return is_any(found, (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view))


def is_any(type_: pa.DataType, tests: Iterable[Callable[[pa.DataType], bool]]) -> bool:
    """Whether a type passes one of the tests."""
    return any(test(type_) for test in tests)
