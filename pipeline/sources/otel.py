"""OpenTelemetry GenAI spans (semantic conventions 1.41) as OTLP/JSON export requests, OpenRouter Broadcast's too."""

from pathlib import Path

import duckdb

from pipeline import json_log
from pipeline.request_log import Reading

SOURCE = "otlp"
ALSO = ("openrouter_broadcast",)  # what rows of its Broadcast say instead
IS_JSON = True
ROW_MARK = b'"attributes"'
# A collector may write all its signals into one file: logs and metrics hold no calls, and are no mistake.
KEYS = ("resourceSpans", "resourceLogs", "resourceMetrics")
SPANS_PER_RECORD = 1_000_000_000


def read(con: duckdb.DuckDBPyConnection, path: Path, workdir: Path) -> Reading:
    """One file of export requests as contract Parquet and rejects; only spans that are model calls are rows."""
    return json_log.read(con, path, workdir, "otel", KEYS, stride=SPANS_PER_RECORD)
