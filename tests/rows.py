"""Literal rows for tests: say what matters, the rest is an ordinary successful request."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.request_log import staged_schema

NOON = datetime.fromisoformat("2026-11-02T12:00:00+00:00")  # a Monday


def attempt(number: int = 1, **told: Any) -> dict[str, Any]:
    """One staged row: attempt `number`, at noon plus as many minutes, unless told otherwise."""
    start = told.get("start_time", NOON + timedelta(minutes=number))
    end = start + timedelta(seconds=2) if start else None
    usual = {
        "source_row": number,
        "attempt_id": f"attempt-{number}",
        "request_id": f"request-{number}",
        "record_kind": "attempt",
        "source": "simulator",
        "start_time": start,
        "end_time": end,
        "duration_s": 2.0,
        "latency_scope": "attempt",
        "operation_name": "chat",
        "stream": False,
        "request_model": "gpt-4o",
        "served_model_group": "gpt-4o",
        "model_raw": "gpt-4o",
        "provider_name": "openai",
        "status": "ok",
        "input_tokens": 1000,
        "output_tokens": 100,
        "usage_source": "provider",
        "cost_usd": 0.0035,
        "cost_source": "gateway",
        "response_cache_hit": False,
        "user_id": "u_1",
        "team_name": "Search",
    }
    return usual | told


def write(file: Path, *rows: dict[str, Any]) -> Path:
    """Contract Parquet of these rows, numbered in order."""
    names = staged_schema().names
    filled = [{name: row.get(name) for name in names} | {"source_row": place} for place, row in enumerate(rows, 1)]
    file.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(filled, staged_schema()), file)
    return file
