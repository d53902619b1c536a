"""Literal OTLP/JSON for tests: say what matters of a span, the rest is an ordinary chat call."""

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from pipeline import warehouse
from pipeline.request_log import Reading
from pipeline.sources import otel

START_NS = 1_795_336_800_250_000_123


def value(told: object) -> dict[str, Any]:
    """A Python value as OTLP/JSON writes it: int64 as text."""
    if isinstance(told, bool):
        return {"boolValue": told}
    if isinstance(told, int):
        return {"intValue": str(told)}
    if isinstance(told, float):
        return {"doubleValue": told}
    if isinstance(told, list):
        return {"arrayValue": {"values": [value(item) for item in told]}}
    return {"stringValue": told}


def attributes(told: dict[str, object]) -> list[dict[str, Any]]:
    return [{"key": key, "value": value(item)} for key, item in told.items()]


CHAT = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": "gpt-4o",
    "gen_ai.usage.input_tokens": 10,
    "gen_ai.usage.output_tokens": 5,
}


def span(number: int = 1, told: dict[str, object] | None = None, **fields: Any) -> dict[str, Any]:
    """A client's span of two seconds that says `told`, number seconds after an hour; `fields` are the span's own."""
    start = START_NS + number * 1_000_000_000
    return {
        "traceId": f"{number:032x}",
        "spanId": f"{number:016x}",
        "name": "chat gpt-4o",
        "kind": 3,
        "startTimeUnixNano": str(start),
        "endTimeUnixNano": str(start + 2_000_000_000),
        "status": {},
        "attributes": attributes(CHAT if told is None else told),
    } | fields


def call(number: int = 1, **told: object) -> dict[str, Any]:
    """A chat call with these attributes beside the usual ones; '__' in a name is a dot, None leaves one out."""
    said = CHAT | {name.replace("__", "."): item for name, item in told.items()}
    return span(number, {name: item for name, item in said.items() if item is not None})


def export(*spans: object, resource: dict[str, object] | None = None, scope: str = "app") -> dict[str, Any]:
    """One export request of one resource and one scope."""
    scoped = {"scope": {"name": scope}, "spans": list(spans)}
    return {"resourceSpans": [{"resource": {"attributes": attributes(resource or {})}, "scopeSpans": [scoped]}]}


def lines(*records: object) -> bytes:
    """JSON lines; bytes stay as they are."""
    return b"".join(record if isinstance(record, bytes) else json.dumps(record).encode() + b"\n" for record in records)


def read(folder: Path, data: bytes) -> Reading:
    """What the source makes of a file with these bytes."""
    work = folder / f"work-{len(list(folder.glob('work-*')))}"
    work.mkdir()
    (folder / "log").write_bytes(data)
    return otel.read(warehouse.connect(), folder / "log", work)


def staged(reading: Reading) -> list[dict[str, Any]]:
    """Its rows, in the file's order."""
    rows = pq.read_table(reading.parquet).to_pylist() if reading.parquet else []
    return sorted(rows, key=lambda row: row["source_row"])


def refused(reading: Reading) -> list[tuple[int, str, str | None]]:
    """Its rejects: (source_row, reason, column)."""
    rejects = reading.rejects.to_pylist()
    return sorted((row["source_row"], row["reason"], row["column_name"]) for row in rejects)
