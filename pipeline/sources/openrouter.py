"""OpenRouter's generation records: what `GET /generation` answers, one record a line, element or file."""

from pathlib import Path

import duckdb

from pipeline import json_log
from pipeline.request_log import Reading

SOURCE = "openrouter_generation"
IS_JSON = True
KEYS = ("data.id", "data.model", "id", "model")


def read(con: duckdb.DuckDBPyConnection, path: Path, workdir: Path) -> Reading:
    """One file of generation records as contract Parquet and rejects."""
    return json_log.read(con, path, workdir, "openrouter", KEYS)
