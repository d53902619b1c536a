"""Write simulated traffic to files, one per day, a bounded slice at a time."""

import gzip
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Literal, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.settings import PodiumError
from pipeline.simulation.contract import contract_table
from pipeline.simulation.litellm import litellm_lines
from pipeline.simulation.plan import DayPlan, Portion, plan_day, portions
from pipeline.simulation.rows import Rows, draw_rows
from pipeline.simulation.world import World

SLICE_REQUESTS = 100_000
Shape = Literal["parquet", "litellm"]
Progress = Callable[[int, int], None]
HIGH_ENTROPY = {
    "source_row", "attempt_id", "request_id", "start_time", "end_time", "duration_s", "time_to_first_chunk_s",
    "input_tokens", "output_tokens", "reasoning_output_tokens", "cost_usd", "input_cost_usd", "output_cost_usd",
    "cache_read_input_tokens", "cache_write_input_tokens",
}  # fmt: skip
CLIMBING = ("source_row", "start_time", "end_time")


class Sink(Protocol):
    """Where the slices of one day go."""

    def write(self, rows: Rows) -> None:
        """Append one slice."""
        ...


def simulate(
    world: World,
    start: datetime,
    end: datetime,
    requests: int,
    seed: int,
    out: Path,
    shape: Shape = "parquet",
    progress: Progress = lambda done, total: None,
) -> list[Path]:
    """Files in `out` with exactly `requests` requests that begin in [start, end), UTC; retries are rows on top.

    The same arguments give the same rows. A day's rows are the beginning of a stream fixed by world, seed and
    day, so a day asked for alone or in a longer window differs only in how many of them there are (as long as
    it holds no more than `SLICE_REQUESTS` requests). `progress(done, total)` counts requests.
    """
    _check(start, end, requests)
    out.mkdir(parents=True, exist_ok=True)
    files, done = [], 0
    for portion in portions(world, start, end, requests):
        path = out / f"simulated-{portion.day}.{'parquet' if shape == 'parquet' else 'jsonl.gz'}"
        with _sink(path, shape) as sink:
            for part, rows in _slices(world, plan_day(world, portion.day), portion, seed):
                sink.write(rows)
                done += part.requests
                progress(done, requests)
        files.append(path)
    return files


def _check(start: datetime, end: datetime, requests: int) -> None:
    if start.tzinfo is None or end.tzinfo is None:
        raise PodiumError("start and end need a timezone; give UTC")
    if end <= start or requests < 1:
        raise PodiumError(f"nothing to simulate: {start} to {end}, {requests} requests; end must lie after start")


def _slices(world: World, plan: DayPlan, portion: Portion, seed: int) -> Iterator[tuple[Portion, Rows]]:
    count = -(-portion.requests // SLICE_REQUESTS)
    width = (portion.end - portion.begin) / count
    for place in range(count):
        size = portion.requests * (place + 1) // count - portion.requests * place // count
        begin = portion.begin + width * place
        part = replace(portion, begin=begin, end=begin + width, requests=size)
        yield part, draw_rows(world, plan, part, (portion.day.toordinal() << 40) + (place << 28), seed)


def _sink(path: Path, shape: Shape) -> "AbstractContextManager[Sink]":
    return ParquetSink(path) if shape == "parquet" else LiteLLMSink(path)


class ParquetSink:
    """Contract Parquet: zstd, texts as dictionaries, one row group per slice at most."""

    def __init__(self, path: Path) -> None:
        self.path, self.rows = path, 0
        self.writer: pq.ParquetWriter | None = None

    def write(self, rows: Rows) -> None:
        """Append one slice; `source_row` goes on from the last."""
        table = contract_table(rows, self.rows + 1)
        if self.writer is None:
            self.writer = pq.ParquetWriter(self.path, table.schema, **_options(table.schema))
        self.writer.write_table(table)
        self.rows += table.num_rows

    def __enter__(self) -> "ParquetSink":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.writer is not None:
            self.writer.close()


class LiteLLMSink:
    """Gzipped JSON lines as LiteLLM's file loggers write them."""

    def __init__(self, path: Path) -> None:
        self.file = gzip.GzipFile(path, "wb", compresslevel=3, mtime=0)

    def write(self, rows: Rows) -> None:
        """Append one slice."""
        self.file.write(litellm_lines(rows))

    def __enter__(self) -> "LiteLLMSink":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.file.close()


def _options(schema: pa.Schema) -> dict[str, object]:
    """Chosen by CPU seconds measured: dictionaries where values repeat, differences where they climb."""
    low = [name for name in schema.names if name not in HIGH_ENTROPY and name != "tags"]
    return {
        "compression": "zstd",
        "compression_level": 1,
        "use_dictionary": [*low, "tags.list.element"],
        "column_encoding": dict.fromkeys(CLIMBING, "DELTA_BINARY_PACKED"),
        "write_statistics": ["start_time"],
        "data_page_size": 4 << 20,
        "store_schema": False,
    }
