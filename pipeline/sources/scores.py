"""Feedback and evaluation scores of requests, as JSON or CSV: they land in table `scores`, not in the request log."""

from pathlib import Path

import duckdb

from pipeline import json_files, json_log, staging, table_log
from pipeline.request_log import Reading

SOURCE = "scores"
NEEDED = ("request_id", "score")
KNOWN = (*NEEDED, "name", "evaluator", "at")


def read(con: duckdb.DuckDBPyConnection, path: Path, workdir: Path) -> Reading:
    """One file of scores (JSON lines, array or objects; or CSV; plain, gzip or zstd) as scores.STAGED and rejects."""
    delivered = staging.begin(con, path, workdir, SOURCE)
    if json_files.looks_like_json(delivered):
        select = staging.step(SOURCE, "read").read_text(encoding="utf-8")
        unreadable = json_log.load(con, json_files.inspect(delivered), workdir, SOURCE, select, NEEDED)
    else:
        unreadable = table_log.load_csv(con, delivered, workdir, SOURCE, "from delivered", NEEDED, KNOWN)
    return staging.stage(con, workdir, SOURCE, unreadable)
