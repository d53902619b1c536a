"""Parquet files as somebody delivers them: checked before anything reads them."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.request_log import FileRejected
from pipeline.settings import settings

MAGIC = b"PAR1"
MIB = 1 << 20
MOST_ROWS = 200_000_000  # columns of one repeated value unpack far beyond their bytes


def footer(path: Path) -> tuple[pq.FileMetaData, dict[str, pa.DataType]]:
    """The footer and the type of each column; raises FileRejected if the file is no Parquet, or unpacks too far."""
    _check_size(path.stat().st_size)
    metadata, columns = _footer(path)
    groups = (metadata.row_group(place) for place in range(metadata.num_row_groups))
    _check_size(sum(group.total_byte_size for group in groups))
    if metadata.num_rows > MOST_ROWS:
        raise FileRejected("too_large", f"{metadata.num_rows} rows, over {MOST_ROWS}; deliver it in parts")
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
        raise FileRejected("corrupt", "the Parquet footer can not be read; deliver the file again") from error
    return metadata, columns


def _check_size(size: int) -> None:
    limit = settings().max_file_mib
    if size > limit * MIB:
        raise FileRejected("too_large", f"{size // MIB} MiB, over PODIUM_MAX_FILE_MIB = {limit}; deliver it in parts")
