"""Recorded logs blown up to any size: the same records again and again, each time under ids of their own."""

import csv
import gzip
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.settings import SAMPLES

FIXTURES = Path(__file__).parents[1] / "fixtures"
ROWS_PER_GROUP = 50_000


@dataclass(frozen=True)
class Log:
    """A recorded text log: its records' ids, which a repetition number makes new, and what comes once before them."""

    file: Path
    ids: Callable[[str], Iterable[str]]
    renamed: Callable[[str, int], str] = lambda old, again: f"{again:06x}{old}"
    has_header: bool = False

    def repeated(self, mib: int) -> Iterator[bytes]:
        """The header if there is one, then the whole log as often as `mib` MiB take."""
        data = self.file.read_bytes()
        text = (gzip.decompress(data) if self.file.suffix == ".gz" else data).decode()
        header, body = text.split("\n", 1) if self.has_header else ("", text)
        if header:
            yield f"{header}\n".encode()
        body = body if body.endswith("\n") else body + "\n"
        wanted = sorted(set(self.ids(text)), key=len, reverse=True)
        pieces = re.split(f"({'|'.join(map(re.escape, wanted))})", body)
        for again in range(1, max(2, -(-mib * 2**20 // len(body.encode())) + 1)):
            yield "".join(
                self.renamed(piece, again) if place % 2 else piece for place, piece in enumerate(pieces)
            ).encode()


def _of_lines(*names: str) -> Callable[[str], list[str]]:
    def ids(text: str) -> list[str]:
        found = [_found(json.loads(line), names) for line in text.splitlines() if line]
        return [f'"{each}"' for some in found for each in some]

    return ids


def _found(told: Any, names: tuple[str, ...]) -> list[str]:
    """Every text under one of these names, however deep."""
    if isinstance(told, list):
        return [each for item in told for each in _found(item, names)]
    if not isinstance(told, dict):
        return []
    here = [told[name] for name in names if isinstance(told.get(name), str) and told[name]]
    return here + [each for item in told.values() for each in _found(item, names)]


def _of_table(text: str) -> list[str]:
    rows = csv.DictReader(io.StringIO(text))
    return [row[name] for row in rows for name in ("request_id", "litellm_call_id") if row[name]]


def _in_quotes(old: str, again: int) -> str:
    return f'"{again:06x}{old[1:]}'


def _in_hex(old: str, again: int) -> str:
    return f'"{again:06x}{old[7:]}'


LOGS = {
    "litellm": Log(SAMPLES / "litellm_slp.jsonl.gz", _of_lines("id", "litellm_call_id"), _in_quotes),
    "litellm_spendlogs": Log(FIXTURES / "litellm_spendlogs.csv.gz", _of_table, has_header=True),
    "otel": Log(FIXTURES / "otlp_spans.jsonl.gz", _of_lines("traceId", "spanId", "parentSpanId"), _in_hex),
    "openrouter": Log(FIXTURES / "openrouter_generations.jsonl", _of_lines("id", "request_id"), _in_quotes),
    "helicone": Log(FIXTURES / "mapped" / "helicone.jsonl", _of_lines("request_id"), _in_quotes),
}


def write_text(name: str, mib: int, target: Path) -> None:
    """One of LOGS, about `mib` MiB of it."""
    with target.open("wb") as file:
        file.writelines(LOGS[name].repeated(mib))


def write_spendlogs_parquet(mib: int, target: Path) -> None:
    """LiteLLM_SpendLogs as typed Parquet: as many rows as take about `mib` MiB in memory."""
    table = pq.read_table(FIXTURES / "litellm_spendlogs.parquet")
    with pq.ParquetWriter(target, table.schema, compression="zstd") as writer:
        some: list[pa.Table] = []
        for again in range(1, max(2, mib * 2**20 // table.nbytes + 1)):
            some.append(_renamed(table, f"{again:06x}"))
            if len(some) * table.num_rows > ROWS_PER_GROUP:
                writer.write_table(pa.concat_tables(some))
                some = []
        if some:
            writer.write_table(pa.concat_tables(some))


def _renamed(table: pa.Table, prefix: str) -> pa.Table:
    for name in ("request_id", "litellm_call_id"):
        old = table[name]
        new = pc.binary_join_element_wise(pa.scalar(prefix, old.type), old, pa.scalar("", old.type))
        table = table.set_column(table.column_names.index(name), table.schema.field(name), new)
    return table
