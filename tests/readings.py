"""What a source makes of a log: bytes to read, and the reading as plain rows."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline import warehouse
from pipeline.request_log import ROW_REASONS, Reading
from pipeline.sources import Source

CANARIES = ("CANARY-PROMPT", "fake answer", "@example.com", "198.51.100.7", "site-packages")

Read = Callable[..., Reading]


def lines(*records: object) -> bytes:
    """JSON lines; bytes stay as they are."""
    return b"".join(record if isinstance(record, bytes) else json.dumps(record).encode() + b"\n" for record in records)


def zstd(data: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(data)
    return sink.getvalue().to_pybytes()


def read(source: Source, folder: Path, data: bytes, name: str = "log") -> Reading:
    """What the source makes of a file with these bytes."""
    work = folder / "work"
    work.mkdir()
    (folder / name).write_bytes(data)
    return source.read(warehouse.connect(), folder / name, work)


def staged(reading: Reading) -> list[dict[str, Any]]:
    """Its rows, in the file's order."""
    rows = pq.read_table(reading.parquet).to_pylist() if reading.parquet else []
    return sorted(rows, key=lambda row: row["source_row"])


def places(reading: Reading) -> list[int]:
    """Where its rows stand in the file."""
    return [row["source_row"] for row in staged(reading)]


def refused(reading: Reading) -> list[tuple[int, str, str | None]]:
    """Its rejects, each for a reason of the contract: (source_row, reason, column), in the file's order."""
    found = [(row["source_row"], row["reason"], row["column_name"]) for row in reading.rejects.to_pylist()]
    assert {reason for _, reason, _ in found} <= ROW_REASONS.keys()
    return sorted(found)
