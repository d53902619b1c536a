"""LiteLLM's table LiteLLM_SpendLogs, exported as CSV or Parquet (checked with LiteLLM 1.106.2)."""

from pathlib import Path

import duckdb

from pipeline import table_log
from pipeline.request_log import Reading

SOURCE = "litellm_spendlogs"
NEEDED = (
    "request_id", "call_type", "spend", "prompt_tokens", "completion_tokens", "startTime", "endTime", "model",
    "metadata",
)  # fmt: skip
# Older versions of LiteLLM lack some of these; what they would say is then unknown.
OPTIONAL = (
    "litellm_call_id", "session_id", "api_key", "completionStartTime", "updated_at", "model_id", "model_group",
    "custom_llm_provider", "api_base", "user", "end_user", "team_id", "organization_id", "cache_hit", "status",
    "request_tags",
)  # fmt: skip


def read(con: duckdb.DuckDBPyConnection, path: Path, workdir: Path) -> Reading:
    """One export as contract Parquet and rejects."""
    return table_log.read(con, path, workdir, SOURCE, NEEDED, OPTIONAL)
