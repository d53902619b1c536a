"""LiteLLM's StandardLoggingPayload, as its generic_api and s3_v2 loggers write it (checked with LiteLLM 1.106.2)."""

from pathlib import Path

import duckdb

from pipeline import json_log
from pipeline.request_log import Reading

SOURCE = "litellm_slp"
IS_JSON = True
KEYS = ("litellm_call_id", "id", "status", "model")
# `response` may also be text or a list (redacted logs): it then tells no finish reason, and the row stands.
LENIENT = frozenset({"response"})


def read(con: duckdb.DuckDBPyConnection, path: Path, workdir: Path) -> Reading:
    """One file of payloads as contract Parquet and rejects."""
    return json_log.read(con, path, workdir, "litellm", KEYS, LENIENT)
